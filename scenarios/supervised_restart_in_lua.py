"""The Lua twin of ``supervised_restart``: the same supervisor and worker, written as a Wippy application."""

from simcore import Pid, Process, World, scenario

HOST = "app:processes"


async def client(process: Process) -> Pid:
    await process.send("worker", "serve", process.pid)
    message = await process.inbox.receive()
    served_by: Pid = message.payload
    return served_by


@scenario
def supervised_restart_in_lua(world: World) -> None:
    world.load_app("scenarios/_lua/supervision")
    world.define("app:client", client)
    boss = world.spawn("app:supervisor", HOST, 2)

    world.run(until="1s")
    first = world.names["worker"]
    for instant in ("2s", "3s"):
        world.send("worker", "poison")
        world.run(until=instant)
    asked = world.spawn("app:client", HOST)
    world.run(until="4s")

    assert world.result(boss) == 2
    assert world.result(asked) == world.names["worker"] != first
    assert not world.alive(first)
