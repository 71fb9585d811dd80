"""A host is a service: it begins after what it needs, and stops after what runs on it (process 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore import ProcessError, UsageError
from tests.worlds import HOST, SECOND

from .supervised import OTHER, SEEDS, made, runs, service

if TYPE_CHECKING:
    from simcore import World


def on_other(world: World, name: str, process: str = "runs", **named: Any) -> str:
    """Declare a service on the host that needs something."""
    return service(world, name, process, host=OTHER, **named)


def test_a_host_stops_after_the_services_on_it() -> None:
    """process 14.13; I14, I94: nothing is started on it any more."""
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
    """process 7.3 row 3."""
    world, _ = made()
    id = service(world, "a", auto_start=False, restart={"max_attempts": 1})
    world.stop_host(HOST)
    world.run()
    world.start_service(id)
    world.run()

    assert str(world.services[id].error) == f"host is not running: {HOST}"
    assert world.services[id].state == "Failed"


# -- starting


def test_a_host_begins_after_what_it_needs_and_before_what_runs_on_it() -> None:
    """process 14.9, 14.13; I93; N28: in every order of what is free."""
    orders = set()
    for seed in range(SEEDS):
        world, changes = made(seed)
        world.host(OTHER, depends_on=["a"])
        on_other(world, "b")
        service(world, "a")
        service(world, "c")
        world.run()
        began = [line.split()[0] for line in changes.lines if line.lower().endswith("running")]
        assert [name for name in began if name != "c"] == ["a", "other", "b"]
        orders.add("".join(name[0] for name in began))

    assert orders == {"caob", "acob", "aocb", "aobc"}


def test_a_host_that_needs_something_takes_nothing_in_before_it_has_begun() -> None:
    """process 7.3 row 3, 14.13."""
    world, _ = made()
    service(world, "a", start_delay="1s")
    world.host(OTHER, depends_on=["a"])
    world.run(until="500ms")
    with pytest.raises(ProcessError, match=f"host is not running: {OTHER}") as caught:
        world.spawn("app:runs", OTHER)
    world.run()

    assert caught.value.kind == "Unavailable"
    assert world.alive(world.spawn("app:runs", OTHER))


def test_a_host_that_waits_until_it_is_needed_is_pulled_in_with_what_it_needs() -> None:
    """process 14.9: what does not start by itself is started for who needs it."""
    world, _ = made()
    world.host(OTHER, auto_start=False, depends_on=["a"])
    service(world, "a", auto_start=False)
    on_other(world, "b", auto_start=False)
    world.run()
    before = (world.hosts[OTHER].state, world.services.states())
    world.start_service("app:b")
    world.run()

    assert before == ("created", {"app:a": "Unknown", "app:b": "Unknown"})
    assert (world.hosts[OTHER].state, world.services.states()) == ("running", {"app:a": "Running", "app:b": "Running"})


def test_a_host_that_needs_something_unknown_is_blocked_with_all_on_it_and_nobody_else() -> None:
    """process 14.9, 14.10; I95."""
    world, _ = made()
    world.host(OTHER, depends_on=["none"])
    on_other(world, "b")
    service(world, "c", depends_on=["b"])
    service(world, "d")
    world.run()

    assert (world.hosts[OTHER].state, str(world.hosts[OTHER].error)) == ("created", "unknown dependency: app:none")
    assert [str(world.services[f"app:{name}"].error) for name in "bcd"] == [
        f"dependency {OTHER} failed to start",
        "dependency app:b failed to start",
        "None",
    ]
    assert world.services["app:d"].state == "Running"


def test_a_host_whose_need_fails_to_start_is_not_started() -> None:
    """process 14.10: while it is tried again the host waits."""
    for seed in range(SEEDS):
        world, _ = made(seed)
        world.host(OTHER, depends_on=["a"])
        service(world, "a", "none", restart={"max_attempts": 2})
        on_other(world, "b")
        world.run(until="500ms")
        waiting = world.hosts[OTHER].error
        world.run()
        assert waiting is None
        assert (world.hosts[OTHER].state, world.services["app:b"].state) == ("created", "Unknown")
        assert str(world.hosts[OTHER].error) == "dependency app:a failed to start"


def test_a_host_that_was_blocked_can_be_started_when_its_need_runs() -> None:
    """process 14.2, 14.9: an explicit start is another batch."""
    world, _ = made()
    world.host(OTHER, depends_on=["a"])
    service(world, "a", "late", restart={"max_attempts": 1})
    on_other(world, "b")
    world.run()
    world.define("app:late", runs)
    world.start_service("app:b")
    world.run()

    assert (world.hosts[OTHER].state, world.hosts[OTHER].error) == ("running", None)
    assert set(world.services.states().values()) == {"Running"}


def test_a_host_and_a_service_that_need_each_other_are_refused() -> None:
    """process 14.9, 14.13: a service needs its host."""
    world, _ = made()
    world.host(OTHER, depends_on=["a"])

    with pytest.raises(UsageError, match=f"app:a -> {OTHER} -> app:a|{OTHER} -> app:a -> {OTHER}; break it"):
        on_other(world, "a")
    with pytest.raises(UsageError, match="need each other in a circle"):
        world.host("app:self", depends_on=["self"])


# -- stopping


def test_a_host_stops_before_what_it_needs() -> None:
    """process 14.12, 14.13; I93."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        world.host(OTHER, depends_on=["a"])
        on_other(world, "b")
        service(world, "a")
        world.run()
        started = len(changes.lines)
        world.shut_down()
        world.run()
        assert changes.lines[started:] == [
            *("b Stopping", "b Stopped", "other stopping", "other stopped"),
            *("a Stopping", "a Stopped", "processes stopping", "processes stopped"),
        ]


