"""One message in a ring of many processes, against one in a ring of few: the cost must not grow with the processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged
from simcore.model.options import Options
from simcore.schedulers.uniform import Uniform
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.model.pid import Pid
    from simcore.python.process import Process

SIZES: Final = (1_000, 10_000)
BASE_SIZE: Final = 10
TOKENS: Final = 5
"""Tokens on their way at once, in a ring of any size, so that there are always as many enabled actions to pick from."""
MESSAGES: Final = 50_000
"""In a long round; in a short one each process of the largest ring still gets one."""
UNBOUNDED: Final = 1 << 40


class Ring:
    """The workload ``ring`` with *processes* processes; the ring of 10 of the same run is its baseline."""

    def __init__(self, processes: int) -> None:
        self.name: str = f"ring-{processes}"
        self._processes = processes

    def measure(self, *, quick: bool) -> Row:
        """Compare one message with one in the ring of 10. Both rings are built once and used in every round."""
        messages = size(MESSAGES, quick=quick)
        many = timed(Passing(self._processes).prepare, messages)
        few = timed(Passing(BASE_SIZE).prepare, messages)
        pairs = in_turns(many, few, rounds=rounds(quick=quick))
        return judged(self.name, f"ring-{BASE_SIZE}", Gate("<=", 1.6), pairs, quick=quick)


class Passing:
    """A world with a ring of *processes* processes in the order of their pids, each of which has been reached once.

    They are made by one process, so that each starts soon after its spawn and lies in memory beside its neighbours;
    with many starts enabled at once, a random order would be measured. The first lap is where each process subscribes
    and gives its actions their numbers: costs of a spawn, which are not to be taken for those of a message.
    """

    def __init__(self, processes: int) -> None:
        self.world: World = World(1, Uniform(), Options(actions_max=UNBOUNDED, instant_actions_max=UNBOUNDED))
        self.world.define("bench:maker", maker)
        self.world.define("bench:member", member)
        one = self.world.spawn("bench:maker", "bench:processes", processes)
        self.world.run()
        self.pids: Sequence[Pid] = self.world.result(one)
        self.world.send(self.pids[0], "token", processes)
        self.world.run()

    def prepare(self, messages: int) -> Callable[[], None]:
        """Put in the tokens, evenly apart, that will make *messages* messages, a multiple of their number."""
        for number in range(TOKENS):
            self.world.send(self.pids[number * len(self.pids) // TOKENS], "token", messages // TOKENS)
        return self.world.run


async def maker(process: Process, members: int) -> list[Pid]:
    """Start so many members, tell each who comes next, and return them in that order."""
    pids = [await process.spawn("bench:member", "bench:processes")]
    for _ in range(members - 1):
        pids.append(await process.spawn("bench:member", "bench:processes"))
        await process.send(pids[-2], "successor", pids[-1])
    await process.send(pids[-1], "successor", pids[0])
    return pids


async def member(process: Process) -> None:
    """Learn who comes next, and pass on every token that has hops left, for ever."""
    inbox = process.inbox
    successor = (await inbox.receive()).payload
    while True:
        hops = (await inbox.receive()).payload
        if hops:
            await process.send(successor, "token", hops - 1)
