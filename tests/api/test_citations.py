"""Each citation of the contract leads to a heading or row of its page, and none has a form of old."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from simcore.model.options import QUIRKS
from tests.files import ROOT, write_files

sys.path.insert(0, str(ROOT / ".ci"))

import citations

PAGE = """\
    # A page

    ## 2. Lifecycle

    ### 2.3 Completion

    1. recorded
    2. unrouted

    **2.4** What ends a process (2.3, 2.4).

    | row | kind |
    |---|---|
    | 1 | NotFound |

    - **I4** One result.

    ## 15. Orders

    | # | guarantee |
    |---|---|
    | G1 | first in, first out |

    ### 18.1 Quirks

    | quirk | rules |
    |---|---|
    | `flat_backoff` | 2.4 |

    ## Appendix A. The step

    ```
    **9.9** no anchor, since it is code
    ```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with two pages and nothing that cites them."""
    pages = {"process.md": dedent(PAGE), "lua.md": "## 5. Scheduler\n\n**5.1** Tasks.\n"}
    return write_files(tmp_path, {f"docs/contract/{name}": page for name, page in pages.items()})


def told(folder: Path, text: str, name: str = "simcore/module.py") -> list[str]:
    write_files(folder, {name: text})
    return [complaint.removeprefix(f"{name}:") for complaint in citations.complaints(folder)]


def numbers(letter: str) -> list[int]:
    anchors = citations.anchors(ROOT / citations.PAGES["process"])
    return sorted(int(anchor[1:]) for anchor in anchors if re.fullmatch(rf"{letter}\d+", anchor))


def test_each_citation_leads_to_its_place_and_none_has_a_form_of_old() -> None:
    found = list(citations.complaints(ROOT))

    assert not found, "\n".join([*found[:40], f"{len(found)} in all"])


@pytest.mark.parametrize(("letter", "last"), [("A", 5), ("G", 20), ("I", 100), ("L", 4), ("N", 32)])
def test_the_contract_has_all_its_numbers(letter: str, last: int) -> None:
    assert numbers(letter) == list(range(1, last + 1))


def test_decisions_are_numbered_without_a_gap() -> None:
    assert numbers("O") == list(range(1, len(numbers("O")) + 1))
    assert len(numbers("O")) >= 34


def test_each_quirk_of_the_code_is_a_quirk_of_the_contract() -> None:
    anchors = citations.anchors(ROOT / citations.PAGES["process"])

    assert {anchor for anchor in anchors if re.fullmatch(r"[a-z_]+", anchor)} == set(QUIRKS)


def test_anchors_are_headings_rules_rows_items_and_steps(folder: Path) -> None:
    assert citations.anchors(folder / citations.PAGES["process"]) == {
        *("2", "2.3", "2.3 step 1", "2.3 step 2", "2.4", "2.4 step 1", "I4"),
        *("15", "G1", "18.1", "flat_backoff", "A"),
    }


def test_an_anchor_stands_once_on_its_page(folder: Path) -> None:
    (folder / citations.PAGES["lua"]).write_text(
        "## 5. Scheduler\n\n**5.1** Tasks.\n\n**5.1** Again.\n", encoding="utf-8"
    )

    assert told(folder, "") == ["docs/contract/lua.md: 5.1 stands there twice"]


def test_inside_a_page_a_bare_number_is_a_rule_of_it(folder: Path) -> None:
    (folder / citations.PAGES["lua"]).write_text("## 5. Scheduler\n\n**5.1** Tasks (5.2).\n", encoding="utf-8")

    assert told(folder, "") == ["docs/contract/lua.md:3: there is no 5.2 on this page"]


@pytest.mark.parametrize(
    "text",
    [
        "(process 2.3)",
        "process 2.4, 2.3: a start",
        "(process 2, 15)",
        "(process 2.3 to 2.4, I4)",
        "process 2.3 step 2, 2.4",
        "(process 2.3 steps 1, 2; lua 5, 5.1)",
        "process 2.4 row 1",
        "see process\n    2.3",
        "(process A)",
        "Lua 5.4, Python 3.11, 2.3 ms, and a jitter of 0.1",
        "the seed of the schedule, a base seed, seed: of this run",
        "an invariant of the process, a process of 3 steps",
        "the process API, processes, the semantics of processes",
    ],
)
def test_what_is_right_is_not_told(folder: Path, text: str) -> None:
    assert told(folder, f'"""{text}."""\n') == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(process 2.9)", "there is no process 2.9"),
        ("(process 2.3, 2.9)", "there is no process 2.9"),
        ("(process 2.3 step 3)", "there is no process 2.3 step 3"),
        ("(lua 2.3)", "there is no lua 2.3"),
        ("(I9)", "there is no I9"),
        ("(semantics 2.3)", "semantics 2"),
        ("the table of the semantics, section 2", "section 2"),
        ("(lua-environment 5.1)", "lua-environment"),
        ("(decision O9)", "decision O9"),
        ("(invariants 4 and 5)", "invariants 4"),
        ("(2.3)", "a bare 2.3"),
        ("2.3, I4: a start", "a bare 2.3"),
        ("Rows 1 to 3 of 2.4", "a bare 2.4"),
        ("(architecture 9)", "architecture 9"),
        ("(issue 4)", "issue 4"),
        ("what the specification allows", "the specification"),
        ("(pitfall 21)", "pitfall 2"),
        ('(seed, "Registro de Nomes")', "original page"),
        ("the seed's tables", "the seed's"),
        ("the words of the seed", "words of the seed"),
        ("Métodos e Opções", "Opções"),
    ],
)
def test_what_leads_nowhere_and_each_form_of_old_is_told(folder: Path, text: str, what: str) -> None:
    found = told(folder, f"'''{text}.'''\n")

    assert [complaint for complaint in found if complaint.startswith("1: ") and what in complaint], found


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("simcore/module.py", "x = 1\n# It waits\n# (14.12, 2.3).\n", 3),
        ("simcore/module.py", 'REASONS = {\n    "late": "2.3: the end came first",\n}\n', 2),
        ("simcore/module.py", 'QUIRKS = {"flat": "always the first delay (2.3)"}\n', 1),
        ("simcore/lua/host/task.lua", "local x = 1 -- of the end (2.3)\n", 1),
        ("docs/design.md", "Text.\n\nAs rule (2.3) says.\n", 3),
    ],
)
def test_comments_reasons_and_pages_are_read_with_their_line(folder: Path, name: str, text: str, line: int) -> None:
    assert [complaint for complaint in told(folder, text, name) if complaint.startswith(f"{line}: a bare 2.3")]


@pytest.mark.parametrize("text", ['x = "jitter: 2.3"\n', 'x = "{3, 2.3, 2}"\n', "x = 2.3\n", 'x = "f(2.3) .. y"\n'])
def test_numbers_of_data_are_no_citations(folder: Path, text: str) -> None:
    assert told(folder, text) == []


def test_code_of_a_page_is_not_read(folder: Path) -> None:
    assert told(folder, "```\nsee (2.3) and semantics 2.3\n```\n", "docs/page.md") == []
