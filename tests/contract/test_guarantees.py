"""Every assertion of a guaranteed order can fail: what breaks the order is seen where it happens (process 15.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import NotFound, Process, World
from simcore.kernel.channel import KernelChannel, ReceiveCase, select
from simcore.model import operations
from simcore.model.payload import pack
from simcore.model.pid import Pid
from simcore.process import start as birth
from simcore.process.end import Notices, SendExit
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import NAMELESS, ProcessOutcome, ProcessRecord
from simcore.process.verbs import coroutines, messaging, naming
from tests.worlds import HOST, record

ONE, OTHER = (Pid(f"{{app:processes|0x0000{number}}}") for number in (1, 2))


async def reading(process: Process, verb: str = "", *args: Any) -> None:
    if verb:
        await getattr(process, verb)(*args)
    while True:
        await process.inbox.receive()


async def building(process: Process) -> None:
    await process.with_context({}).with_name("n").spawn("app:reading", HOST)


@pytest.fixture
def world() -> World:
    """Give a world in which two processes wait for messages."""
    world = World()
    world.define("app:reading", reading)
    world.define("app:building", building)
    world.spawn("app:reading", HOST)
    world.spawn("app:reading", HOST)
    world.run()
    return world


def broken(world: World) -> str:
    """Run on and return what the guarantee that breaks says."""
    with pytest.raises(AssertionError, match=r"^G\d+\b") as caught:
        world.run()
    return str(caught.value).partition(":")[0].partition(",")[0]


def test_a_command_out_of_turn_breaks_g1(world: World) -> None:
    one = record(world, ONE)
    for _ in range(2):
        messaging.send(one, one.main, operations.Send(OTHER, "t", pack(())))
    world.kernel.enable(one.commands[1])

    assert broken(world) == "G1"


def test_a_mailbox_out_of_the_order_of_acceptance_breaks_g2(world: World) -> None:
    world.send(ONE, "first")
    world.send(ONE, "second")
    record(world, ONE).incoming.reverse()

    assert broken(world) == "G2"


def test_a_send_that_returns_before_the_message_is_there_breaks_g3(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(self: ProcessRecord, envelope: Envelope) -> None:
        self.incoming.insert(0, envelope)

    record(world, OTHER).queued = True
    world.send(OTHER, "earlier")
    world.spawn("app:reading", HOST, "send", OTHER, "t")
    monkeypatch.setattr(ProcessRecord, "accept", elsewhere)

    assert broken(world) == "G3"


def test_a_link_down_before_an_exit_breaks_g5(world: World) -> None:
    notices = Notices(record(world, ONE), [OTHER], [OTHER])

    with pytest.raises(AssertionError, match=r"^G5"):
        notices._send_link_downs()


def test_a_notice_of_one_that_has_not_left_the_topology_breaks_g6(world: World) -> None:
    one = record(world, ONE)
    one.phase, one.outcome = NAMELESS, ProcessOutcome()
    world.kernel.enable(SendExit(Notices(one, [OTHER], []), one, OTHER))

    assert broken(world) == "G6"


STARTS: list[tuple[str, Callable[[World], Any]]] = [
    ("G7", lambda world: world.spawn("app:reading", HOST, "spawn_monitored", "app:reading", HOST)),
    ("G8", lambda world: world.spawn("app:building", HOST)),
    ("G11", lambda world: world.spawn("app:reading", HOST, "call", "app:reading", HOST)),
]


@pytest.mark.parametrize(("guarantee", "start"), STARTS, ids=["G7", "G8", "G11"])
def test_a_child_that_can_run_too_early_breaks(
    world: World, monkeypatch: pytest.MonkeyPatch, guarantee: str, start: Callable[[World], Any]
) -> None:
    def early(*arguments: Any, **named: Any) -> ProcessRecord:
        child = birth.start(*arguments, **named)
        child.queued = True
        return child

    start(world)
    monkeypatch.setattr("simcore.process.verbs.spawning.start", early)
    monkeypatch.setattr("simcore.process.verbs.calling.start", early)

    assert broken(world) == guarantee


def test_code_that_would_run_over_a_fatal_link_down_breaks_g9(world: World) -> None:
    record(world, ONE).downs = 1
    record(world, ONE).complete(record(world, ONE).main, None)

    assert broken(world) == "G9"


def test_a_channel_that_gets_an_older_message_after_a_newer_breaks_g12(world: World) -> None:
    for subscription in record(world, ONE).subscriptions.values():
        subscription.last = 1_000
    world.send(ONE, "t")

    assert broken(world) == "G12"


def test_a_channel_that_is_ready_while_a_later_one_is_taken_breaks_g13() -> None:
    class Late(KernelChannel):
        looks = 0

        def ready_to_give(self) -> bool:
            self.looks += 1
            return self.looks > 1

    ready = KernelChannel([], 1)
    ready.offer(1)

    with pytest.raises(AssertionError, match=r"^G13"):
        select(None, [ReceiveCase(Late([])), ReceiveCase(ready)], default=False)


def test_a_step_inside_a_step_breaks_g14(world: World) -> None:
    world.send(ONE, "t")
    record(world, ONE).paused = True

    assert broken(world) == "G14"


def test_a_refused_command_that_has_an_effect_breaks_g18(world: World) -> None:
    def hasty(sender: ProcessRecord, task: Any, operation: operations.Send) -> object:
        messaging.send(sender, task, operation)
        raise NotFound("too late")

    world.runtime.handlers = {**world.runtime.handlers, operations.Send: hasty}
    world.spawn("app:reading", HOST, "send", OTHER, "t")

    assert broken(world) == "G18"


def test_a_refused_register_that_has_an_effect_breaks_g18(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(owner: ProcessRecord, operation: operations.Register) -> None:
        owner.runtime.names.register(operation.name, owner.pid)
        raise NotFound("too late")

    async def registering(process: Process) -> None:
        await process.registry.register("x")

    monkeypatch.setitem(naming._PERFORMERS, operations.Register, hasty)
    world.define("app:registering", registering)
    world.spawn("app:registering", HOST)

    assert broken(world) == "G18"


def test_a_creator_that_is_queued_before_its_new_coroutine_breaks_g19(world: World) -> None:
    one = record(world, ONE)
    one.runnable.append((one.main, None, None))

    with pytest.raises(AssertionError, match=r"^G19"):
        coroutines.begin(one, one.main.coroutine, creator=one.main)
