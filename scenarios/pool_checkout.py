"""Who gives up waiting for a connection, or is killed with one, leaves none behind.

The pool is an ordinary ``simpy.Resource``; a connection may come free in the very instant in which a waiter loses
patience, and then either may happen.
"""

import simpy

from simcore import Channel, Process, World, scenario

HOST = "app:processes"
MILLISECOND_NS = 1_000_000
QUERY_NS = 10 * MILLISECOND_NS
PATIENCE_NS = 20 * MILLISECOND_NS
CONNECTIONS = 2
CLIENTS = 8


class Database:
    """A pool of connections, and the behaviours that use it: a SimPy resource reaches a behaviour by closure."""

    def __init__(self, environment: simpy.Environment) -> None:
        self.connections = simpy.Resource(environment, capacity=CONNECTIONS)

    async def client(self, process: Process) -> str:
        """Run one query, unless no connection comes free in time."""
        with self.connections.request() as checkout:
            granted = process.channel(capacity=1)
            process.go(told_when_granted, checkout, granted)
            if (await process.select(granted=granted, late=process.after(PATIENCE_NS))).name == "late":
                # Granted in this very instant or not: leaving the block gives back whatever the pool gave.
                return "gave up"
            assert self.connections.count <= CONNECTIONS
            await process.sleep(QUERY_NS)
            return "served"

    async def hog(self, process: Process) -> None:
        """Check a connection out and never give it back."""
        with self.connections.request() as checkout:
            await process.wait(checkout)
            await process.registry.register("hog")
            await process.inbox.receive()

    async def killer(self, process: Process) -> None:
        await process.terminate("hog")


async def told_when_granted(process: Process, checkout: simpy.Event, granted: Channel) -> None:
    """Turn a SimPy event into a case of ``select``."""
    await process.wait(checkout)
    await granted.send(None)


def opened(world: World) -> Database:
    """Return a database in *world*, with all its behaviours defined."""
    database = Database(world.environment)
    world.define("app:client", database.client)
    world.define("app:hog", database.hog)
    world.define("app:killer", database.killer)
    return database


@scenario
def a_waiter_who_gives_up_leaks_no_connection(world: World) -> None:
    database = opened(world)
    clients = [world.spawn("app:client", HOST) for _ in range(CLIENTS)]

    world.run(until="1s")
    answers = [world.result(pid) for pid in clients]
    late = world.spawn("app:client", HOST)
    world.run(until="1011ms")

    # Two at once in three rounds, of which the third begins when the rest loses patience.
    assert 4 <= answers.count("served") <= 6
    assert answers.count("served") + answers.count("gave up") == CLIENTS
    assert world.result(late) == "served"
    assert database.connections.count == len(database.connections.queue) == 0


@scenario
def a_killed_client_gives_its_connection_back(world: World) -> None:
    database = opened(world)
    hogs = [world.spawn("app:hog", HOST)]
    world.run(until="1ms")
    world.spawn("app:killer", HOST)
    clients = [world.spawn("app:client", HOST) for _ in range(4)]

    world.run(until="1s")

    assert not any(world.alive(pid) for pid in hogs)
    assert [world.result(pid) for pid in clients] == ["served"] * 4
    assert database.connections.count == len(database.connections.queue) == 0
