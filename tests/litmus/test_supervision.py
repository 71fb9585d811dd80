"""Hosts, services and enforced deadlines under every schedule: which orders there are (process 2.5, 2.6, 14)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any, Final

from simcore import Options, Process, ProcessError, World
from tests.worlds import HOST

from .harness import Play, Program, enrol

SECOND_NS: Final = 1_000_000_000
SCHEDULES: Final = 200
ENFORCED: Final = Options(cancel_deadline="enforce")


def outcomes(program: Program, options: Options | None = None) -> set[Any]:
    return {program(Play(seed, options=options)) for seed in range(SCHEDULES)}


def end(world: World, pid: str) -> str:
    try:
        return str(world.result(pid))
    except ProcessError as error:
        return error.message


async def obeying_late(process: Process) -> str:
    """End just when the time that was given is over."""
    await process.events.receive()
    await process.sleep("1s")
    return "done"


async def cancelling(process: Process, target: str) -> None:
    await process.cancel(target, "1s")


@partial(enrol, options=ENFORCED)
def cancelled_with_a_deadline(play: Play) -> Hashable:
    world = play.world
    world.define("app:target", obeying_late)
    world.define("app:cancelling", cancelling)
    target = world.spawn("app:target", HOST)
    world.spawn("app:cancelling", HOST, target)
    world.run()
    return end(world, target)


def test_an_enforced_deadline_and_an_end_at_its_instant_may_come_in_either_order() -> None:
    """process 2.5, N26."""
    assert outcomes(cancelled_with_a_deadline, ENFORCED) == {"done", "cancel deadline exceeded"}


@enrol
def stopped_with_its_host(play: Play) -> Hashable:
    async def target(process: Process, name: str) -> str:
        await process.events.receive()
        play.log.append(name)
        await process.sleep("1s")
        return "done"

    world = play.world
    world.define("app:target", target)
    pids = [world.spawn("app:target", HOST, name) for name in "ab"]
    world.run(until="1s")
    world.stop_host(HOST, "1s")
    world.run()
    return "".join(play.log), end(world, pids[0]) == "done"


def test_the_cancels_of_a_host_come_in_any_order_and_an_end_at_its_grace_is_in_time_or_not() -> None:
    """process 2.6, N27."""
    assert outcomes(stopped_with_its_host) == {("ab", True), ("ab", False), ("ba", True), ("ba", False)}


def started_and_stopped(play: Play, *depends_on: str) -> Hashable:
    """Return the order in which two services begin, and that in which they are told to stop."""

    async def serving(process: Process, name: str) -> None:
        play.log.append(name)
        await process.events.receive()
        play.log.append(name)

    world = play.world
    world.define("app:serving", serving)
    world.service("app:a", process="app:serving", host=HOST, args=["a"], auto_start=True)
    world.service("app:b", process="app:serving", host=HOST, args=["b"], auto_start=True, depends_on=depends_on)
    world.run(until="1s")
    world.shut_down()
    world.run()
    return "".join(play.log)


@enrol
def beside_each_other(play: Play) -> Hashable:
    return started_and_stopped(play)


@enrol
def one_needs_the_other(play: Play) -> Hashable:
    return started_and_stopped(play, "app:a")


def test_services_beside_each_other_start_and_stop_in_any_order() -> None:
    """process 14.9, 14.12, N28."""
    assert outcomes(beside_each_other) == {"abab", "abba", "baab", "baba"}


def test_what_is_depended_on_stops_only_after_its_dependents() -> None:
    """process 14.12, G17: b runs until it has stopped; then a is told."""
    assert {str(each)[2:] for each in outcomes(one_needs_the_other)} == {"ba"}


@enrol
def started_after_what_it_needs(play: Play) -> Hashable:
    world, states = play.world, []

    async def serving(process: Process, name: str) -> None:
        if name == "b":
            states.append(world.services["app:a"].state)
        await process.events.receive()

    world.define("app:serving", serving)
    world.service("app:a", process="app:serving", host=HOST, args=["a"], start_delay="1s")
    world.service("app:b", process="app:serving", host=HOST, args=["b"], auto_start=True, depends_on=["app:a"])
    world.run(until="5s")
    return tuple(states)


def test_a_dependent_starts_only_after_what_it_depends_on_runs() -> None:
    """process 14.9, G17."""
    assert outcomes(started_after_what_it_needs) == {("Running",)}


@enrol
def restarted_with_jitter(play: Play) -> Hashable:
    starts: list[int] = []

    async def failing(process: Process) -> None:
        starts.append(process.now_ns)
        if len(starts) > 1:
            await process.events.receive()
        raise RuntimeError("burst")

    world = play.world
    world.define("app:failing", failing)
    restart = {"initial_delay": "1s", "jitter": 0.5}
    world.service("app:a", process="app:failing", host=HOST, auto_start=True, restart=restart)
    world.run(until="10s")
    return starts[1] - starts[0]


def test_the_jitter_of_a_restart_lies_in_its_range_and_reaches_both_ends() -> None:
    """process 14.5, N29."""
    delays = outcomes(restarted_with_jitter)
    assert all(isinstance(delay, int) and SECOND_NS // 2 <= delay <= SECOND_NS * 3 // 2 for delay in delays)
    assert {SECOND_NS // 2, SECOND_NS * 3 // 2} < delays
