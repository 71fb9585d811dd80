"""What a run depends on is found by trying one thing after the other, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

import pytest

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.leaks.host import KINDS
from simcore.campaign.leaks.kinds import likely
from simcore.campaign.leaks.question import Side
from simcore.campaign.leaks.sides import Sides, difference
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import ItemReference, Run

RUN = Run(item=ItemReference("a.py::a", "1"), seed=1)


BLURRED = "whether it depends on something else as well can be seen when that is mended"


class Played:
    """Plays nothing: what a process would see is what the test says."""

    def __init__(self, sees: Callable[[int, Collection[str], Sequence[Run]], Side]) -> None:
        self._sees = sees
        self._times = 0

    def ask_one(self, run: Run, *, others: Collection[str] = (), before: Sequence[Run] = ()) -> Side:
        self._times += 1
        return self._sees(self._times, others, before)


def found(sees: Callable[[int, Collection[str], Sequence[Run]], Side]) -> list[str]:
    return likely(cast("Sides", Played(sees)), RUN)


def side(*lines: object, **named: Any) -> Side:
    return Side(outcome=Outcome(Verdict.PASSED), lines=[str(line) for line in lines], **named)


@pytest.mark.parametrize("kind", KINDS)
def test_the_one_thing_that_makes_a_difference_is_named_with_who_asked_for_it(kind: str) -> None:
    lines = found(lambda _, others, __: side(kind in others, noted={kind: ["asked (a.py:1)"]}))

    assert lines[:2] == [f"it depends on {KINDS[kind]}", "  asked (a.py:1)"]
    assert lines[2:] == ([BLURRED] if kind == "addresses" else [])


def test_several_are_all_named() -> None:
    lines = found(lambda _, others, __: side("clock" in others, "chance" in others))

    assert lines == [f"it depends on {KINDS['clock']}", f"it depends on {KINDS['chance']}"]


def test_what_only_a_used_process_sees_is_told_with_what_has_outlived() -> None:
    lines = found(lambda _, __, before: side(bool(before), outlived=["a.py: RUNS was [], now [1]"]))

    assert lines == [
        "it depends on what ran before it in the same process, where this has outlived a run:",
        "  a.py: RUNS was [], now [1]",
    ]


def test_what_has_outlived_the_runs_of_others_alone_is_told_as_what_it_is() -> None:
    lines = found(lambda _, __, before: side(bool(before), outlived_others=["a.py: RUNS was [], now [1]"]))

    assert lines == [
        "it depends on what ran before it in the same process, where nothing of its own was found that has outlived a "
        "run; of others this has, which may be no cause:",
        "  a.py: RUNS was [], now [1]",
    ]


def test_what_counts_far_is_played_often_before() -> None:
    lines = found(lambda _, __, before: side(len(before) >= 100))

    assert lines[0].startswith("it depends on what ran before it")


def test_objects_that_lie_elsewhere_are_no_state() -> None:
    lines = found(lambda _, others, before: side("addresses" in others or bool(before)))

    assert lines == [f"it depends on {KINDS['addresses']}", BLURRED]


def test_beside_addresses_only_what_somebody_has_asked_for_is_blamed() -> None:
    """Anything at all moves the addresses a little."""
    lines = found(lambda _, others, __: side(tuple(others), noted={"clock": ["time.time (a.py:1)"]}))

    assert lines == [
        f"it depends on {KINDS['addresses']}",
        f"it depends on {KINDS['clock']}",
        "  time.time (a.py:1)",
        BLURRED,
    ]


def test_what_differs_from_itself_is_outside_of_all_that_can_be_held() -> None:
    lines = found(lambda times, _, __: side(times, noted={"outside": ["a thread was started (a.py:3)"]}))

    assert lines[0].startswith("it differs from itself, in two fresh processes")
    assert lines[1:] == ["  a thread was started (a.py:3)"]


def test_where_nothing_makes_a_difference_that_is_said() -> None:
    (line,) = found(lambda _, __, ___: side("the same"))

    assert line.startswith("played again it is the same each time")
    assert all(kind in line for kind in KINDS)


def test_a_run_that_ends_its_process_is_told() -> None:
    def dies(_: int, others: Collection[str], __: Sequence[Run]) -> Side:
        if others:
            raise WorkerDied("ended with exit code 3")
        return side()

    assert found(dies) == ["what it depends on was not found out: the process that played it ended with exit code 3"]


def test_the_first_difference_of_two_sides_is_told_with_both() -> None:
    names = ("here", "there")
    failed = Side(outcome=Outcome(Verdict.FAILED, "assert", "more\nlines"), lines=["a"])

    assert difference(side("a", "b"), side("a", "c"), names) == [
        "line 2 of the traces differs:",
        "  b here",
        "  c there",
    ]
    assert difference(side("a"), side("a", "b"), names)[1:] == ["  nothing more here", "  b there"]
    assert difference(side("a"), failed, names) == [
        "the traces are the same, but not: verdict, property, message",
        "  verdict: passed here, failed there",
        "  property: nothing here, assert there",
        "  message: nothing here, more there",
    ]
    assert difference(side("a"), side("a"), names) == []


def test_steps_that_both_took_too_long_are_no_difference() -> None:
    """At which line each was stopped is not the program's to decide."""
    late = Outcome(Verdict.INCONCLUSIVE, "step_timeout", "too long")

    assert difference(Side(outcome=late, lines=["a"]), Side(outcome=late), ("here", "there")) == []
