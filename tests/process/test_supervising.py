"""Services: started, restarted, given up and stopped (semantics 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore import (
    Actor,
    Cancel,
    NotFound,
    Options,
    PermissionDenied,
    Process,
    ProcessError,
    Scope,
    Uniform,
    UsageError,
    World,
    allow,
)
from simcore.process.observer import Observer

if TYPE_CHECKING:
    from simcore.process.runtime import Host
    from simcore.process.service import Service

HOST = "app:processes"
SEEDS = 200
SECOND = 1_000_000_000


class Changes(Observer):
    """Notes what services and hosts go through."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.delays: list[int] = []

    def service_changed(self, service: Service, old: str) -> None:
        """Note one change."""
        self.lines.append(f"{service.id.rpartition(':')[2]} {service.state}")

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        """Note one delay."""
        self.delays.append(delay_ns)

    def host_changed(self, host: Host) -> None:
        """Note one change."""
        self.lines.append(f"{host.id.rpartition(':')[2]} {host.state}")


async def runs(process: Process) -> str:
    await process.events.receive()
    return "stopped"


async def ignores(process: Process) -> None:
    await process.inbox.receive()


async def ends(process: Process) -> str:
    return "done"


async def breaks(process: Process, after: str = "") -> None:
    if after:
        await process.sleep(after)
    raise RuntimeError("broken")


async def gives_up(process: Process) -> None:
    raise ProcessError("no use", "Invalid", False)


BEHAVIOURS = {"runs": runs, "ignores": ignores, "ends": ends, "breaks": breaks, "gives_up": gives_up}


def made(seed: int = 0, *, options: Options | None = None, uniform: bool = True) -> tuple[World, Changes]:
    changes = Changes()
    world = World(seed, Uniform() if uniform else None, options, observers=[changes])
    for name, behaviour in BEHAVIOURS.items():
        world.define(f"app:{name}", behaviour)
    return world, changes


def service(world: World, name: str, process: str = "runs", **named: Any) -> str:
    id = f"app:{name}"
    world.service(id, process=f"app:{process}", host=HOST, **{"auto_start": True, **named})
    return id


# -- starting


def test_a_service_runs_as_soon_as_its_process_is_spawned() -> None:
    """14.3: there is no readiness protocol, the process may not have run a line."""
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
    """14.1."""
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
    # To start what runs is no error and changes nothing (14.2).
    assert changes.lines == ["a Starting", "a Running"]


def test_the_process_is_given_its_arguments_and_its_identity() -> None:
    """14.1, 12.4."""
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
    """N31, 12.4: a running process keeps its snapshot."""

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
    """14.7: it counts as a failure."""
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
    """14.7, N24."""
    firsts = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", start_delay="2s", start_timeout="2s")
        world.run(until="2500ms")
        firsts.add(changes.lines[1])

    assert firsts == {"a Running", "a Failed"}


def test_a_process_that_cannot_be_spawned_is_a_failed_start() -> None:
    """14.5: it counts like a crash."""
    world, changes = made()
    id = service(world, "a", "none", restart={"max_attempts": 3})
    world.run()

    assert changes.lines == ["a Starting", "a Failed"] * 3
    assert world.services[id].error is not None
    assert "factory not found: app:none" in str(world.services[id].error)


# -- classification and retries


def test_a_normal_end_is_no_failure_and_brings_no_restart() -> None:
    """14.4; invariant 92."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "ends")
        service(world, "b", "gives_up")
        world.run()

        assert sorted(changes.lines) == sorted(
            f"{name} {state}" for name in "ab" for state in ("Starting", "Running", "Exited")
        )
        assert world.now_ns == 0


@pytest.mark.parametrize("how", ["raises", "terminated", "deadlock", "linked"])
def test_what_the_program_did_not_mean_is_tried_again_as_another_process(how: str) -> None:
    """14.4, 14.14: also where the runtime's own error is not retryable."""

    async def victim(process: Process) -> None:
        if how == "linked":
            await process.spawn_linked("app:breaks", HOST)
        elif how == "terminated":
            await process.terminate(process.pid)
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
    """14.6, decision O12; invariant 89."""
    for seed in range(20):
        world, changes = made(seed)
        service(world, "a", "breaks", restart={"jitter": 0.1, "max_attempts": 9})
        world.run()

        assert len(changes.delays) == 8
        for delay, base in zip(changes.delays, (1, 2, 4, 8, 16, 32, 64, 90), strict=True):
            assert 0.9 * base * SECOND <= delay <= 1.1 * base * SECOND
        assert world.now_ns == sum(changes.delays)