def test_a_stop_of_a_service_stops_the_host_that_needs_it_for_ever() -> None:
    """process 14.12: its dependents first, and a host is one; process 2.6: it never runs again."""
    world, changes = made()
    world.host(OTHER, depends_on=["a"])
    service(world, "a")
    pid = world.spawn("app:runs", HOST)
    world.run()
    there = world.spawn("app:ignores", OTHER)
    world.run()
    world.stop_service("app:a")
    world.run()

    assert changes.lines[-4:] == ["other stopping", "other stopped", "a Stopping", "a Stopped"]
    assert (world.alive(pid), world.alive(there)) == (True, False)
    assert world.now_ns == 10 * SECOND


@pytest.mark.parametrize(
    ("graces", "end_ns"),
    [((), 3 * SECOND), (("1s",), SECOND), ((0,), 0)],
)
def test_the_stop_timeout_of_a_host_is_its_grace_unless_the_stop_names_another(
    graces: tuple[Any, ...], end_ns: int
) -> None:
    """process 14.13, 2.6: and its deadline is what its processes are told."""
    world, _ = made()
    world.host(OTHER, stop_timeout="3s")
    pid = world.spawn("app:ignores", OTHER)
    world.run()
    world.stop_host(OTHER, *graces)
    world.run()

    assert not world.alive(pid)
    assert world.now_ns == end_ns


def test_in_a_shutdown_each_host_has_its_own_grace() -> None:
    """process 14.12, 2.6."""
    world, changes = made()
    world.host(OTHER, stop_timeout="3s")
    world.host("app:third", stop_timeout="1s")
    for host in (HOST, OTHER, "app:third"):
        world.spawn("app:ignores", host)
    world.run()
    world.shut_down()
    world.run(until="2s")
    after_two = [line for line in changes.lines if line.endswith("stopped")]
    world.run()

    assert after_two == ["third stopped"]
    assert [line for line in changes.lines if line.endswith("stopped")] == [
        *("third stopped", "other stopped", "processes stopped"),
    ]
    assert world.now_ns == 10 * SECOND


def test_a_host_that_was_never_started_is_stopped_without_a_change() -> None:
    """process 14.8: it is no stopped host, and can be started later."""
    for seed in range(20):
        world, changes = made(seed)
        world.host(OTHER, auto_start=False)
        id = on_other(world, "a", auto_start=False)
        world.stop_host(OTHER)
        world.shut_down()
        world.run()
        assert changes.lines == []
        world.start_service(id)
        world.run()
        assert changes.lines == ["other running", "a Starting", "a Running"]


def test_a_host_that_waits_for_its_start_is_not_started_after_a_stop() -> None:
    """process 14.2; I94."""
    world, changes = made()
    service(world, "a", start_delay="1s")
    world.host(OTHER, depends_on=["a"])
    world.run(until="500ms")
    world.stop_host(OTHER)
    world.run()

    assert "other running" not in changes.lines
    assert world.services["app:a"].state == "Running"


def test_a_service_that_is_started_while_its_host_is_to_stop_never_runs_there() -> None:
    """process 14.13: hosts stop last, so what would start under their stop waits for it, and fails as on any stopped
    host."""
    for seed in range(SEEDS):
        world, changes = made(seed)
        service(world, "a", "ignores", stop_timeout="1s")
        late = service(world, "b", auto_start=False, restart={"max_attempts": 1})
        world.run()
        world.stop_host(HOST)
        world.start_service(late)
        world.run()

        assert changes.lines[2:] == [
            *("a Stopping", "a Failed", "processes stopping", "processes stopped", "b Starting", "b Failed"),
        ]
        assert str(world.services[late].error) == f"host is not running: {HOST}"
