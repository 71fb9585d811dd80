"""A supervisor that traps links brings its worker back, and the name with it, whatever the schedule."""

from simcore import LinkDown, Pid, Process, World, scenario

HOST = "app:processes"


async def worker(process: Process) -> None:
    await process.registry.register("worker")
    while True:
        message = await process.inbox.receive()
        if message.topic == "poison":
            raise RuntimeError("swallowed poison")
        await process.send(message.payload, "served", process.pid)


async def supervisor(process: Process, restarts: int) -> int:
    await process.set_options(trap_links=True)
    child = await process.spawn_linked("app:worker", HOST)
    for _ in range(restarts):
        match await process.events.receive():
            case LinkDown(sender=sender):
                assert sender == child
                child = await process.spawn_linked("app:worker", HOST)
            case other:
                raise AssertionError(f"unexpected {other}")
    return restarts


async def client(process: Process) -> Pid:
    await process.send("worker", "serve", process.pid)
    message = await process.inbox.receive()
    served_by: Pid = message.payload
    return served_by


@scenario
def supervised_restart(world: World) -> None:
    world.define("app:worker", worker)
    world.define("app:supervisor", supervisor)
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
