"""A name passes to a new owner while clients use it, and every request gets its own ticket."""

from typing import Any

from simcore import NotFound, Pid, Process, World, scenario

HOST = "app:processes"
CLIENTS = 4
TICKETS_PER_CLIENT = 3


async def office(process: Process, *, ticket: int) -> None:
    """Own the name ``tickets`` and number the requests, until told to retire in favour of a successor."""
    await process.registry.register("tickets")
    while True:
        message = await process.inbox.receive()
        if message.topic == "retire":
            return await hand_over(process, message.payload, ticket)
        await process.send(message.payload, "ticket", ticket)
        ticket += 1


async def hand_over(process: Process, successor: Pid, ticket: int) -> None:
    """Free the name, pass the next number on, and forward what still comes to this pid."""
    await process.registry.unregister("tickets")
    await process.send(successor, "take over", ticket)
    # Who looked the name up before it was freed may still send here: to end at once would lose that request.
    drained = process.after("1s")
    while (case := await process.select(request=process.inbox, drained=drained)).name == "request":
        await process.send(successor, "request", case.value.payload)


async def old_office(process: Process) -> None:
    await office(process, ticket=1)


async def new_office(process: Process) -> None:
    """Wait for the number to go on with before the name is taken."""
    message = await process.inbox.receive()
    assert message.topic == "take over"
    await office(process, ticket=message.payload)


async def client(process: Process) -> list[int]:
    return [await ticket_for(process) for _ in range(TICKETS_PER_CLIENT)]


async def ticket_for(process: Process) -> int:
    """Ask whoever owns the name; nobody does for a moment, so a miss is tried again."""
    while True:
        try:
            await process.send("tickets", "request", process.pid)
        except NotFound:
            await process.sleep("1ms")
        else:
            message = await process.inbox.receive()
            ticket: int = message.payload
            return ticket


async def director(process: Process, old: Pid, new: Pid) -> None:
    await process.send(old, "retire", new)


@scenario
def name_handover(world: World) -> None:
    behaviours: dict[str, Any] = {"old": old_office, "new": new_office, "client": client, "director": director}
    for name, behaviour in behaviours.items():
        world.define(f"app:{name}", behaviour)
    old = world.spawn("app:old", HOST)
    new = world.spawn("app:new", HOST)
    clients = [world.spawn("app:client", HOST) for _ in range(CLIENTS)]
    world.spawn("app:director", HOST, old, new)

    world.run(until="5s")

    tickets = [ticket for pid in clients for ticket in world.result(pid)]
    assert sorted(tickets) == list(range(1, CLIENTS * TICKETS_PER_CLIENT + 1))
    assert world.names["tickets"] == new
    assert not world.alive(old)
