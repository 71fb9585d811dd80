"""The bare loop: one pick among several enabled actions and one resume of an ``async def``, without a world.

Kernel, choices, strategy and trace are those of every run; only the actions are the workload's own.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Final

from simcore.bench import timeout
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged
from simcore.kernel.action import Action, Label
from simcore.kernel.choices import Choices
from simcore.kernel.kernel import Kernel
from simcore.model.options import Options
from simcore.schedulers.uniform import Uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

PAIRS: Final = 4
"""Pairs of players, each with one ball, so that there are always four enabled actions to pick from."""
HITS: Final = 150_000


class PingPong:
    """The workload ``pingpong``."""

    name = "pingpong"

    def measure(self, *, quick: bool) -> Row:
        """Compare one pick and resume with B."""
        hits = timed(prepare, size(HITS, quick=quick))
        waits = timed(timeout.prepare, size(timeout.TIMEOUTS, quick=quick))
        pairs = in_turns(hits, waits, rounds=rounds(quick=quick))
        return judged(self.name, timeout.NAME, Gate(">=", 1.0), pairs, quick=quick)


class Turn(Action):
    """One player's turn: goes on with the ball that came and passes on the one that it gives."""

    __slots__ = ("_coroutine", "_kernel", "_name", "ball", "peer")

    def __init__(self, kernel: Kernel, name: str, coroutine: Coroutine[int, int | None, None]) -> None:
        super().__init__()
        self._kernel = kernel
        self._name = name
        self._coroutine = coroutine
        self.ball: int = coroutine.send(None)  # as far as its first wait, in which it gives nothing that counts
        self.peer: Turn = self

    def label(self) -> Label:
        return Label("turn", self._name)

    def perform(self) -> None:
        peer = self.peer
        try:
            peer.ball = self._coroutine.send(self.ball)
        except StopIteration:
            return
        # As the process floor does on its way of a message, without the call of `enable`.
        self._kernel.ready.append(peer)


def prepare(hits: int) -> Callable[[], None]:
    """Set up the kernel of *hits* hits, and let it run."""
    kernel = new_kernel(hits)

    def perform() -> None:
        kernel.run()
        assert kernel.actions >= hits

    return perform


def new_kernel(hits: int) -> Kernel:
    """Return a kernel in which balls are hit *hits* times altogether, a multiple of twice the pairs."""
    bounds = Options(actions_max=2 * hits, instant_actions_max=2 * hits)
    kernel = Kernel(choices=Choices(1), scheduler=Uniform(), options=bounds)
    for number in range(PAIRS):
        _add_pair(kernel, number, hits // (2 * PAIRS))
    return kernel


def _add_pair(kernel: Kernel, number: int, hits: int) -> None:
    one, other = (Turn(kernel, f"player:{number}.{side}", player(hits)) for side in "ab")
    one.peer, other.peer = other, one
    kernel.enable(one)


async def player(hits: int) -> None:
    """Give every ball back, one higher, *hits* times."""
    ball = await hit(0)
    for _ in range(hits):
        ball = await hit(ball + 1)


@types.coroutine
def hit(ball: int) -> Generator[int, int, int]:
    """Give *ball* away and wait for the next one."""
    return (yield ball)