def test_the_quirk_flat_backoff_waits_the_initial_delay_each_time() -> None:
    """14.6, 18.1."""
    world, changes = made(options=Options(quirks=("flat_backoff",)))
    service(world, "a", "breaks", restart={"max_attempts": 5})
    world.run()

    assert len(changes.delays) == 4
    assert all(0.9 * SECOND <= delay <= 1.1 * SECOND for delay in changes.delays)


@pytest.mark.parametrize(("most", "starts"), [(1, 1), (2, 2), (4, 4)])
def test_max_attempts_bounds_the_failures_in_a_row(most: int, starts: int) -> None:
    """14.5; invariant 90: with 1 it is never started again."""
    world, changes = made()
    id = service(world, "a", "breaks", restart={"max_attempts": most})
    world.run()

    assert changes.lines.count("a Running") == starts
    assert world.services[id].state == "Failed"
    assert not world.services[id].retrying


def test_a_stable_time_forgives_earlier_failures() -> None:
    """14.5; invariant 91: the next delay is the first one again, and it is never given up."""
    world, changes = made()
    service(world, "a", "breaks", args=["6s"], stable_threshold="5s", restart={"max_attempts": 2, "backoff_factor": 10})
    world.run(until="100s")

    assert len(changes.delays) > 10
    assert max(changes.delays) <= 1.1 * SECOND


def test_a_service_that_was_given_up_can_be_started_by_hand() -> None:
    """14.2; the count of failures begins anew."""
    world, changes = made()
    id = service(world, "a", "breaks", restart={"max_attempts": 2})
    world.run()
    world.start_service(id)
    world.run()

    assert changes.lines.count("a Failed") == 4


def test_an_upgrade_is_neither_an_exit_nor_a_restart() -> None:
    """10.6."""

    async def upgrades(process: Process) -> None:
        await process.upgrade("app:ends")

    world, changes = made()
    world.define("app:upgrades", upgrades)
    id = service(world, "a", "upgrades")
    world.run()

    assert changes.lines == ["a Starting", "a Running", "a Exited"]
    assert world.services[id].restarts == 0


# -- stopping


def test_a_stop_asks_the_process_to_end() -> None:
    """14.8, 1.8: from the hidden supervisor, with a deadline; the end is Stopped, never Exited."""
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


def test_a_process_that_does_not_stop_is_ended() -> None:
    """14.8, decision O11."""
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
    """14.8, 18.1."""
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
    """14.8, N24: Stopped, or Failed."""

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
    """14.8."""
    world, changes = made()
    names = [service(world, "a", auto_start=False), service(world, "b", "ends")]
    world.run()
    before = list(changes.lines)
    for id in names:
        world.stop_service(id)
    world.run()

    assert changes.lines == before


