"""Which renderers a run has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore import Results
from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.reports import render, renderers, report_notes
from simcore.model.outcome import ItemResult


def test_a_projects_reports_come_beside_the_shipped_ones(folder: Path) -> None:
    found = renderers(find_project(folder)).found

    assert [each.name for each in found] == ["junit.xml", "summary.md", "names.txt"]


def test_a_projects_report_replaces_the_shipped_one_of_its_name(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/mine.py", 'from simcore import report\n@report("summary.md")\ndef mine(results): return "mine"\n')

    found = {each.name: each for each in renderers(find_project(folder)).found}

    assert found["summary.md"].source == "reports/mine.py"


def test_a_report_file_that_breaks_is_named_and_hides_no_other(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/broken.py", "def (\n")

    found = renderers(find_project(folder))

    assert found.broken == ("reports/broken.py:1: SyntaxError: invalid syntax",)
    assert len(found.found) == 3


def test_the_shipped_catalogue_renders_summary_and_junit() -> None:
    assert sorted(each.name for each in renderers(shipped_project()).found) == ["junit.xml", "summary.md"]


@pytest.mark.parametrize(
    "raised", ["SystemExit(0)", "GeneratorExit", "BaseException('x')", "ValueError('x')", "Silent", "KeyboardInterrupt"]
)
def test_a_report_that_raises_whatever_it_is_hides_no_other(
    folder: Path, write: Callable[..., Path], raised: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcore.model.interrupts.hears_interrupts", lambda: False)
    silent = "class Silent(Exception):\n    def __str__(self): return 1 // 0\n\n"
    write("reports/bad.py", f"from simcore import report\n\n{silent}@report('bad')\ndef bad(results): raise {raised}\n")

    made = render(find_project(folder), Results(run="r", command="", version="", base_seed=0, strategy="uniform"))

    assert sorted(made.files) == ["junit.xml", "names.txt", "summary.md"]
    (complaint,) = made.complaints
    assert complaint.startswith(f"bad was not written, reports/bad.py failed: {raised.partition('(')[0]}")


def test_a_report_that_changes_what_it_is_given_changes_no_other(folder: Path, write: Callable[..., Path]) -> None:
    taken = "@report('a.txt')\ndef a(results):\n    results.items.clear()\n    return 'cleared'\n"
    count = "@report('n.txt')\ndef n(results): return str(len(results.items))\n"
    write("reports/takes.py", f"from simcore import report\n\n{taken}\n{count}")
    results = Results(run="r", command="c", version="0", base_seed=0, strategy="fifo", items=[ItemResult(id="a.py::b")])

    made = render(find_project(folder), results)

    assert (made.files["a.txt"], made.files["n.txt"], len(results.items)) == ("cleared", "1", 1)


def test_a_ctrl_c_while_a_report_is_made_is_heard(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/bad.py", "from simcore import report\n\n@report('bad')\ndef bad(results): raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        render(find_project(folder), Results(run="r", command="", version="", base_seed=0, strategy="uniform"))


def test_what_a_reports_folder_holds_besides_is_told(folder: Path, write: Callable[..., Path]) -> None:
    write("reports/forgotten.py", "def text(results): return ''\n")
    write("reports/_helper.py", "def text(results): return ''\n")
    write("reports/mine.py", "from simcore import report\n\n@report('junit.xml')\ndef mine(results): return ''\n")

    assert report_notes(find_project(folder)) == [
        "reports/forgotten.py: nothing in it has @report, so that it writes no file; a helper's name begins with `_`",
        "reports/mine.py:3: mine writes junit.xml in the place of the one of simcore",
    ]


def test_of_the_shipped_reports_there_is_nothing_to_say() -> None:
    assert report_notes(shipped_project()) == []
