"""Looking a name up and then registering it is a race; registering first and then looking up is none."""

from simcore import AlreadyExists, NotFound, Pid, Process, World, scenario

HOST = "app:processes"


async def room(process: Process) -> None:
    await process.inbox.receive()


async def hasty_visitor(process: Process) -> Pid:
    """Open the room unless somebody has. Another visitor may open it between the look and the registration."""
    try:
        return await process.registry.lookup("room")
    except NotFound:
        opened = await process.spawn("app:room", HOST)
        await process.registry.register("room", opened)
        return opened


async def careful_visitor(process: Process) -> Pid:
    """Open a room, and give it up again where another visitor was first."""
    opened = await process.spawn("app:room", HOST)
    try:
        await process.registry.register("room", opened)
    except AlreadyExists:
        await process.terminate(opened)
        return await process.registry.lookup("room")
    return opened


def meet(world: World, visitor: str) -> None:
    """Let two visitors come at once, and claim that they meet in the one room there is."""
    world.define("app:room", room)
    world.define("app:hasty", hasty_visitor)
    world.define("app:careful", careful_visitor)
    visitors = [world.spawn(visitor, HOST) for _ in range(2)]

    world.run(until="1s")

    met = {world.result(pid) for pid in visitors}
    assert met == {world.names["room"]}


@scenario(expect="failed")
def hasty_visitors_meet(world: World) -> None:
    meet(world, "app:hasty")


@scenario
def careful_visitors_meet(world: World) -> None:
    meet(world, "app:careful")
