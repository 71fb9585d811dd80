"""What is noted of a long run: from half of its bounds on, and no sooner."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import BoundReached, Failure, Options, Process, World
from simcore.check.recent import NOTES_MAX, Note
from tests.conftest import Make
from tests.worlds import HOST, SECOND

MINUTE = 60 * SECOND


async def ticking(process: Process, to: str) -> None:
    while True:
        await process.sleep("1s")
        await process.send(to, "tick")


async def taking(process: Process) -> None:
    while True:
        await process.inbox.receive()


async def holding(process: Process) -> None:
    await process.events.receive()


async def growing(process: Process) -> None:
    while True:
        await process.spawn("app:holding", HOST)


async def timing(process: Process) -> None:
    while True:
        await process.after("2s").receive()


def ended(make: Make, bound: dict[str, Any], to: str = "taking", main: str = "ticking") -> World:
    """Let somebody who sends for ever reach a bound."""
    world = make(ticking=ticking, taking=taking, holding=holding, growing=growing, options=Options(**bound))
    arguments = [world.spawn(f"app:{to}", HOST)] if main == "ticking" else []
    world.spawn(f"app:{main}", HOST, *arguments)
    with pytest.raises((BoundReached, Failure)):
        world.run()
    return world


def test_a_note_has_who_did_what_to_whom_and_when(make: Make) -> None:
    notes = ended(make, {"virtual_time_max_ns": 8 * MINUTE}).recent.notes()

    to, who = "world/app:taking.0", "world/app:ticking.0"
    acts = [each for each in notes if each.verb != "step"]
    sleeps = [at for at, each in enumerate(acts) if each.verb == "do:sleep"]
    now_ns = acts[sleeps[-2]].at_ns
    assert acts[sleeps[-2] : sleeps[-1]] == [
        Note(now_ns, "do:sleep", who, duration_ns=SECOND),
        Note(now_ns + SECOND, "fire:sleep", who),
        Note(now_ns + SECOND, "do:send", who, to, "tick"),
        Note(now_ns + SECOND, "receive", to, who, "tick"),
    ]


@pytest.mark.parametrize(
    ("bound", "to", "main"),
    [
        ({"virtual_time_max_ns": 8 * MINUTE}, "taking", "ticking"),
        ({"actions_max": 200}, "taking", "ticking"),
        ({"mailbox_messages_max": 20}, "holding", "ticking"),
        ({"mailbox_bytes_max": 200}, "holding", "ticking"),
        ({"processes_max": 30}, "taking", "growing"),
        ({"instant_actions_max": 100}, "taking", "growing"),
    ],
)
def test_whatever_bound_is_near_what_happens_is_noted_before_it_is_reached(
    make: Make, bound: dict[str, Any], to: str, main: str
) -> None:
    notes = ended(make, bound, to, main).recent.notes()

    assert len([each for each in notes if each.path == f"world/app:{main}.0"]) >= 10


def test_a_run_that_is_not_long_is_not_noted(make: Make) -> None:
    world = make(ticking=ticking, taking=taking)
    world.spawn("app:ticking", HOST, world.spawn("app:taking", HOST))

    world.run(until="10m")

    assert world.kernel.actions > 1_000
    assert world.recent.notes() == []


def test_no_more_is_kept_than_has_room(make: Make) -> None:
    world = ended(make, {"actions_max": 4 * NOTES_MAX})

    assert len(world.recent.notes()) == NOTES_MAX


def test_a_timer_is_noted_with_its_duration(make: Make) -> None:
    world = make(timing=timing, options=Options(virtual_time_max_ns=MINUTE))
    world.spawn("app:timing", HOST)

    with pytest.raises(BoundReached):
        world.run()

    assert {each.duration_ns for each in world.recent.notes() if each.verb == "fire:after"} == {2 * SECOND}


def test_looking_on_changes_nothing(make: Make) -> None:
    def digest(bound: dict[str, Any]) -> str:
        world = make(ticking=ticking, taking=taking, options=Options(**bound))
        world.spawn("app:ticking", HOST, world.spawn("app:taking", HOST))
        world.run(until="1m")
        return world.digest

    assert digest({"virtual_time_max_ns": 2 * MINUTE}) == digest({})
