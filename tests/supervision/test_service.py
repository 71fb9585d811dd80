"""A service starts, ends, and is tried again (process 14.1 to 14.7, 14.14)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Actor,
    Options,
    PermissionDenied,
    Process,
    Scope,
    allow,
)
from tests.worlds import HOST, SECOND

from .supervised import SEEDS, made, service


def test_a_service_runs_as_soon_as_its_process_is_spawned() -> None:
    """process 14.3: there is no readiness protocol, the process may not have run a line."""
    running_before_its_first_step = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        id = service(world, "a")
        world.run(until=1)
        assert changes.lines == ["a Starting", "a Running"]
        running_before_its_first_step.add(world.services[id].pid)
        assert world.alive(world.services[id].pid or "")

    assert running_before_its_first_step == {f"{{{HOST}|0x00002}}"}


def test_a_service_without_auto_start_waits_until_it_is_asked() -> None:
    """process 14.1."""
    world, changes = made()
    id = service(world, "a", auto_start=False)
    world.run()
    before = list(changes.lines)
    world.start_service(id)
    world.start_service(id)
    world.run()
    world.start_service(id)
    world.run()

    assert before == []
    # To start what runs is no error and changes nothing (process 14.2).
    assert changes.lines == ["a Starting", "a Running"]


def test_the_process_is_given_its_arguments_and_its_identity() -> None:
    """process 14.1, 12.4."""
    seen: list[Any] = []

    async def tells(process: Process, *arguments: Any) -> None:
        seen.append([arguments, process.actor, process.scope])
        await process.events.receive()

    world, _ = made()
    world.define("app:tells", tells)
    scope = Scope([allow("*", "*")])
    service(world, "a", "tells", args=[1, {"two": 2}], actor=Actor("me"), scope=scope)
    service(world, "b", "tells")
    world.run()

    assert sorted(seen, key=lambda each: len(each[0])) == [
        [(), None, None],
        [(1, {"two": 2}), Actor("me"), scope],
    ]


def test_a_grant_counts_for_every_later_start_and_a_revoke_too() -> None:
    """N31, process 12.4: a running process keeps its snapshot."""

    async def sends(process: Process, then: str) -> None:
        for _ in range(2):
            await process.inbox.receive()
            try:
                await process.send(process.pid, "self")
                log.append("sent")
            except PermissionDenied:
                log.append("denied")
            await process.inbox.receive() if log[-1] == "sent" else None

    log: list[str] = []
    world, _ = made(uniform=False)
    world.define("app:sends", sends)
    world.policies.add(allow("process.send", "*", id="app:may_send", groups=["app:talkers"]))
    id = service(world, "a", "sends", args=["x"], actor=Actor("a"), groups=["app:talkers"])

    def poke() -> None:
        world.send(world.services[id].pid or "", "go")
        world.run()

    world.run()
    poke()
    world.policies.revoke("app:may_send", "app:talkers")
    poke()
    # The first process has ended; the next start sees the revoke.
    world.start_service(id)
    world.run()
    poke()
    world.policies.grant("app:may_send", "app:talkers")
    poke()
    world.start_service(id)
    world.run()
    poke()

    assert log == ["sent", "sent", "denied", "denied", "sent"]


def test_a_slow_start_is_given_up_and_tried_again() -> None:
    """process 14.7: it counts as a failure."""
    world, changes = made()
    id = service(world, "a", start_delay="3s", start_timeout="2s", restart={"max_attempts": 2})
    world.run()

    assert changes.lines == ["a Starting", "a Failed"] * 2
    status = world.services[id]
    assert status.error is not None
    assert (status.error.message, status.error.kind, status.error.retryable) == (
        "service start timed out",
        "Timeout",
        True,
    )


def test_a_start_that_takes_as_long_as_its_timeout_goes_either_way() -> None:
    """process 14.7, N24."""
    firsts = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", start_delay="2s", start_timeout="2s")
        world.run(until="2500ms")
        firsts.add(changes.lines[1])

    assert firsts == {"a Running", "a Failed"}


def test_a_process_that_cannot_be_spawned_is_a_failed_start() -> None:
    """process 14.5: it counts like a crash."""
    world, changes = made()
    id = service(world, "a", "none", restart={"max_attempts": 3})
    world.run()

    assert changes.lines == ["a Starting", "a Failed"] * 3
    assert world.services[id].error is not None
    assert "factory not found: app:none" in str(world.services[id].error)


def test_a_normal_end_is_no_failure_and_brings_no_restart() -> None:
    """process 14.4; I92."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "ends")
        service(world, "b", "gives_up")
        world.run()

        assert sorted(changes.lines) == sorted(
            f"{name} {state}" for name in "ab" for state in ("Starting", "Running", "Exited")
        )
        assert world.now_ns == 0


