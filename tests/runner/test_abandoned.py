"""The end of worlds: what is said of coroutines that do not let themselves be closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Process, World
from simcore.limits.alarm import guarded
from simcore.limits.limit import Limit
from simcore.model.durations import MILLISECOND
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.abandoned import ABANDONED, with_abandoned

PASSED = Outcome(Verdict.PASSED)
FAILED = Outcome(Verdict.FAILED, "assert", "it does not hold")


@pytest.fixture(autouse=True)
def nobody_debugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)


async def stubborn(process: Process) -> None:
    while True:
        try:
            await process.sleep("1s")
        except BaseException:
            continue


async def spins_at_last(process: Process) -> None:
    try:
        await process.sleep("1h")
    finally:
        while True:
            pass


def left(behaviour: Callable[..., Any], amount: int = 1) -> World:
    world = World()
    world.define("app:left", behaviour)
    for _ in range(amount):
        world.spawn("app:left", "app:host")
    world.run(until="3s")
    return world


def test_what_was_given_up_is_remarked_with_its_line() -> None:
    (remark,) = with_abandoned([left(stubborn)], PASSED).remarks

    assert remark.kind == ABANDONED
    assert remark.text.startswith("world/app:left.0 catches its own end again and again in ")
    assert "test_abandoned.py:" in remark.text
    assert remark.text.endswith("and was given up after it was told 1,000 times; let pass what is no Exception")


def test_of_many_the_first_are_named() -> None:
    outcome = with_abandoned([left(stubborn, 3), left(stubborn, 2)], FAILED)

    assert outcome.verdict is Verdict.FAILED
    assert [each.text.partition(" ")[0] for each in outcome.remarks] == [
        *(f"world/app:left.{number}" for number in range(3)),
        "and",
    ]
    assert outcome.remarks[-1].text == "and 2 more"


def test_what_never_gives_control_back_on_its_way_out_is_an_error_of_what_passed() -> None:
    with guarded(Limit(20 * MILLISECOND)):
        outcome = with_abandoned([left(spins_at_last)], PASSED)

    assert (outcome.verdict, outcome.property) == (Verdict.ERROR, "step_timeout")
    assert outcome.message.startswith("what the world has left did not give control back within")


def test_what_failed_has_failed_and_it_is_said_beside() -> None:
    with guarded(Limit(20 * MILLISECOND)):
        outcome = with_abandoned([left(spins_at_last)], FAILED)

    assert (outcome.verdict, outcome.property, len(outcome.remarks)) == (Verdict.FAILED, "assert", 1)
    assert "did not give control back" in outcome.remarks[0].text


def test_of_a_world_that_ends_nothing_is_said() -> None:
    async def done(process: Process) -> None:
        await process.sleep("1s")

    assert with_abandoned([left(done), World()], PASSED) == PASSED
