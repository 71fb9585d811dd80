"""The Markdown summary of a run."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from simcore import ItemResult, Results, Verdict
from simcore.catalog.project import shipped_project
from simcore.catalog.reports import renderers
from simcore.model.reached import Reached

Render = Callable[[Results], str]
LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def render() -> Render:
    return next(each.function for each in renderers(shipped_project()).found if each.name == "summary.md")


def test_the_counts_come_first(render: Render, results: Results) -> None:
    assert render(results).splitlines()[0] == (
        "## simcore 0.1.0: 1 passed, 1 found as expected, 1 failed, 1 in error, 1 inconclusive"
    )


def test_every_item_has_its_row(render: Render, results: Results) -> None:
    rows = [line for line in render(results).splitlines() if line.startswith("| ")]

    assert rows[1:] == [
        "| PASSED | scenarios/pool.py::checkout | 100 |  |  |",
        "| FOUND | scenarios/orders::shop:lanes | 7 | 7 | assert |",
        "| FAILED | scenarios/pool.py::race | 3 | 3 | no\\_double\\_charge |",
        "| ERROR | shop:broken | 1 | 1 | KeyError |",
        "| INCONCLUSIVE | shop:endless | 2 |  | actions\\_max |",
    ]


def test_failures_nobody_wanted_are_open_and_come_first(render: Render, results: Results) -> None:
    blocks = re.findall(r"<details( open)?><summary>(\w+)", render(results))

    assert blocks == [(" open", "FAILED"), (" open", "ERROR"), (" open", "INCONCLUSIVE"), ("", "FOUND")]


def test_a_failure_shows_replay_token_and_story(render: Render, results: Results) -> None:
    text = render(results)

    assert "```text\nsimcore replay .simcore/runs/r/cases/x.case.json\n```" in text
    assert "Token: `simcore1/uniform/5/0/orders::shop:lanes`" in text
    assert "the last events:\n  lane ends\n" in text


def test_nothing_in_a_text_of_the_program_leaves_its_fence(render: Render, results: Results) -> None:
    text = render(results)

    assert "````text\ncharged twice\nby </details> ``` \\x1b[31m |\n````" in text
    assert "\x1b" not in text
    assert "\x00" not in text


def test_what_was_never_seen_bounds_and_notes_are_listed(render: Render, results: Results) -> None:
    text = render(results)

    assert "- properties/links.py::fails: Something fails." in text
    assert "- actions\\_max 2 times by shop:endless" in text
    assert "- app: not part of the simulation: kind http.service" in text


def test_an_interrupted_run_says_so(render: Render, results: Results) -> None:
    assert "(interrupted)" in render(msgspec.structs.replace(results, interrupted=True)).splitlines()[0]


def test_a_huge_run_stays_below_the_limit_of_a_ci(render: Render, results: Results) -> None:
    failing = ItemResult(
        id="a::" + "x" * 100, verdict=Verdict.FAILED, message="m" * 3_000, story=["s" * 1_900] * 300, replay="simcore r"
    )

    text = render(msgspec.structs.replace(results, items=[failing] * 3_000))

    assert len(text.encode()) < LIMIT
    assert text.count("<details") == text.count("</details>")
    assert "2000 more items are in `results.json`" in text
    assert "The rest is left out" in text


def test_an_empty_run_is_told_too(render: Render, results: Results) -> None:
    assert "nothing ran" in render(msgspec.structs.replace(results, items=[]))


def test_remarks_are_listed_with_their_item(render: Render, results: Results) -> None:
    told = "nobody looked: a\\\\x00 (in 9 of 100 schedules, first in 4)"

    assert f"- scenarios/pool.py::checkout: 1 process failed and {told}" in render(results)


def test_the_title_of_a_failure_is_read_as_it_is(render: Render, results: Results) -> None:
    odd = ItemResult(id="scenarios/a_[b]*.py::f_<i>\x1b", verdict=Verdict.FAILED, property="no_double_charge & more")

    text = render(msgspec.structs.replace(results, items=[odd]))

    title = "FAILED <code>scenarios/a_[b]*.py::f_&lt;i&gt;\\x1b</code>: no_double_charge &amp; more"
    assert f"<details open><summary>{title}</summary>" in text
    assert "| scenarios/a\\_\\[b\\]\\*.py::f\\_&lt;i&gt;\\\\x1b | 0 |" in text


def test_all_that_drawn_programs_reached_is_listed_in_a_fold(render: Render, results: Results) -> None:
    reached = Reached(
        programs=2,
        runs=3,
        verbs={"send": {"NotFound": 1, "done": 4}, "link_by_name": {}},
        situations={"often": 3, "never": 0},
        followed=3,
        unjudged={"this": 2},
    )
    drawn = msgspec.structs.replace(results, items=[ItemResult(id="x", examples=2, reached=reached)])

    text = render(drawn)

    assert "<details><summary>What 2 programs, 3 runs, 0 actions, 0 calls have reached</summary>" in text
    assert text.index("| never | 0 |") < text.index("| often | 3 |")
    assert "| send | done 4, NotFound 1 |" in text
    assert "| link\\_by\\_name | never |" in text
    assert "A model has judged 3 of 3 runs. It took as it came:\n\n- this: 2 times" in text
    assert "have reached" not in render(results)
