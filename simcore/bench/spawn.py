"""One process of a world from its spawn to its end, against one of bare SimPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import simpy

from simcore.bench import pingpong_full
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simcore.python.process import Process
    from simcore.world.world import World

PROCESSES: Final = 5_000


class SpawnWorkload:
    """The workload ``spawn``.

    The kernel alone could start processes faster than SimPy. A process of a world is more: a permission check, a
    command and its answer as actions of their own, a mailbox, a place in the topology, the checks that look on, and an
    end that is recorded before anybody is told. The gate is what that whole step model reaches with room to spare.
    """

    name = "spawn"

    def measure(self, *, quick: bool) -> Row:
        """Compare one spawn and end."""
        in_world = timed(prepare, size(PROCESSES, quick=quick))
        in_simpy = timed(prepare_simpy, size(PROCESSES, quick=quick))
        pairs = in_turns(in_world, in_simpy, rounds=rounds(quick=quick))
        return judged(self.name, "simpy.process", Gate(">=", 0.05), pairs, quick=quick)


async def parent(process: Process, children: int) -> None:
    """Start so many processes, and wait for none."""
    for _ in range(children):
        await process.spawn("bench:child", "bench:processes")


async def child(process: Process) -> None:
    """End in the first step."""


def prepare(processes: int) -> Callable[[], None]:
    """Set up a world in which a process will start *processes* others."""
    world = new_world(processes)
    one = world.spawn("bench:parent", "bench:processes", processes)

    def perform() -> None:
        world.run()
        assert not world.alive(one)

    return perform


def new_world(processes: int) -> World:
    """Return a world in which parent and child are defined, with room for so many."""
    world = pingpong_full.bounded_world(2 * processes)
    world.define("bench:parent", parent)
    world.define("bench:child", child)
    return world


def prepare_simpy(processes: int) -> Callable[[], None]:
    """Set up a SimPy process that will start *processes* others."""
    environment = simpy.Environment()
    ended = environment.process(_parent(environment, processes))

    def perform() -> None:
        environment.run()
        assert ended.processed

    return perform


def _parent(environment: simpy.Environment, children: int) -> Generator[Any, Any, None]:
    for _ in range(children):
        environment.process(_child())
    yield environment.timeout(1)


def _child() -> Generator[Any, Any, None]:
    # The `yield` that is never reached makes this a generator, which is what SimPy takes.
    return
    yield
