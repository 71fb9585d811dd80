"""A revoke closes nothing that is open: who holds a scope keeps it. So who takes a permission away has to end those who
hold it, and to wait for their ends: what was checked before an end is asked for may have its effect after that."""

from collections.abc import Generator
from contextlib import suppress
from typing import Any

from simcore import Actor, Behaviour, NotFound, Pid, Process, Scope, World, allow, scenario

HOST = "app:processes"
READERS = "ledger:readers"
MILLISECOND_NS = 1_000_000
ROUNDS, PAGES = 3, 4


async def reader(process: Process) -> None:
    """Read some pages now and then, as long as it may."""
    for _ in range(ROUNDS):
        for _ in range(PAGES):
            await process.send("ledger", "read")
        await process.sleep(MILLISECOND_NS)


async def started(process: Process) -> Pid:
    """Start a reader who may what the group of readers may now."""
    builder = process.with_context({}).with_actor(Actor("reader")).with_scope(process.named_scope(READERS))
    return await builder.spawn_monitored("app:reader", HOST)


async def hasty_desk(process: Process) -> None:
    """Start readers; when that is closed, ask for their ends, and tell the ledger."""
    readers = []
    async for message in process.inbox:
        if message.topic == "open":
            readers.append(await started(process))
            continue
        for each in readers:
            with suppress(NotFound):
                await process.terminate(each)
        await process.send("ledger", "closed")


async def careful_desk(process: Process) -> None:
    """Start readers; when that is closed, let them end and wait for it: what they have sent comes before that."""
    readers, events = [], process.events
    async for message in process.inbox:
        if message.topic == "open":
            readers.append(await started(process))
            continue
        for each in readers:
            with suppress(NotFound):
                await process.terminate(each)
        for _ in readers:
            await events.receive()
        readers.clear()
        await process.send("ledger", "closed")


def administrator(world: World) -> Generator[Any, Any, None]:
    """Open the ledger to two readers, and close it, at any point of the instant."""
    for _ in range(2):
        world.send("desk", "open")
    yield world.environment.timeout(2 * MILLISECOND_NS)
    world.policies.revoke("ledger:read", READERS)
    world.send("desk", "close")


def opened_and_closed(world: World, desk: Behaviour) -> None:
    """Let a ledger be opened and closed, and claim that nobody reads it once it is closed."""
    noted: list[str] = []

    async def ledger(process: Process) -> None:
        await process.registry.register("ledger")
        async for message in process.inbox:
            noted.append(message.topic)

    async def named(process: Process) -> None:
        await process.registry.register("desk")
        await desk(process)

    world.define("app:ledger", ledger)
    world.define("app:desk", named)
    world.define("app:reader", reader)
    world.policies.add(allow("process.send", "*", id="ledger:read", groups=[READERS]))
    world.spawn("app:ledger", HOST)
    world.spawn("app:desk", HOST, actor=Actor("desk"), scope=Scope([allow("*", "*")]))
    world.run()
    world.environment.process(administrator(world))

    world.run()
    closed = noted.index("closed")
    assert "read" not in noted[closed:], "the ledger was read after it was closed"
    world.send("desk", "open")
    world.run()

    assert [each.action for each in world.denials] == ["process.send"], "who comes later may not read"


@scenario(expect="failed")
def a_hasty_desk_closes_the_ledger(world: World) -> None:
    opened_and_closed(world, hasty_desk)


@scenario
def a_careful_desk_closes_the_ledger(world: World) -> None:
    opened_and_closed(world, careful_desk)
