"""The end of a host (process 2.6, 7.3)."""

from __future__ import annotations

import pytest

from simcore import (
    Cancel,
    InvalidArgument,
    NotFound,
    Pid,
    Process,
    ProcessError,
    Uniform,
    World,
)
from simcore.kernel.action import Action
from tests.behaviours import obeys, refused, sleeper, watcher
from tests.conftest import Make
from tests.supervision.supervised import OTHER, SEEDS
from tests.worlds import HOST


def test_every_process_of_a_stopping_host_is_asked_to_end(make: Make) -> None:
    """process 2.6 step 2: from the empty pid, with reason and deadline."""
    world = make(obeys=obeys)
    pid = world.spawn("app:obeys", HOST)
    world.run()

    world.stop_host(HOST, grace="5s")
    world.run()

    assert world.result(pid) == ["{|}", "scheduler shutdown", 5_000_000_000, "2024-01-01T00:00:05Z"]
    assert world.now_ns == 0
    assert world.runtime.hosts[HOST].state == "stopped"


def test_who_does_not_end_within_the_grace_is_ended(make: Make) -> None:
    """process 2.6 step 4, 2.4: a blocked process ends with `context canceled`. I14."""
    world = make(sleeper=sleeper)
    pid = world.spawn("app:sleeper", HOST)
    world.run()

    world.stop_host(HOST)
    world.run(until="9999ms")
    alive = world.alive(pid)
    world.run()

    assert alive
    assert refused(world.result, pid) == "Canceled context canceled"
    assert world.now_ns == 10_000_000_000


def test_who_was_about_to_step_when_the_grace_ended_is_terminated(make: Make) -> None:
    """process 2.4, N27: both classifications happen, and so does an end within the grace."""

    async def late(process: Process) -> str:
        await process.sleep("1s")
        return "just in time"

    seen = set()
    for seed in range(SEEDS):
        world = make(strategy=Uniform(), seed=seed, late=late)
        pid = world.spawn("app:late", HOST)
        world.run(until=1)
        world.stop_host(HOST, grace=999_999_999)
        world.run()
        outcome = world.outcome(pid)
        assert outcome is not None
        seen.add(outcome.payload.value() if outcome.error is None else outcome.error.message)

    assert seen == {"just in time", "process terminated", "context canceled"}


def test_a_stopping_host_takes_in_no_spawn_and_no_message(make: Make) -> None:
    """process 2.6 step 1, 7.3 row 3; I15."""

    async def tries(process: Process, pid: str) -> list[str]:
        log = []
        for call in (
            lambda: process.spawn("app:sleeper", HOST),
            lambda: process.send(pid, "hello"),
            lambda: process.cancel(pid),
        ):
            try:
                log.append(str(await call()))
            except ProcessError as error:
                log.append(f"{error.kind} {error.message}")
        await process.terminate(pid)
        return log

    world = make(sleeper=sleeper, tries=tries)
    world.runtime.add_host(OTHER)
    pid = world.spawn("app:sleeper", HOST)
    world.run()
    world.stop_host(HOST)
    asker = world.spawn("app:tries", OTHER, pid)
    outside = [refused(world.spawn, "app:sleeper", HOST), refused(world.send, pid, "hello")]
    world.run()

    refusal = f"Unavailable host is shutting down: {HOST}"
    assert world.result(asker) == [refusal] * 3
    assert outside == [refusal] * 2
    # A terminate still reaches it, long before the grace is over.
    assert refused(world.result, pid) == "Internal process terminated"
    assert world.now_ns == 0
    assert refused(world.spawn, "app:sleeper", HOST) == f"Unavailable host is not running: {HOST}"


