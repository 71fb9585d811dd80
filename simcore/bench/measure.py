"""Two things in turns in one process, and what one operation of each costs."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final, TypeAlias

from simcore.bench import machine
from simcore.bench.workload import Pair

Prepare: TypeAlias = Callable[[int], Callable[[], None]]
"""Sets up so many operations and returns the function that performs them; only the latter is timed."""
ROUNDS: Final = 11
QUICK_ROUNDS: Final = 7
QUICK_PART: Final = 5
"""A short round has one in so many of the operations of a long one."""


def in_turns(sample: Callable[[], float], base: Callable[[], float], *, rounds: int) -> list[Pair]:
    """Take both samples once for warmth and then *rounds* times, the baseline first in every other round."""
    sample()
    base()
    pairs = []
    for number in range(rounds):
        # In turns, since the first of two is the one that meets a machine as it was left.
        if number % 2:
            ns = sample()
            pairs.append(Pair(ns, base()))
        else:
            base_ns = base()
            pairs.append(Pair(sample(), base_ns))
    return pairs


def timed(prepare: Prepare, operations: int) -> Callable[[], float]:
    """Return the sample that gives the CPU nanoseconds of one of so many *operations*."""

    def sample() -> float:
        perform = prepare(operations)
        # Or one of the two would pay for the garbage of the other.
        gc.collect()
        before = machine.cpu_ns()
        perform()
        return (machine.cpu_ns() - before) / operations

    return sample


def rounds(*, quick: bool) -> int:
    """Return how many rounds are taken."""
    return QUICK_ROUNDS if quick else ROUNDS


def size(operations: int, *, quick: bool) -> int:
    """Return how many operations a round has, of as many as a long one would have."""
    return operations // QUICK_PART if quick else operations
