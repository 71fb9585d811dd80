"""One message between two Python processes of a world: the whole step model, with everything on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import timeout
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged
from simcore.model.options import Options
from simcore.schedulers.uniform import Uniform
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.process.state.observer import Observer
    from simcore.python.process import Process

MESSAGES: Final = 20_000
ACTIONS_MAX: Final = 4
"""Actions that a message may take: its send, and the steps of its sender and its receiver."""


class PingPongFull:
    """The workload ``pingpong-full``."""

    name = "pingpong-full"

    def measure(self, *, quick: bool) -> Row:
        """Compare one message with B."""
        messages = timed(prepare, size(MESSAGES, quick=quick))
        waits = timed(timeout.prepare, size(timeout.TIMEOUTS, quick=quick))
        pairs = in_turns(messages, waits, rounds=rounds(quick=quick))
        return judged(self.name, timeout.NAME, Gate(">=", 0.08), pairs, quick=quick)


async def server(process: Process, times: int) -> None:
    """Answer so many messages, each with the next number."""
    inbox = process.inbox
    for _ in range(times):
        message = await inbox.receive()
        assert message.sender is not None
        await process.send(message.sender, "ball", message.payload + 1)


async def client(process: Process, times: int, server_pid: str) -> int:
    """Send so many messages, each after the answer to the one before; return the last number."""
    inbox, number = process.inbox, 0
    for _ in range(times):
        await process.send(server_pid, "ball", number)
        number = (await inbox.receive()).payload
    return number


def prepare(messages: int) -> Callable[[], None]:
    """Set up a world in which *messages* messages will be sent."""
    return playing(new_world(messages), messages)


def new_world(messages: int, *, observers: Sequence[Observer] = ()) -> World:
    """Return a world in which both processes are defined."""
    world = bounded_world(messages, observers=observers)
    world.define("bench:server", server)
    world.define("bench:client", client)
    return world


def bounded_world(messages: int, *, observers: Sequence[Observer] = ()) -> World:
    """Return a world whose bounds leave room for so many messages."""
    bound = ACTIONS_MAX * messages + 100
    return World(1, Uniform(), Options(actions_max=bound, instant_actions_max=bound), observers=observers)


def playing(world: World, messages: int) -> Callable[[], None]:
    """Start the two processes, in whichever language they are defined; return what lets them play."""
    times = messages // 2
    other = world.spawn("bench:server", "bench:processes", times)
    one = world.spawn("bench:client", "bench:processes", times, other)

    def perform() -> None:
        world.run()
        assert world.result(one) == times

    return perform