def test_notices_reach_watchers_elsewhere_and_nobody_on_the_stopping_host(make: Make) -> None:
    """process 2.6, O13."""

    async def on_the_host(process: Process, pid: str) -> list[str]:
        await process.set_options(trap_links=True)
        await process.monitor(pid)
        await process.link(pid)
        return [type(await process.events.receive()).__name__ for _ in range(2)]

    for seed in range(50):
        world = make(strategy=Uniform(), seed=seed, sleeper=sleeper, watcher=watcher, on_the_host=on_the_host)
        world.runtime.add_host(OTHER)
        pid = world.spawn("app:sleeper", HOST)
        near = world.spawn("app:on_the_host", HOST, pid)
        far = world.spawn("app:watcher", OTHER, pid)
        world.run()
        world.stop_host(HOST, grace="1s")
        world.run()

        assert world.result(far) == [None, "context canceled"]
        # It got its CANCEL, and waited for a second event that never came.
        assert refused(world.result, near) == "Canceled context canceled"
        assert world.history.count(Cancel) == 2


def test_commands_that_were_issued_are_performed_for_a_process_that_was_ended(make: Make) -> None:
    """process 15.1.1 rule 1, 2.6, 6.10: the commands of its last step, and none of a step that it did not begin."""

    async def collector(process: Process) -> list[str]:
        got: list[str] = []
        while True:
            chosen = await process.select(inbox=process.inbox, late=process.after("10s"))
            if chosen.name == "late":
                return got
            got.append(chosen.value.topic)

    async def busy(process: Process, to: str) -> None:
        process.go(second, to)
        process.go(third)
        await process.sleep("1s")
        await process.send(to, "first")
        await process.send(to, "never in the same step")

    async def second(process: Process, to: str) -> None:
        await process.sleep("1s")
        await process.send(to, "second")

    async def third(process: Process) -> None:
        await process.sleep("1s")
        await process.monitor("collector")

    lengths = set()
    dead_sends = 0
    for seed in range(SEEDS):
        world = make(strategy=Uniform(), seed=seed, collector=collector, busy=busy)
        world.runtime.add_host(OTHER)
        collected = world.spawn("app:collector", OTHER)
        pid = world.spawn("app:busy", HOST, collected)
        world.run(until=1)
        world.stop_host(HOST, grace=999_999_999)
        world.run()
        lengths.add(len(world.result(collected)))
        outcome = world.outcome(pid)
        assert outcome is not None
        dead_sends += outcome.error is not None and len(world.result(collected)) > 0

    assert {0, 1, 2} <= lengths
    assert dead_sends


def test_a_spawn_that_was_issued_by_who_was_ended_still_happens(make: Make) -> None:
    """process 15.1.1 rule 1, 6.10: the linked child of a parent that is gone dies before its first step."""

    async def parent(process: Process) -> None:
        await process.sleep("1s")
        await process.spawn_linked("app:child", OTHER)

    async def child(process: Process) -> str:
        return "ran"

    ends: set[str] = set()
    for seed in range(SEEDS):
        world = make(strategy=Uniform(), seed=seed, parent=parent, child=child)
        world.runtime.add_host(OTHER)
        pid = world.spawn("app:parent", HOST)
        world.run(until=1)
        world.stop_host(HOST, grace=999_999_999)
        world.run()
        for record in world.runtime.records.values():
            if record.id == "app:child":
                outcome = record.outcome
                assert outcome is not None
                ends.add("ran" if outcome.error is None else outcome.error.message)
        assert not world.alive(pid)

    assert ends == {"ran", "linked process failed"}


def test_a_parent_that_has_ended_can_be_linked_until_it_is_gone(make: Make) -> None:
    """process 15.1.2, 6.2, 6.10, N11: a linked spawn that was issued is performed in any stage of the end."""

    async def parent(process: Process) -> None:
        await process.sleep("1s")
        await process.spawn_linked("app:child", OTHER)

    async def child(process: Process) -> str:
        return "ran"

    seen: set[tuple[str, str]] = set()
    for seed in range(3 * SEEDS):
        world = make(strategy=Uniform(), seed=seed, parent=parent, child=child)
        world.runtime.add_host(OTHER)
        pid = world.spawn("app:parent", HOST)
        stages: list[str] = []

        def look(action: Action, number: int, world: World = world, pid: Pid = pid, to: list[str] = stages) -> None:
            if action.label().verb == "do:spawn_linked":
                to.append("alive" if world.alive(pid) else "ended" if pid in world.graph.networkx() else "gone")

        world.kernel.on_action = look
        world.run(until=1)
        world.stop_host(HOST, grace=999_999_999)
        world.run()
        ends = [record.outcome for record in world.runtime.records.values() if record.id == "app:child"]
        seen |= {(stages[0], outcome.error.message if outcome.error else "ran") for outcome in ends if outcome}

    killed = "linked process failed"
    assert seen == {("alive", "ran"), ("alive", killed), ("ended", "ran"), ("ended", killed), ("gone", killed)}


