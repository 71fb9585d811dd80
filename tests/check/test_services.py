"""What must hold of hosts and services is checked, and a supervisor that breaks it is found (process 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore import Failure, Options, Process, World
from simcore.check.services import EDGES, Services
from simcore.supervision.backoff import Restart
from simcore.supervision.host_stop import stop_host
from simcore.supervision.service import Service
from tests.supervision.supervised import ends, ignores, runs
from tests.worlds import HOST

if TYPE_CHECKING:
    from collections.abc import Callable


async def breaks(process: Process) -> None:
    await process.sleep("1s")
    raise RuntimeError("broken")


def made(process: str = "runs", **named: Any) -> World:
    world = World(options=named.pop("options", None))
    for name, behaviour in (("runs", runs), ("ignores", ignores), ("ends", ends), ("breaks", breaks)):
        world.define(f"app:{name}", behaviour)
    world.service("app:a", process=f"app:{process}", host=HOST, auto_start=True, **named)
    return world


def supervisor_of(world: World) -> Any:
    return world.supervisor


def restarts_too_early(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Restart, "delay_ns", lambda self, attempt, stream: 1)


def never_gives_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.supervisor.observer.service_retrying(supervisor_of(world).services["app:a"], 3, 1_000_000_000)


def forgets_what_it_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor_of(world).services["app:a"].begin()


def starts_what_was_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.stop_service("app:a")
    supervisor_of(world).services["app:a"].begin()


def lets_a_host_stop_too_early(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    host = world.runtime.hosts[HOST]
    host.state = "stopped"
    world.runtime.observer.host_changed(host)


def takes_in_after_the_stop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    host = world.runtime.add_host("app:other")
    host.state = "stopping"
    world.runtime.observer.host_changed(host)
    host.state = "running"
    world.spawn("app:runs", "app:other")


def stops_a_host_under_a_service(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_host(world.runtime, world.runtime.hosts[HOST])


def starts_a_host_before_what_it_needs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.host("app:other", depends_on=["b"])
    world.service("app:b", process="app:runs", host=HOST)
    monkeypatch.setattr(Service, "up", True)
    monkeypatch.setattr(Service, "ask", lambda service: None)


def stops_what_is_needed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.service("app:b", process="app:runs", host=HOST, auto_start=True, depends_on=["a"])
    world.run(until=world.now_ns + 1)
    service = supervisor_of(world).services["app:a"]
    service.wanted = False
    service.stop()


def starts_before_what_it_needs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.service("app:b", process="app:runs", host=HOST, depends_on=["c"])
    world.service("app:c", process="app:runs", host=HOST)
    monkeypatch.setattr(Service, "up", True)
    monkeypatch.setattr(supervisor_of(world).dependencies, "start_order", lambda ids: ["app:b", "app:c"])
    world.start_service("app:b")


def forgets_a_branch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.service("app:b", process="app:runs", host=HOST)
    monkeypatch.setattr(supervisor_of(world).start_order, "try_to_begin", lambda member: None)
    world.start_service("app:b")


def changes_out_of_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor_of(world).services["app:a"]._change("Stopped")


def starts_a_second_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    service = supervisor_of(world).services["app:a"]
    world.stop_service("app:a")
    world.run(until=world.now_ns + 1)
    monkeypatch.setattr("simcore.supervision.service.request_end", lambda child: None)
    world.run(until=world.now_ns + 20_000_000_000)
    service.child = None
    world.start_service("app:a")


MISTAKES: dict[str, tuple[str, str, Callable[[World, pytest.MonkeyPatch], None], dict[str, Any]]] = {
    "a": ("back-off", "breaks", restarts_too_early, {}),
    "b": ("attempts-bounded", "breaks", never_gives_up, {"restart": {"max_attempts": 1}}),
    "c": ("normal-is-final", "ends", forgets_what_it_waited_for, {}),
    "d": ("stop-is-final", "breaks", starts_what_was_stopped, {}),
    "e": ("host-stops-all", "runs", lets_a_host_stop_too_early, {}),
    "f": ("host-takes-nobody-in", "runs", takes_in_after_the_stop, {}),
    "g": ("order-of-services", "runs", stops_what_is_needed, {}),
    "h": ("order-of-services", "runs", starts_before_what_it_needs, {}),
    "h1": ("order-of-services", "runs", stops_a_host_under_a_service, {}),
    "h2": ("order-of-services", "runs", starts_a_host_before_what_it_needs, {}),
    "i": ("branches-independent", "runs", forgets_a_branch, {}),
    "j": ("service-edges", "runs", changes_out_of_order, {}),
    "k": ("one-child", "ignores", starts_a_second_process, {}),
}


@pytest.mark.parametrize(("name", "process", "mistake", "named"), MISTAKES.values())
def test_a_supervisor_that_breaks_an_invariant_is_found(
    name: str, process: str, mistake: Any, named: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(process, **named)
    world.run(until=1 if process != "breaks" else "1500ms") if name != "back-off" else None

    def wrong() -> None:
        mistake(world, monkeypatch)
        world.run()

    with pytest.raises(Failure) as caught:
        wrong()
    assert caught.value.property_name == name
    assert Services.INVARIANTS[name] in str(caught.value)


def test_a_deadline_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """I13."""

    async def asks(process: Process, pid: str) -> None:
        await process.cancel(pid, "1s")

    monkeypatch.setattr("simcore.process.verbs.controlling.Deadline.fire", lambda self: None)
    world = World(options=Options(cancel_deadline="enforce"))
    world.define("app:ignores", ignores)
    world.define("app:asks", asks)
    pid = world.spawn("app:ignores", HOST)
    world.spawn("app:asks", HOST, pid)

    with pytest.raises(Failure, match="deadline-enforced"):
        world.run()


def test_every_state_can_be_reached_and_left_as_the_contract_says() -> None:
    """process 14.2."""
    assert {state for ends in EDGES.values() for state in ends} | {"Unknown"} == set(EDGES)
