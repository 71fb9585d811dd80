"""Small worlds in which every invariant has something to look at: each gives its log, which tests then falsify."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from types import SimpleNamespace
from typing import Any

from simcore import Actor, LogEntry, Options, Process, ProcessError, Scope, World, allow
from tests.worlds import HOST

OTHER = "app:other"
ALL = Scope([allow("*", "*")])


class Town(SimpleNamespace):
    """The log of a world, and how it stands at the end, each to be changed."""

    entries: list[LogEntry]
    options: Options
    world: Any
    services: dict[str, Any]
    played: World


# -- who lives there


async def waits(process: Process) -> None:
    await process.inbox.receive()


async def sleeps(process: Process, milliseconds: int) -> str:
    await process.sleep(f"{milliseconds}ms")
    return "slept"


async def fails(process: Process, milliseconds: int = 1) -> None:
    await process.sleep(f"{milliseconds}ms")
    raise ProcessError("it fails")


async def reads(process: Process, amount: int) -> list[object]:
    return [(await process.inbox.receive()).payload for _ in range(amount)]


async def traps(process: Process, other: str) -> None:
    await process.set_options(trap_links=True)
    await process.link(other)
    await process.monitor(other)
    for _ in range(2):
        await process.events.receive()


async def one_of_two(process: Process) -> None:
    async def other(process: Process) -> None:
        await process.sleep("1s")

    process.go(other)
    await process.sleep("1ms")
    raise ProcessError("it fails")


async def answers(process: Process) -> dict[str, int]:
    await process.sleep("3ms")
    return {"answer": 42}


async def keeps(process: Process) -> None:
    await process.spawn_linked("app:waits", HOST)
    await process.spawn_monitored("app:normal", HOST)
    await process.inbox.receive()


async def normal(process: Process) -> list[int]:
    await process.sleep("1ms")
    return [1]


BEHAVIOURS = (waits, sleeps, fails, reads, traps, one_of_two, answers, keeps, normal)


# -- the towns


def lives(world: World) -> None:
    """Processes fail, are terminated, cancelled, upgraded and not started; a host stops."""

    async def main(process: Process) -> None:
        for name in ("waits", "one_of_two", "keeps"):
            await process.spawn(f"app:{name}", HOST)
        pids = [await process.spawn("app:waits", HOST) for _ in range(3)]
        await process.terminate(pids[0])
        await process.cancel(pids[1], "2ms", reason="first")
        await process.cancel(pids[1], "3ms", reason="second")
        with suppress(ProcessError):
            await process.spawn_linked_monitored("app:nobody", HOST)
        await process.spawn("app:waits", OTHER)
        await process.sleep("5ms")
        with suppress(ProcessError):
            await process.send(pids[0], "topic")
        await process.send(pids[2], "topic", 1)
        process.upgrade("app:normal")

    world.host(OTHER)
    world.define("app:main", main)
    world.spawn("app:main", HOST)
    world.run(until="6ms")
    world.stop_host(OTHER, "1ms")
    world.run()


def talk(world: World) -> None:
    """Messages come to the inbox, to topics, one, two and three of them, and in a chain."""

    async def main(process: Process) -> None:
        third = await process.spawn("app:third", HOST)
        second = await process.spawn("app:second", HOST, third)
        await process.send(third, "first", {"list": [1]})
        await process.send(third, "first", 1, 2)
        await process.send(second, "go")
        with suppress(ProcessError):
            await process.send(third, "@reserved")
        await process.send(third, "listened", [3])
        await process.send(third, "listened", [4])
        await process.send(third, "listened", [5])

    async def second(process: Process, third: str) -> None:
        await process.inbox.receive()
        await process.send(third, "second", "x")

    async def third(process: Process) -> None:
        topic = process.listen("listened")
        process.listen("listened")
        await process.sleep("5ms")
        for _ in range(3):
            await process.inbox.receive()
        await topic.receive()
        process.unlisten(topic)
        await topic.receive()
        await process.inbox.receive()
        await process.inbox.receive()

    world.define("app:main", main)
    world.define("app:second", second)
    world.define("app:third", third)
    world.spawn("app:main", HOST)
    world.run()


def ends(world: World) -> None:
    """Ends are told: to watchers, to who traps and to who does not; others took it back."""

    async def main(process: Process) -> None:
        await process.set_options(trap_links=True)
        failing = await process.spawn_linked_monitored("app:fails", HOST, 8)
        tied = await process.spawn("app:tied", HOST, failing)
        await process.spawn("app:traps", HOST, failing)
        await process.monitor(tied)
        await process.spawn("app:took_back", HOST, failing)
        await process.link(failing)
        with suppress(ProcessError):
            await process.monitor(failing)
        good = await process.spawn_monitored("app:normal", HOST)
        await process.link(good)
        for _ in range(4):
            await process.events.receive()
        for ask in (process.send(failing, "late"), process.link(failing), process.monitor(failing)):
            with suppress(ProcessError):
                await ask
        await process.inbox.receive()

    async def tied(process: Process, other: str) -> None:
        await process.spawn_linked("app:waits", HOST)
        await process.link(other)
        await process.events.receive()

    async def took_back(process: Process, other: str) -> None:
        await process.monitor(other)
        await process.link(other)
        await process.unmonitor(other)
        await process.unlink(other)
        await process.inbox.receive()

    for behaviour in (main, tied, took_back):
        world.define(f"app:{behaviour.__name__}", behaviour)
    world.spawn("app:main", HOST)
    world.run()


def names(world: World) -> None:
    """Names are taken, refused, taken again, looked up and freed."""

    async def main(process: Process) -> None:
        holder = await process.spawn_monitored("app:holder", HOST)
        await process.sleep("1ms")
        await process.registry.register("mine")
        await process.registry.register("mine")
        with suppress(ProcessError):
            await process.registry.register("theirs")
        await process.registry.lookup("theirs")
        await process.registry.unregister("mine")
        await process.registry.unregister("mine")
        await process.send(holder, "topic")
        builder = process.with_context({}).with_name("one")
        await builder.spawn("app:waits", HOST)
        await builder.spawn("app:waits", HOST)
        await process.events.receive()
        await process.registry.lookup("one")

    async def holder(process: Process) -> None:
        await process.registry.register("theirs")
        await process.inbox.receive()

    world.define("app:main", main)
    world.define("app:holder", holder)
    world.spawn("app:main", HOST)
    world.run()


def starts(world: World) -> None:
    """Builders, contexts, calls, an abandoned call, and upgrades that succeed and fail."""

    async def main(process: Process) -> None:
        first = process.with_context({"a": 1}).with_message("topic", 1).with_message("topic", 2)
        second = first.with_context({"b": 2}).with_actor(Actor("other"))
        await first.spawn("app:reads", HOST, 2)
        await second.spawn("app:parent", HOST)
        await process.call("app:answers", HOST)
        caller = await process.spawn("app:caller", HOST)
        await process.sleep("1ms")
        await process.terminate(caller)
        await process.spawn("app:renewed", HOST, "app:answers")
        await process.spawn("app:renewed", HOST, "app:nobody")

    async def parent(process: Process) -> None:
        await process.spawn("app:normal", HOST)

    async def caller(process: Process) -> None:
        await process.call("app:answers", HOST)

    async def renewed(process: Process, source: str) -> None:
        await process.registry.register(source)
        process.upgrade(source)

    for behaviour in (main, parent, caller, renewed):
        world.define(f"app:{behaviour.__name__}", behaviour)
    world.spawn("app:main", HOST, actor=Actor("me"), scope=ALL)
    world.run()


def services(world: World) -> None:
    """Services fail, are tried again and given up, end normally, depend on each other and are stopped."""

    async def lasts(process: Process) -> None:
        await process.sleep("7s")
        raise ProcessError("it fails late")

    world.define("app:lasts", lasts)
    restart = {"initial_delay": "100ms", "max_attempts": 3}
    world.service("app:breaks", process="app:fails", host=HOST, auto_start=True, restart=restart)
    world.service("app:base", process="app:waits", host=HOST, auto_start=True)
    world.service("app:needs", process="app:waits", host=HOST, auto_start=True, depends_on=["app:base"])
    world.service("app:over", process="app:normal", host=HOST, auto_start=True)
    world.service("app:lasting", process="app:lasts", host=HOST, auto_start=True, restart={"initial_delay": "100ms"})
    world.run(until="20s")
    world.stop_service("app:base")
    world.stop_service("app:lasting")
    world.run(until="60s")


TOWNS: tuple[Callable[[World], None], ...] = (lives, talk, ends, names, starts, services)


@cache
def played(make: Callable[[World], None], deadlines: str) -> tuple[tuple[LogEntry, ...], World]:
    """Return the log and the world of a town, played once."""
    world = World(options=Options(cancel_deadline="enforce" if deadlines == "enforce" else "advisory"))
    assert not world.log, "it is written from here on"
    for behaviour in BEHAVIOURS:
        world.define(f"app:{behaviour.__name__}", behaviour)
    make(world)
    return tuple(world.log), world


def town(make: Callable[[World], None], deadlines: str = "advisory") -> Town:
    """Return a town of one's own to be changed."""
    entries, world = played(make, deadlines)
    known = SimpleNamespace(alive=world.alive, names=dict(world.names), graph=world.graph)
    return Town(
        entries=list(entries), options=world.log.options, world=known, services=dict(world.log.services), played=world
    )
