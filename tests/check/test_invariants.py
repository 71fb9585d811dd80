"""Every invariant can fail: a table that is corrupted by hand, or a notice that was made up, is seen (process 17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Exit, Failure, Fifo, Pid, Process, Uniform, World
from simcore.check.lives import Lives
from simcore.check.relations import Relations
from simcore.process.end import request_end
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.process.state.observer import Observer
from simcore.process.state.record import ProcessOutcome
from simcore.process.verbs.bus import BusSubscription
from tests.behaviours import failing, gone
from tests.worlds import HOST, record

ONE, OTHER, GONE, FOURTH = (Pid(f"{{app:processes|0x0000{number}}}") for number in range(1, 5))


async def waiting(process: Process, verb: str = "", other: str = "") -> None:
    if verb == "register":
        await process.registry.register("x")
    elif verb:
        await getattr(process, verb)(other)
    await process.inbox.receive()
    if verb == "fail":
        raise RuntimeError("burst")


def made() -> World:
    """Two who wait, one who is gone, one who will fail."""
    world = World()
    world.define("app:waiting", waiting)
    world.define("app:nothing", gone)
    world.define("app:failing", failing)
    for name in ("waiting", "waiting", "nothing", "failing"):
        world.spawn(f"app:{name}", HOST)
    world.run()
    return world


def told(world: World) -> Observer:
    """Return whom the runtime tells what happens: all invariants together."""
    return world.runtime.observer


def pid_given_twice(world: World) -> None:
    world.runtime._pids = 0
    world.spawn("app:waiting", HOST)


def ended_twice(world: World) -> None:
    told(world).ended(record(world, GONE))


def step_of_the_dead(world: World) -> None:
    world.kernel.enable(record(world, GONE).step)
    world.run()


def step_of_the_terminated(world: World) -> None:
    request_end(record(world, ONE))
    record(world, ONE).terminate_requested = False
    world.run()


def message_of_the_dead(world: World) -> None:
    enqueue(record(world, ONE), Envelope("t", GONE))


def message_out_of_nowhere(world: World) -> None:
    record(world, ONE).accept(Envelope("t", OTHER))
    world.run()


def message_received_twice(world: World) -> None:
    envelope = Envelope("t", OTHER)
    enqueue(record(world, ONE), envelope)
    told(world).received(record(world, ONE), envelope)
    world.run()


def message_for_another(world: World) -> None:
    envelope = Envelope("t", OTHER)
    enqueue(record(world, ONE), envelope)
    told(world).received(record(world, OTHER), envelope)


def reserved_message(world: World) -> None:
    enqueue(record(world, ONE), Envelope("@pid/events", OTHER))


def exit_of_the_living(world: World) -> None:
    told(world).exit_sent(OTHER, record(world, ONE), delivered=True)


def exit_without_monitor(world: World) -> None:
    told(world).exit_sent(OTHER, record(world, GONE), delivered=True)


def monitor_that_the_table_lost(world: World) -> None:
    world.spawn("app:waiting", HOST, "monitor", FOURTH)
    world.run()
    world.runtime.topology.graph.clear_edges()
    world.send(FOURTH, "go")
    world.run()


def exit_that_never_came(world: World) -> None:
    world.spawn("app:waiting", HOST, "monitor", FOURTH)
    world.run()
    world.send(FOURTH, "go")
    enable = world.kernel.enable
    world.kernel.enable = lambda action: None if action.label().verb == "exit" else enable(action)  # type: ignore[method-assign]
    world.run()


def link_down_that_never_came(world: World) -> None:
    world.spawn("app:waiting", HOST, "link", FOURTH)
    world.run()
    world.send(FOURTH, "go")
    enable = world.kernel.enable
    world.kernel.enable = lambda action: None if action.label().verb == "down" else enable(action)  # type: ignore[method-assign]
    world.run()


def link_down_without_link(world: World) -> None:
    told(world).link_down_sent(OTHER, record(world, GONE), delivered=True)


def link_down_of_a_normal_end(world: World) -> None:
    world.spawn("app:waiting", HOST, "link", ONE)
    world.run()
    world.send(ONE, "go")
    world.run()
    told(world).link_down_sent(Pid("{app:processes|0x00005}"), record(world, ONE), delivered=True)


def link_down_before_exit(world: World) -> None:
    world.spawn("app:waiting", HOST, "monitor", FOURTH)
    world.run()
    dead = record(world, FOURTH)
    dead.outcome = ProcessOutcome()
    told(world).ended(dead)
    world.runtime.topology.leave(FOURTH)
    told(world).gone(dead, [Pid("{app:processes|0x00005}")], [])
    told(world).link_down_sent(ONE, dead, delivered=True)


def half_a_link(world: World) -> None:
    topology = world.runtime.topology
    mark = topology._mark
    topology._mark = lambda one, other, kind: None if one == FOURTH else mark(one, other, kind)  # type: ignore[method-assign]
    world.spawn("app:waiting", HOST, "link", FOURTH)
    world.run()


def link_that_the_table_lost(world: World) -> None:
    world.spawn("app:waiting", HOST, "link", FOURTH)
    world.run()
    world.runtime.topology.graph.clear_edges()
    world.send(FOURTH, "go")
    world.run()


def gone_and_still_there(world: World) -> None:
    leave = world.runtime.topology.leave

    def forgetful(pid: Pid) -> Any:
        snapshot = leave(pid)
        world.runtime.topology.add(pid)
        return snapshot

    world.runtime.topology.leave = forgetful  # type: ignore[method-assign]
    world.send(ONE, "go")
    world.run()


def monitor_of_the_gone(world: World) -> None:
    told(world).monitored(ONE, GONE)


def name_of_two(world: World) -> None:
    world.spawn("app:waiting", HOST, "register")
    world.run()
    world.runtime.names._owners.clear()
    world.spawn("app:waiting", HOST, "register")
    world.run()


def name_of_another_freed(world: World) -> None:
    told(world).nameless(record(world, GONE), ["x"])


def exit_before_the_names_were_free(world: World) -> None:
    world.runtime.names.register("x", GONE)
    told(world).exit_sent(ONE, record(world, GONE), delivered=True)


def name_of_the_dead(world: World) -> None:
    world.runtime.names.register("x", GONE)
    world.run()


def node_of_the_dead(world: World) -> None:
    world.runtime.topology.add(GONE)
    world.run()


def coroutine_of_the_dead(world: World) -> None:
    record(world, GONE).tasks[record(world, ONE).main] = None
    world.run()


def subscription_of_the_dead(world: World) -> None:
    ended = record(world, GONE)
    BusSubscription(ended, "system", "*")
    ended.pending.clear()
    world.run()


def place_of_the_dead(world: World) -> None:
    world.runtime.hosts[record(world, GONE).host].processes += 1
    world.run()


def time_that_runs_back(world: World) -> None:
    world.run(until=5)
    world.send(ONE, "go")
    world.run()
    world.kernel.now_ns = 3
    world.send(OTHER, "go")
    world.run()


CORRUPTIONS: list[tuple[str, Callable[[World], None]]] = [
    ("pid-unique", pid_given_twice),
    ("one-result", ended_twice),
    ("dead-do-nothing", step_of_the_dead),
    ("dead-do-nothing", message_of_the_dead),
    ("terminated-steps-no-more", step_of_the_terminated),
    ("received-once", message_out_of_nowhere),
    ("received-once", message_received_twice),
    ("received-once", message_for_another),
    ("reserved-topic", reserved_message),
    ("exit-needs-monitor", exit_of_the_living),
    ("exit-needs-monitor", exit_without_monitor),
    ("one-exit-per-monitor", monitor_that_the_table_lost),
    ("one-exit-per-monitor", exit_that_never_came),
    ("one-exit-per-monitor", link_down_that_never_came),
    ("link-down-needs-error", link_down_without_link),
    ("link-down-needs-error", link_down_of_a_normal_end),
    ("exit-before-link-down", link_down_before_exit),
    ("links-symmetric", half_a_link),
    ("links-symmetric", link_that_the_table_lost),
    ("gone-is-gone", gone_and_still_there),
    ("gone-is-gone", monitor_of_the_gone),
    ("name-has-one-owner", name_of_two),
    ("names-before-notices", name_of_another_freed),
    ("names-before-notices", exit_before_the_names_were_free),
    ("no-leaks", name_of_the_dead),
    ("no-leaks", node_of_the_dead),
    ("no-leaks", coroutine_of_the_dead),
    ("no-leaks", subscription_of_the_dead),
    ("no-leaks", place_of_the_dead),
    ("time-goes-on", time_that_runs_back),
]


@pytest.mark.parametrize(("name", "corrupt"), CORRUPTIONS, ids=lambda value: getattr(value, "__name__", None))
def test_a_corruption_is_told_under_the_name_of_its_invariant(name: str, corrupt: Callable[[World], None]) -> None:
    world = made()

    with pytest.raises(Failure, match="invariant") as caught:
        corrupt(world)
    assert caught.value.property_name == name


def test_every_invariant_has_a_corruption_that_it_sees() -> None:
    assert {name for name, _ in CORRUPTIONS} == {*Lives.INVARIANTS, *Relations.INVARIANTS}


def test_the_world_that_is_corrupted_holds_before() -> None:
    world = made()
    world.run()
    world.send(ONE, "go")
    world.run(until="1s")

    assert [world.alive(pid) for pid in (ONE, OTHER, GONE, FOURTH)] == [False, True, False, True]


def test_what_the_dead_did_not_read_is_forgotten() -> None:
    """The account of messages does not grow with those that nobody will ever read."""
    world = made()
    for _ in range(10):
        world.send(ONE, "go")
        world.send(FOURTH, "go")
    world.run()

    (lives,) = [rule for rule in world._rules if isinstance(rule, Lives)]
    assert not lives._in_mailbox


async def churning(process: Process, depth: int) -> None:
    await process.set_options(trap_links=bool(depth % 2))
    await process.registry.register(f"{depth}")
    process.after("1h")
    process.listen("t")
    if depth:
        for spawn in (process.spawn_linked, process.spawn_monitored, process.spawn_linked_monitored):
            pid = await spawn("app:churning", HOST, depth - 1)
            if spawn == process.spawn_monitored:
                await process.terminate(pid)
    await process.sleep(depth)
    if depth % 2 == 0:
        raise RuntimeError("burst")


@pytest.mark.parametrize("seed", range(20))
def test_when_all_have_ended_nothing_is_left(seed: int) -> None:
    """I97: no name, edge, route, timer, subscription or coroutine; the clock is not moved by dead timers."""
    world = World(seed, Uniform() if seed else Fifo())
    world.define("app:churning", churning)
    world.spawn("app:churning", HOST, 3)
    world.run()

    runtime = world.runtime
    assert (dict(world.names), world.graph.links(), world.graph.monitors(), runtime.routes) == ({}, [], [], {})
    assert len(runtime.topology.graph) == 0
    assert not any(
        each.pending or each.subscriptions or each.tasks or each.unread() or each.incoming
        for each in runtime.records.values()
    )
    assert world.now_ns < 1_000
    assert world.history.count(Exit) > 0
