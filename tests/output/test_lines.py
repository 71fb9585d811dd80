"""The lines that people read of a run."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simcore import ItemResult, Results, Verdict
from simcore.model.outcome import Remark, Sometimes
from simcore.output.lines import headline, remarks, summary, tally


def results(*items: ItemResult) -> Results:
    return Results(
        run="r",
        command="simcore run",
        version="0",
        base_seed=0,
        strategy="uniform",
        items=list(items),
        sometimes=[
            Sometimes("properties/a.py::b", "It happens.", seen=False),
            Sometimes("properties/a.py::c", "", seen=True),
        ],
        notes=["a note\x1b"],
        wall_s=2.04,
    )


def test_an_items_line_has_its_verdict_first() -> None:
    assert headline(ItemResult(id="a::b", schedules=1_000)).text == "PASSED        a::b  1,000 schedules"
    assert headline(
        ItemResult(id="a::b", verdict=Verdict.FAILED, expected=True, schedules=9, first_failure=4)
    ).text == ("FOUND         a::b  schedule 4 of 9")


def test_a_schedule_of_a_part_has_the_number_that_it_has_in_the_whole() -> None:
    assert headline(ItemResult(id="a::b", verdict=Verdict.FAILED, schedules=20, first_failure=52)).text == (
        "FAILED        a::b  schedule 52 (20 of this part were played)"
    )


@pytest.mark.parametrize(("played", "said"), [(0, ""), (1, ", after 1 other"), (6, ", after 6 others")])
def test_a_schedule_whose_process_died_was_not_played_to_its_end(played: int, said: str) -> None:
    died = ItemResult(id="a::b", verdict=Verdict.ERROR, schedules=played, first_failure=played + 1)

    assert headline(died).text == f"ERROR         a::b  schedule {played + 1}, which was not played to its end{said}"


def test_the_line_of_a_property_tells_examples_and_schedules_apart() -> None:
    def line(**figures: Any) -> str:
        return headline(ItemResult(id="a::b", **figures)).text.partition("a::b  ")[2]

    assert line(examples=100, schedules=1_230) == "100 examples, 1,230 schedules"
    assert line(examples=1, schedules=1) == "1 example, 1 schedule"
    assert line(examples=100) == "100 examples"
    assert line(examples=0) == "0 examples"
    assert line(examples=7, schedules=9, first_failure=7, shrinking=1_040) == (
        "example 7 of 7, 9 schedules, shrunk in 1,040 more calls"
    )
    assert line(examples=1, first_failure=1) == "example 1 of 1"


def test_the_tally_tells_examples_where_there_are_properties() -> None:
    drawn, told = ItemResult(id="x", examples=100), ItemResult(id="y", examples=1, schedules=3)

    assert tally(results(drawn, told, ItemResult(id="z", schedules=5))) == (
        "3 items: 3 passed; 101 examples, 8 schedules in 2.0 s"
    )
    assert tally(results(drawn)) == "1 item: 1 passed; 100 examples in 2.0 s"


def test_the_tally_counts_what_came_out_how() -> None:
    found = ItemResult(id="x", verdict=Verdict.FAILED, expected=True, schedules=3)
    failed = ItemResult(id="y", verdict=Verdict.FAILED, schedules=2)

    assert tally(results(ItemResult(id="z", schedules=5), found, failed)) == (
        "3 items: 1 passed, 1 found as expected, 1 failed; 10 schedules in 2.0 s"
    )


def test_many_notes_are_left_to_the_report() -> None:
    noted = msgspec.structs.replace(results(), notes=[f"note {number}" for number in range(14)])

    told = [line.text for line in summary(noted, "r", []) if line.text.startswith("note: ")]

    assert len(told) == 11
    assert told[-1] == "note: 4 more notes are in the report"


def test_the_summary_tells_what_else_the_user_should_know() -> None:
    bounded = ItemResult(id="x", verdict=Verdict.INCONCLUSIVE, schedules=3, bounds={"actions_max": 3})

    told = [
        line.text for line in summary(results(bounded, ItemResult(id="v")), "out/runs/r/summary.md", ["a report broke"])
    ]

    assert told == [
        "",
        "2 items: 1 passed (1 vacuous), 1 inconclusive; 3 schedules in 2.0 s",
        "never seen: properties/a.py::b: It happens.",
        "bound reached: actions_max, 3 times, by x",
        "vacuous: nothing of it was run: v",
        "note: a note\\x1b",
        "warning: a report broke",
        "report: out/runs/r/summary.md",
    ]


def test_a_remark_says_in_which_schedules_it_was_so() -> None:
    several = [Remark("unobserved", "it broke\x1b", schedules=20, first=1_002), Remark("odd", "nothing ran")]

    assert [line.text for line in remarks(ItemResult(id="x", schedules=5_000, remarks=several))] == [
        "  it broke\\x1b (in 20 of 5,000 schedules, first in 1,002)",
        "  nothing ran (in 1 of 5,000 schedules, first in 1)",
    ]
    assert [line.text for line in remarks(ItemResult(id="x", schedules=1, remarks=several[1:]))] == ["  nothing ran"]


def test_many_remarks_are_left_to_the_report() -> None:
    many = [Remark("unobserved", str(number)) for number in range(5)]

    told = [line.text for line in remarks(ItemResult(id="x", schedules=1, remarks=many))]

    assert told == ["  0", "  1", "  2", "  2 more remarks of this item in the report"]
