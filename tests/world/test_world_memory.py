"""A world that nobody holds any more is freed, whatever its processes were doing: campaigns make thousands."""

from __future__ import annotations

import gc
import weakref

from simcore import Process, World
from tests.worlds import HOST


async def waiting(process: Process) -> None:
    """Waits in every way that a coroutine can."""
    channel = process.channel()
    process.go(sender, channel)
    process.go(selecting)
    process.unlisten(process.listen("t"))
    await process.inbox.receive()


async def sender(process: Process, channel: object) -> None:
    await process.channel().send(1)


async def selecting(process: Process) -> None:
    await process.select(events=process.events, late=process.after("1h"))


def dropped() -> weakref.ref[World]:
    world = World()
    world.define("app:waiting", waiting)
    world.spawn("app:waiting", HOST)
    world.run(until="1s")
    return weakref.ref(world)


def test_a_dropped_world_is_freed() -> None:
    world = dropped()
    gc.collect()

    assert world() is None


def dropped_application() -> weakref.ref[World]:
    world = World()
    world.load_app("scenarios/orders")
    pid = world.call("shop.orders:a_cancel_stops_the_whole_tree")
    world.run_while(lambda: world.alive(pid))
    return weakref.ref(world)


def test_a_dropped_world_of_a_lua_application_is_freed() -> None:
    world = dropped_application()
    gc.collect()

    assert world() is None