def test_a_retry_is_given_up_when_a_stop_is_asked_for() -> None:
    """14.2, 14.12; invariant 94."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        id = service(world, "a", "breaks")
        world.run(until="900ms")
        world.stop_service(id)
        world.run()

        assert changes.lines == ["a Starting", "a Running", "a Failed", "a Stopping", "a Stopped"]
        assert world.now_ns == 900_000_000


def test_a_crash_and_a_stop_at_once_never_restart() -> None:
    """14.8; invariants 87 and 94: whatever comes first."""
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
    """14.2; invariant 88: also where the process breaks meanwhile, and where another service needs it."""
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
    """14.2: from Starting there is no way to Stopping."""
    world, changes = made()
    id = service(world, "a", start_delay="3s")
    world.run(until="1s")
    world.stop_service(id)
    world.run()

    assert changes.lines == ["a Starting", "a Running", "a Stopping", "a Stopped"]
    assert world.now_ns == 3 * SECOND


def test_a_slow_start_that_fails_after_a_stop_is_stopped() -> None:
    """14.2, 14.12."""
    world, changes = made()
    id = service(world, "a", start_delay="3s", start_timeout="2s")
    world.run(until="1s")
    world.stop_service(id)
    world.run()

    assert changes.lines == ["a Starting", "a Failed", "a Stopping", "a Stopped"]


def test_a_start_that_was_asked_for_during_a_stop_comes_after_it() -> None:
    """14.2; invariant 88: never two processes of one service."""
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


# -- order


def test_dependencies_run_before_what_needs_them_and_stop_after_it() -> None:
    """14.9, 14.12, G17; invariant 93; N28: within a level any order."""
    orders = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "d", depends_on=["b", "c"])
        service(world, "b", depends_on=["a"])
        service(world, "c", depends_on=["app:a"])
        service(world, "a")
        world.run()
        started = [line[0] for line in changes.lines if line.endswith("Running")]
        world.shut_down()
        world.run()
        stopped = [line[0] for line in changes.lines if line.endswith("Stopping")]
        ended = [line[0] for line in changes.lines if line.endswith("Stopped")]
        assert (started[0], started[3]) == ("a", "d")
        assert (stopped[0], stopped[3]) == (ended[0], ended[3]) == ("d", "a")
        assert changes.lines[-2:] == ["processes stopping", "processes stopped"]
        orders.add(f"{''.join(started)}{''.join(stopped)}")

    assert orders == {"abcddbca", "abcddcba", "acbddbca", "acbddcba"}


def test_what_is_needed_is_pulled_in_and_what_is_not_is_left_alone() -> None:
    """14.9."""
    world, _ = made()
    service(world, "a", auto_start=False)
    service(world, "b", auto_start=False, depends_on=["a"])
    service(world, "c", auto_start=False)
    world.start_service("app:b")
    world.run()

    assert world.services.states() == {"app:a": "Running", "app:b": "Running", "app:c": "Unknown"}


def test_services_in_a_circle_are_refused_by_name() -> None:
    """14.9."""
    world, _ = made()
    service(world, "a", depends_on=["b"])
    service(world, "b", depends_on=["c"])

    with pytest.raises(UsageError, match="app:a -> app:b -> app:c -> app:a; break it"):
        service(world, "c", depends_on=["a"])
    assert list(world.services) == ["app:a", "app:b"]


def test_an_unknown_dependency_blocks_and_other_branches_go_on() -> None:
    """14.9, 14.10; invariant 95."""
    world, _ = made()
    service(world, "a", depends_on=["none"])
    service(world, "b", depends_on=["a"])
    service(world, "c")
    world.run()

    assert world.services.states() == {"app:a": "Unknown", "app:b": "Unknown", "app:c": "Running"}
    assert [str(world.services[f"app:{name}"].error) for name in "abc"] == [
        "unknown dependency: app:none",
        "dependency app:a failed to start",
        "None",
    ]
    with pytest.raises(ProcessError, match="unknown dependency") as caught:
        world.start_service("app:a")
    assert caught.value.kind == "Invalid"


def test_what_needs_a_failed_start_is_not_started_and_other_branches_are() -> None:
    """14.10; invariant 95: while it is tried again, its dependents wait."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "none", restart={"max_attempts": 3})
        service(world, "b", depends_on=["a"])
        service(world, "c", depends_on=["b"])
        service(world, "x")
        service(world, "y", depends_on=["x"])
        world.run(until="1s")
        waiting = world.services["app:b"]
        world.run()
        states = world.services.states()
        assert waiting.wanted
        assert waiting.error is None
        assert states == {
            "app:a": "Failed",
            "app:b": "Unknown",
            "app:c": "Unknown",
            "app:x": "Running",
            "app:y": "Running",
        }
        assert not world.services["app:c"].wanted
        assert changes.lines.count("a Starting") == 3