@pytest.mark.parametrize("how", ["raises", "terminated", "deadlock", "linked", "upgrade"])
def test_what_the_program_did_not_mean_is_tried_again_as_another_process(how: str) -> None:
    """process 14.4, 14.14: also where the runtime's own error is not retryable."""

    async def victim(process: Process) -> None:
        if how == "linked":
            await process.spawn_linked("app:breaks", HOST)
        elif how == "terminated":
            await process.terminate(process.pid)
        elif how == "upgrade":
            process.upgrade("app:nothing")
        elif how == "deadlock":
            await process.select()
        else:
            raise ValueError("unlucky")
        await process.inbox.receive()

    world, changes = made()
    world.define("app:victim", victim)
    id = service(world, "a", "victim", restart={"max_attempts": 2})
    world.run(until=1)
    first = world.services[id].pid
    world.run()

    assert changes.lines == ["a Starting", "a Running", "a Failed"] * 2
    assert world.services[id].pid != first
    assert world.services[id].restarts == 1


def test_retries_are_further_and_further_apart() -> None:
    """process 14.6, O12; I89."""
    for seed in range(20):
        world, changes = made(seed)
        service(world, "a", "breaks", restart={"jitter": 0.1, "max_attempts": 9})
        world.run()

        assert len(changes.delays) == 8
        for delay, base in zip(changes.delays, (1, 2, 4, 8, 16, 32, 64, 90), strict=True):
            assert 0.9 * base * SECOND <= delay <= 1.1 * base * SECOND
        assert world.now_ns == sum(changes.delays)


def test_the_quirk_flat_backoff_waits_the_initial_delay_each_time() -> None:
    """process 14.6, 18.1."""
    world, changes = made(options=Options(quirks=("flat_backoff",)))
    service(world, "a", "breaks", restart={"max_attempts": 5})
    world.run()

    assert len(changes.delays) == 4
    assert all(0.9 * SECOND <= delay <= 1.1 * SECOND for delay in changes.delays)


@pytest.mark.parametrize(("most", "starts"), [(1, 1), (2, 2), (4, 4)])
def test_max_attempts_bounds_the_failures_in_a_row(most: int, starts: int) -> None:
    """process 14.5; I90: with 1 it is never started again."""
    world, changes = made()
    id = service(world, "a", "breaks", restart={"max_attempts": most})
    world.run()

    assert changes.lines.count("a Running") == starts
    assert world.services[id].state == "Failed"
    assert not world.services[id].retrying


def test_a_stable_time_forgives_earlier_failures() -> None:
    """process 14.5; I91: the next delay is the first one again, and it is never given up."""
    world, changes = made()
    service(world, "a", "breaks", args=["6s"], stable_threshold="5s", restart={"max_attempts": 2, "backoff_factor": 10})
    world.run(until="100s")

    assert len(changes.delays) > 10
    assert max(changes.delays) <= 1.1 * SECOND


def test_a_service_that_was_given_up_can_be_started_by_hand() -> None:
    """process 14.2; the count of failures begins anew."""
    world, changes = made()
    id = service(world, "a", "breaks", restart={"max_attempts": 2})
    world.run()
    world.start_service(id)
    world.run()

    assert changes.lines.count("a Failed") == 4


def test_an_upgrade_is_neither_an_exit_nor_a_restart() -> None:
    """process 10.6."""

    async def upgrades(process: Process) -> None:
        process.upgrade("app:ends")

    world, changes = made()
    world.define("app:upgrades", upgrades)
    id = service(world, "a", "upgrades")
    world.run()

    assert changes.lines == ["a Starting", "a Running", "a Exited"]
    assert world.services[id].restarts == 0


def test_the_watchers_of_a_service_see_its_end_like_any_other() -> None:
    """process 14.3: the hidden supervisor takes nothing away."""

    async def watches(process: Process, pid: str) -> str:
        await process.monitor(pid)
        return type(await process.events.receive()).__name__

    world, _ = made()
    world.define("app:watches", watches)
    id = service(world, "a")
    world.run()
    pid = world.spawn("app:watches", HOST, world.services[id].pid)
    world.run()
    world.stop_service(id)
    world.run()

    assert world.result(pid) == "Exit"