def test_a_process_that_waits_for_a_shared_operation_can_be_ended(make: Make) -> None:
    """process 2.6, 15.1.1: its step is never gone on with, and what it had not issued is not performed."""

    async def looks_up(process: Process, to: str) -> None:
        process.go(sends, to)
        await process.sleep("1s")
        await process.registry.register("name")
        await process.inbox.receive()

    async def sends(process: Process, to: str) -> None:
        await process.sleep("1s")
        await process.send(to, "hello")

    messages = set()
    for seed in range(SEEDS):
        world = make(strategy=Uniform(), seed=seed, looks_up=looks_up, sleeper=sleeper)
        world.runtime.add_host(OTHER)
        other = world.spawn("app:sleeper", OTHER)
        pid = world.spawn("app:looks_up", HOST, other)
        world.run(until=1)
        world.stop_host(HOST, grace=999_999_999)
        world.run()
        assert refused(world.result, pid).partition(" ")[2] in ("process terminated", "context canceled")
        assert not world.names
        messages.add(not world.alive(other))

    assert messages == {True, False}


def test_a_grace_of_nothing_ends_everybody_at_once(make: Make) -> None:
    """process 2.6: the CANCEL may come too late, in any order with the end of the grace."""
    results = set()
    for seed in range(50):
        world = make(strategy=Uniform(), seed=seed, obeys=obeys)
        pid = world.spawn("app:obeys", HOST)
        world.run()
        world.stop_host(HOST, grace=0)
        world.run()
        assert world.now_ns == 0
        outcome = world.outcome(pid)
        assert outcome is not None
        results.add("obeyed" if outcome.error is None else outcome.error.message)

    assert {"obeyed", "context canceled"} <= results


def test_a_host_is_stopped_once_and_for_ever(make: Make) -> None:
    """process 2.6."""
    world = make(sleeper=sleeper)
    world.spawn("app:sleeper", HOST)
    world.stop_host(HOST, grace="1s")
    world.stop_host(HOST, grace="1h")
    world.run()
    world.stop_host(HOST)
    world.run()

    assert world.now_ns == 1_000_000_000
    assert world.runtime.hosts[HOST].state == "stopped"


def test_a_wrong_stop_is_refused(make: Make) -> None:
    world = make()

    with pytest.raises(NotFound, match="host not found: app:none"):
        world.stop_host("app:none")
    with pytest.raises(InvalidArgument, match="invalid duration"):
        world.stop_host(HOST, grace="soon")


def test_a_message_to_who_has_ended_on_a_stopped_host_finds_nobody(make: Make) -> None:
    """I20."""
    world = make(sleeper=sleeper)
    pid = world.spawn("app:sleeper", HOST)
    world.stop_host(HOST, grace=0)
    world.run()

    assert refused(world.send, pid, "hello") == f"NotFound process not found: {pid}"


def test_an_own_name_can_be_registered_while_the_host_stops(make: Make) -> None:
    """process 11.1: it lives, although nothing is routed to it."""

    async def names_itself(process: Process) -> str:
        await process.events.receive()
        await process.registry.register("me")
        return str(await process.registry.lookup("me"))

    world = make(names_itself=names_itself)
    pid = world.spawn("app:names_itself", HOST)
    world.run()
    world.stop_host(HOST)
    world.run()

    assert world.result(pid) == pid