def test_a_dependent_waits_until_a_retried_start_succeeds() -> None:
    """14.10."""
    world, changes = made()
    service(world, "a", "late")
    service(world, "b", depends_on=["a"])
    world.run(until="500ms")
    before = list(changes.lines)
    world.define("app:late", runs)
    world.run()

    assert before == ["a Starting", "a Failed"]
    assert changes.lines[2:] == ["a Starting", "a Running", "b Starting", "b Running"]


def test_a_crash_at_run_time_stops_nobody_else() -> None:
    """14.11."""
    for seed in range(SEEDS):
        world, _ = made(seed)
        service(world, "a")
        service(world, "b", "breaks", args=["1s"], depends_on=["a"], restart={"max_attempts": 1})
        service(world, "c", depends_on=["b"])
        world.run()

        assert world.services.states() == {"app:a": "Running", "app:b": "Failed", "app:c": "Running"}


def test_a_stop_of_one_stops_what_needs_it_first() -> None:
    """14.12."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a")
        service(world, "b", "ignores", depends_on=["a"], stop_timeout="1s")
        service(world, "c")
        world.run()
        started = len(changes.lines)
        world.stop_service("app:a")
        world.run()

        assert changes.lines[started:] == ["b Stopping", "b Failed", "a Stopping", "a Stopped"]
        assert world.services["app:c"].state == "Running"


def test_a_host_stops_after_the_services_on_it() -> None:
    """14.13; invariants 14 and 94: nothing is started on it any more."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "breaks", args=["1s"])
        service(world, "b")
        world.run(until="1500ms")
        world.stop_host(HOST)
        world.run()

        assert changes.lines[-2:] == ["processes stopping", "processes stopped"]
        assert set(world.services.states().values()) == {"Stopped"}
        assert world.now_ns == 1_500_000_000


def test_a_service_on_a_host_that_is_gone_fails_to_start() -> None:
    """7.3, row 3."""
    world, _ = made()
    id = service(world, "a", auto_start=False, restart={"max_attempts": 1})
    world.stop_host(HOST)
    world.run()
    world.start_service(id)
    world.run()

    assert str(world.services[id].error) == f"host is not running: {HOST}"
    assert world.services[id].state == "Failed"


def test_the_watchers_of_a_service_see_its_end_like_any_other() -> None:
    """14.3: the hidden supervisor takes nothing away."""

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


# -- mistakes


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"restart": {"tries": 1}}, "restart has no field 'tries'; it has initial_delay"),
        ({"restart": {"jitter": "some"}}, "restart.jitter is a finite number"),
        ({"restart": {"jitter": float("nan")}}, "restart.jitter is a finite number"),
        ({"restart": {"max_attempts": 1.5}}, "restart.max_attempts is a whole number"),
        ({"restart": {"max_attempts": True}}, "restart.max_attempts is a whole number"),
        ({"restart": {"max_delay": "soon"}}, "restart.max_delay: invalid duration"),
        ({"stop_timeout": "-1s"}, "stop_timeout is a duration of 0 or more"),
        ({"start_timeout": None}, "start_timeout: invalid duration"),
    ],
)
def test_a_wrong_field_is_refused_by_name(named: dict[str, Any], words: str) -> None:
    world, _ = made()

    with pytest.raises(UsageError, match=words) as caught:
        service(world, "a", **named)
    assert str(caught.value).startswith("service app:a: ")


def test_an_id_stands_for_one_service_and_no_host() -> None:
    world, _ = made()
    service(world, "a")

    with pytest.raises(UsageError, match="app:a is taken by another service"):
        service(world, "a")
    with pytest.raises(UsageError, match="app:processes is taken by another host"):
        service(world, "processes")


def test_an_unknown_service_is_not_found() -> None:
    world, _ = made()

    for verb in (world.start_service, world.stop_service):
        with pytest.raises(NotFound, match="service not found: app:none"):
            verb("app:none")


def test_the_same_seed_gives_the_same_run() -> None:
    """Invariant 98: jitter is part of it."""

    def digest(seed: int) -> str:
        world, _ = made(seed)
        service(world, "a", "breaks")
        service(world, "b", depends_on=["a"])
        world.run(until="60s")
        world.shut_down()
        world.run()
        return world.digest

    assert digest(1) == digest(1) != digest(2)
