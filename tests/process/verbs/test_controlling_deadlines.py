"""Processes that were told by when to end (process 2.5, O1)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Options,
    Process,
    Uniform,
    World,
)
from tests.behaviours import obeys, refused, sleeper, watcher
from tests.conftest import Make
from tests.worlds import HOST

SEEDS = 200


async def asks(process: Process, pid: str, *deadlines: Any) -> None:
    for deadline in deadlines:
        await process.cancel(pid, deadline)


ENFORCE = Options(cancel_deadline="enforce")


def enforced(make: Make, behaviour: Any, *deadlines: Any, options: Options = ENFORCE, seed: int = 0) -> World:
    world: World = make(options=options, strategy=Uniform(), seed=seed, victim=behaviour, asks=asks, watcher=watcher)
    pid = world.spawn("app:victim", HOST)
    world.spawn("app:watcher", HOST, pid)
    world.run(until=1)
    world.spawn("app:asks", HOST, pid, *deadlines)
    world.run()
    return world


VICTIM = "{app:processes|0x00001}"
WATCHER = "{app:processes|0x00002}"


def test_a_deadline_that_is_enforced_ends_the_process(make: Make) -> None:
    """process 2.5; I13."""
    world = enforced(make, sleeper, "2s")

    assert refused(world.result, VICTIM) == "Timeout cancel deadline exceeded"
    assert world.result(WATCHER) == [None, "cancel deadline exceeded"]
    assert world.now_ns == 2_000_000_001


def test_an_advisory_deadline_ends_nobody(make: Make) -> None:
    """process 2.5, O1; I12."""
    world = enforced(make, sleeper, "2s", options=Options())

    assert world.alive(VICTIM)
    assert world.now_ns == 1


@pytest.mark.parametrize(
    ("deadlines", "end_ns"),
    [(("5s", "2s", "9s"), 2_000_000_001), ((None, "2s"), 2_000_000_001), (("3s", "-1s"), 1), ((0,), 1)],
)
def test_the_earliest_of_several_deadlines_counts(make: Make, deadlines: tuple[Any, ...], end_ns: int) -> None:
    """process 2.5: also one that is past already."""
    world = enforced(make, sleeper, *deadlines)

    assert refused(world.result, VICTIM) == "Timeout cancel deadline exceeded"
    assert world.now_ns == end_ns


def test_a_cancel_without_a_deadline_enforces_nothing(make: Make) -> None:
    """process 2.5."""
    assert enforced(make, sleeper, None).alive(VICTIM)


def test_who_ends_in_time_leaves_no_deadline_behind(make: Make) -> None:
    """process 2.5; I97: no timer is left that could move time."""
    world = enforced(make, obeys, "5s")

    assert world.result(VICTIM)[2] == 5_000_000_001
    assert world.now_ns == 1


def test_a_deadline_and_an_end_at_the_same_instant_go_either_way(make: Make) -> None:
    """N26."""

    async def finishes_at_the_deadline(process: Process) -> str:
        await process.sleep("2s")
        return "done"

    ends = set()
    for seed in range(SEEDS):
        outcome = enforced(make, finishes_at_the_deadline, 1_999, 1_999.9, "1999999999ns", seed=seed).outcome(VICTIM)
        assert outcome is not None
        ends.add("done" if outcome.error is None else outcome.error.message)
    assert ends == {"cancel deadline exceeded"}

    for seed in range(SEEDS):
        outcome = enforced(make, finishes_at_the_deadline, "1999999999ns", seed=seed).outcome(VICTIM)
        assert outcome is not None
        ends.add("done" if outcome.error is None else outcome.error.message)
    assert ends == {"cancel deadline exceeded", "done"}


def test_a_deadline_survives_an_upgrade(make: Make) -> None:
    """process 2.5."""

    async def upgrades(process: Process, turn: int = 0) -> None:
        await process.events.receive()
        process.upgrade("app:sleeper")

    world = make(options=ENFORCE, upgrades=upgrades, sleeper=sleeper, asks=asks)
    pid = world.spawn("app:upgrades", HOST)
    world.spawn("app:asks", HOST, pid, "3s")
    world.run()

    assert refused(world.result, pid) == "Timeout cancel deadline exceeded"
    assert world.now_ns == 3_000_000_000


def test_the_deadline_of_a_stopping_host_is_its_own(make: Make) -> None:
    """process 2.5 (b): what ends the process is the host."""
    world = make(options=ENFORCE, sleeper=sleeper)
    pid = world.spawn("app:sleeper", HOST)
    world.run()
    world.stop_host(HOST, grace="1s")
    world.run()

    assert refused(world.result, pid) == "Canceled context canceled"
