"""Telling a run while it happens."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from simcore import ItemResult, Verdict
from simcore.catalog.item import Item
from simcore.cli.tellers import Lines, Progress
from simcore.model.outcome import Remark
from simcore.output.lines import Line

ITEM = Item(kind="scenario", id="scenarios/a.py::b")
FAILED = ItemResult(
    id=ITEM.id,
    verdict=Verdict.FAILED,
    schedules=7,
    first_failure=7,
    property="assert",
    message="one\ntwo",
    replay="simcore replay 'a b.case.json'",
)


def clock(*instants: float) -> Iterator[float]:
    yield from instants


def told_by(*calls: tuple[str, ItemResult]) -> list[str]:
    lines: list[Line] = []
    teller = Lines(lines.append)
    for method, result in calls:
        getattr(teller, method)(ITEM, result)
    return [line.text for line in lines]


def test_a_failure_is_told_at_once_and_its_story_when_it_is_known() -> None:
    with_story = ItemResult(
        **{name: getattr(FAILED, name) for name in FAILED.__struct_fields__ if name != "story"}, story=["it began", "x"]
    )

    assert told_by(("failed", FAILED), ("finished", with_story)) == [
        "FAILED        scenarios/a.py::b  schedule 7 of 7",
        "  assert: one",
        "  | two",
        "  replay: simcore replay 'a b.case.json'",
        "  | it began",
        "  | x",
    ]


def test_a_verdict_that_was_not_told_as_a_failure_is_told_at_the_end() -> None:
    inconclusive = ItemResult(
        id=ITEM.id, verdict=Verdict.INCONCLUSIVE, schedules=2, property="actions_max", message="a bound"
    )

    assert told_by(("finished", inconclusive)) == [
        "INCONCLUSIVE  scenarios/a.py::b  2 schedules",
        "  actions_max: a bound",
    ]


def test_what_a_verdict_does_not_say_is_told_below_it() -> None:
    remarks = [Remark("unobserved", "it broke")]
    passed = ItemResult(id=ITEM.id, schedules=1, remarks=remarks)
    failed = ItemResult(id=ITEM.id, verdict=Verdict.FAILED, schedules=1, property="assert", message="m")

    assert told_by(("finished", passed)) == ["PASSED        scenarios/a.py::b  1 schedule", "  it broke"]
    assert told_by(("failed", failed), ("finished", msgspec.structs.replace(failed, remarks=remarks))) == [
        "FAILED        scenarios/a.py::b  1 schedule",
        "  assert: m",
        "  it broke",
    ]


def test_progress_is_one_line_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    times = clock(0.0, 1.0, 6.0, 7.0, 12.0)
    progress = Progress(lambda: next(times))

    for schedules, failures in ((10, 0), (1_240, 0), (1_300, 1), (2_400, 1)):
        progress.progressed(ITEM, schedules, failures)

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "  progress: 1,240 schedules · 207/s · 0 failures · scenarios/a.py::b",
        "  progress: 2,400 schedules · 200/s · 1 failure · scenarios/a.py::b",
    ]


def test_progress_adds_up_over_items(capsys: pytest.CaptureFixture[str]) -> None:
    times = clock(0.0, 1.0, 10.0)
    progress = Progress(lambda: next(times))

    progress.progressed(ITEM, 10, 1)
    progress.progressed(Item(kind="scenario", id="scenarios/a.py::c"), 5, 0)

    assert capsys.readouterr().err == "  progress: 15 schedules · 2/s · 1 failure · scenarios/a.py::c\n"
