"""A service is stopped, in whatever state it is (process 14.2, 14.8)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Cancel,
    Options,
    Process,
    ProcessError,
    World,
)
from tests.worlds import SECOND

from .supervised import SEEDS, made, service


def test_a_stop_asks_the_process_to_end() -> None:
    """process 14.8, 1.8: from the hidden supervisor, with a deadline; the end is Stopped, never Exited."""
    events: list[Cancel] = []

    async def tells(process: Process) -> None:
        event = await process.events.receive()
        assert isinstance(event, Cancel)
        events.append(event)

    for seed in range(SEEDS):
        world, changes = made(seed)
        world.define("app:tells", tells)
        id = service(world, "a", "tells", stop_timeout="7s")
        world.run()
        world.stop_service(id)
        world.run()
        assert changes.lines == ["a Starting", "a Running", "a Stopping", "a Stopped"]
        assert world.now_ns == 0

    assert {event.sender for event in events} == {"{node:control|0x00001}"}
    assert {event.deadline_ns for event in events} == {7 * SECOND}


def test_a_crash_during_a_stop_is_no_failure_and_its_error_is_kept() -> None:
    """process 14.8: it is Stopped and not tried again; process 14.12: errors are collected."""

    async def breaks_when_asked(process: Process) -> None:
        await process.events.receive()
        raise RuntimeError("late")

    world, changes = made()
    world.define("app:breaks_when_asked", breaks_when_asked)
    id = service(world, "a", "breaks_when_asked")
    world.run()
    world.stop_service(id)
    world.run()

    assert changes.lines[2:] == ["a Stopping", "a Stopped"]
    assert "late" in str(world.services[id].error)


def test_a_process_that_does_not_stop_is_ended() -> None:
    """process 14.8, O11."""
    world, changes = made()
    id = service(world, "a", "ignores", stop_timeout="2s")
    world.run()
    pid = world.services[id].pid or ""
    world.stop_service(id)
    world.run()

    assert changes.lines[-2:] == ["a Stopping", "a Failed"]
    assert str(world.services[id].error) == "stop timeout after 2s"
    with pytest.raises(ProcessError, match="process terminated"):
        world.result(pid)
    assert world.now_ns == 2 * SECOND


def test_the_quirk_leak_on_stop_timeout_lets_it_run_on() -> None:
    """process 14.8, 18.1."""
    world, _ = made(options=Options(quirks=("leak_on_stop_timeout",)))
    id = service(world, "a", "ignores", stop_timeout="2s")
    world.run()
    first = world.services[id].pid or ""
    world.stop_service(id)
    world.run()
    world.start_service(id)
    world.run()

    assert world.alive(first)
    assert world.services[id].state == "Running"
    assert world.services[id].pid != first


def test_an_obedient_end_at_the_last_instant_goes_either_way() -> None:
    """process 14.8, N24: Stopped, or Failed."""

    async def slow(process: Process) -> None:
        await process.events.receive()
        await process.sleep("2s")

    states = set()
    for seed in range(SEEDS):
        world, _ = made(seed)
        world.define("app:slow", slow)
        id = service(world, "a", "slow", stop_timeout="2s")
        world.run()
        world.stop_service(id)
        world.run()
        states.add(world.services[id].state)

    assert states == {"Stopped", "Failed"}


def test_what_was_not_started_or_has_ended_is_stopped_without_a_change() -> None:
    """process 14.8."""
    world, changes = made()
    names = [service(world, "a", auto_start=False), service(world, "b", "ends")]
    world.run()
    before = list(changes.lines)
    for id in names:
        world.stop_service(id)
    world.run()

    assert changes.lines == before


def test_a_retry_is_given_up_when_a_stop_is_asked_for() -> None:
    """process 14.2, 14.12; I94."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        id = service(world, "a", "breaks")
        world.run(until="900ms")
        world.stop_service(id)
        world.run()

        assert changes.lines == ["a Starting", "a Running", "a Failed", "a Stopping", "a Stopped"]
        assert world.now_ns == 900_000_000


def test_a_process_that_has_ended_already_is_sent_no_cancel() -> None:
    """process 14.8: the service is Stopped all the same, also where nobody had noticed the end."""
    ways = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        id = service(world, "a", "breaks", args=["1s"])
        world.run(until="500ms")
        pid = world.services[id].pid or ""
        ended: list[bool] = []

        def stop(_: Any, world: World = world, id: str = id, pid: str = pid, ended: list[bool] = ended) -> None:
            ended.append(not world.alive(pid))
            world.stop_service(id)

        world.environment.timeout(SECOND // 2).callbacks.append(stop)
        world.run()
        assert changes.lines[-1] == "a Stopped"
        ways.add((ended[0], world.history.count(Cancel)))

    assert ways >= {(True, 0), (False, 1)}
    assert (True, 1) not in ways


def test_a_crash_and_a_stop_at_once_never_restart() -> None:
    """process 14.8; I87, I94: whatever comes first."""
    ways = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        id = service(world, "a", "breaks", args=["1s"])

        def stop(_: Any, world: World = world, id: str = id) -> None:
            world.stop_service(id)

        world.environment.timeout(SECOND).callbacks.append(stop)
        world.run()
        assert world.services[id].state == "Stopped"
        assert changes.lines.count("a Starting") == 1
        ways.add(tuple(changes.lines[2:]))

    assert ways == {("a Stopping", "a Stopped"), ("a Failed", "a Stopping", "a Stopped")}


def test_a_stop_and_a_start_in_one_breath_end_in_one_new_process() -> None:
    """process 14.2; I88: also where the process breaks meanwhile, and where another service needs it."""
    for seed in range(SEEDS):
        world, _ = made(seed)
        id = service(world, "a", "breaks", args=["1s"], restart={"initial_delay": "10s"})
        service(world, "b", depends_on=["a"], stop_timeout="1s")

        def both(_: Any, world: World = world, id: str = id) -> None:
            world.stop_service(id)
            world.start_service("app:b")

        world.environment.timeout(SECOND).callbacks.append(both)
        world.run(until="1500ms")
        assert world.services.states() == {"app:a": "Running", "app:b": "Running"}
        assert sum(world.alive(pid) for pid in world.runtime.records) == 2


def test_a_stop_during_a_slow_start_waits_for_it() -> None:
    """process 14.2: from Starting there is no way to Stopping."""
    world, changes = made()
    id = service(world, "a", start_delay="3s")
    world.run(until="1s")
    world.stop_service(id)
    world.run()

    assert changes.lines == ["a Starting", "a Running", "a Stopping", "a Stopped"]
    assert world.now_ns == 3 * SECOND


def test_a_slow_start_that_fails_after_a_stop_is_stopped() -> None:
    """process 14.2, 14.12."""
    world, changes = made()
    id = service(world, "a", start_delay="3s", start_timeout="2s")
    world.run(until="1s")
    world.stop_service(id)
    world.run()

    assert changes.lines == ["a Starting", "a Failed", "a Stopping", "a Stopped"]


def test_a_start_that_was_asked_for_during_a_stop_comes_after_it() -> None:
    """process 14.2; I88: never two processes of one service."""
    for seed in range(SEEDS):
        for process in ("runs", "ignores"):
            world, changes = made(seed)
            id = service(world, "a", process, stop_timeout="1s")
            world.run()
            world.stop_service(id)
            world.start_service(id)
            world.run()
            end = "Stopped" if process == "runs" else "Failed"
            assert changes.lines[2:] == ["a Stopping", f"a {end}", "a Starting", "a Running"]
