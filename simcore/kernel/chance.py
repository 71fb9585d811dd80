"""Chance for the user's own program: a ``random.Random`` whose numbers come from the seed of the world."""

from __future__ import annotations

import random
from bisect import bisect
from itertools import accumulate
from operator import index
from sys import _getframe
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from simcore.model.errors import UsageError
from simcore.model.places import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableSequence, Sequence

T = TypeVar("T")
_FRACTION_BITS: Final = 53
"""As many as a float holds."""


class Random(random.Random):
    """What ``process.random`` and ``world.random`` give: the ``random.Random`` of one process or of the world.

    It has all methods of ``random.Random``, and can be handed to whatever takes one. Its numbers follow from the seed
    of the world and from whose it is, and from nothing else: to draw here moves neither the numbers of anybody else nor
    the schedule, and the same seed gives them again, in a replay too.

    ``random``, ``uniform``, ``randrange``, ``randint``, ``getrandbits``, ``randbytes``, ``choice``, ``choices``,
    ``sample`` and ``shuffle`` give the same in every version of Python and on every machine. The other distributions,
    such as ``gauss`` and ``expovariate``, are Python's own, and their last digits may be those of a machine.

    Its state cannot be read or set: ``seed``, ``getstate`` and ``setstate`` raise ``UsageError``.
    """

    def __new__(cls, bits: Callable[[int], int]) -> Random:
        # Without an argument it would ask the machine for a seed, and nothing here draws from what it seeds.
        return super().__new__(cls, 0)  # type: ignore[call-arg]  # not in the stubs

    def __init__(self, bits: Callable[[int], int]) -> None:
        self._bits = bits
        # What `gauss` keeps from one call to the next; made by the `seed` that is not called here.
        self.gauss_next: float | None = None

    def __repr__(self) -> str:
        return "<Random: numbers that follow from the seed of the world>"

    # Written out and not inherited: Python promises the numbers of `random` and `getrandbits` alone for ever, and a
    # case has to be the same under any version.

    def random(self) -> float:
        """Return a float from 0 up to, and without, 1."""
        return self._bits(_FRACTION_BITS) * 2.0**-_FRACTION_BITS

    def uniform(self, a: float, b: float) -> float:
        """Return a float from *a* to *b*."""
        return a + (b - a) * self.random()

    def getrandbits(self, k: int, /) -> int:
        """Return an int of *k* bits. Raises ``ValueError`` where *k* is negative."""
        return self._bits(index(k))

    def randbytes(self, n: int) -> bytes:
        """Return *n* bytes."""
        return self.getrandbits(n * 8).to_bytes(n, "little")

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Return an element of ``range(start, stop, step)``, with one argument of ``range(start)``.

        Raises:
            ValueError: it has none.
        """
        first, end, pace = index(start), stop, index(step)
        if end is None:
            first, end = 0, first
        # Reckoned and not asked of a range, whose length has a bound.
        amount = -(-(index(end) - first) // pace) if pace else 0
        return first + pace * self._below(amount, f"randrange({first}, {end}, {pace})")

    def randint(self, a: int, b: int) -> int:
        """Return an int from *a* to *b*, both included. Raises ``ValueError`` where *b* is smaller."""
        return index(a) + self._below(index(b) - index(a) + 1, f"randint({a}, {b})")

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]  # typeshed's protocol, which a sequence has
        """Return an element of *seq*. Raises ``IndexError`` where it has none."""
        if not len(seq):
            raise IndexError("choice from an empty sequence")
        return seq[self._below(len(seq), "choice")]

    def choices(  # type: ignore[override]  # as in `choice`
        self,
        population: Sequence[T],
        weights: Sequence[float] | None = None,
        *,
        cum_weights: Sequence[float] | None = None,
        k: int = 1,
    ) -> list[T]:
        """Return *k* elements of *population*, each drawn anew, by their weights where there are any.

        Raises:
            ValueError: there are not as many weights as elements, or they have no sum above 0.
            TypeError: both kinds of weights are given.
            IndexError: *population* has no elements.
        """
        if weights is not None and cum_weights is not None:
            raise TypeError("choices takes weights or cum_weights, not both")
        heights = list(accumulate(weights)) if weights is not None else cum_weights
        if heights is None:
            return [self.choice(population) for _ in range(k)]
        if len(heights) != len(population) or not heights:
            raise ValueError(f"choices has {len(population)} elements and {len(heights)} weights")
        total = heights[-1] + 0.0
        if not 0.0 < total < float("inf"):
            raise ValueError(f"the sum of the weights is a finite number above 0, not {total}")
        # The last one has no upper end, so that rounding cannot lead past it.
        return [population[bisect(heights, self.random() * total, 0, len(heights) - 1)] for _ in range(k)]

    def sample(self, population: Sequence[T], k: int, *, counts: Iterable[int] | None = None) -> list[T]:
        """Return *k* elements of *population* from different places; with *counts* as if each stood there so often.

        Raises:
            TypeError: it is no sequence; a set has no order, so say ``sorted(a_set)``.
            ValueError: there are not as many, or a count makes no sense.
        """
        if isinstance(population, (set, frozenset, dict)):
            raise TypeError("a sample is drawn from a sequence: a set or a dict has no order, so say sorted(...)")
        ends = None if counts is None else _ends(len(population), counts)
        amount = len(population) if ends is None else ends[-1] if ends else 0
        places = self._places(amount, index(k))
        return [population[place if ends is None else bisect(ends, place)] for place in places]

    def _places(self, amount: int, k: int) -> list[int]:
        """Return *k* of so many places: the beginning of a shuffle of them, of which only what has moved is kept, since
        there may be very many."""
        if not 0 <= k <= amount:
            raise ValueError(f"a sample of {k} from {amount} elements")
        drawn, moved = list[int](), dict[int, int]()
        for place in range(k):
            other = place + self._below(amount - place, "sample")
            drawn.append(moved.get(other, other))
            moved[other] = moved.get(place, place)
        return drawn

    def shuffle(self, x: MutableSequence[Any]) -> None:
        """Put the elements of *x* into another order, in place."""
        # R. Durstenfeld, "Algorithm 235: Random Permutation", CACM 7(7), 1964.
        for place in range(len(x) - 1, 0, -1):
            other = self._below(place + 1, "shuffle")
            x[place], x[other] = x[other], x[place]

    def _below(self, options: int, what: str) -> int:
        """Return a number from 0 to *options* - 1, each with the same chance."""
        if options <= 0:
            raise ValueError(f"there is nothing to choose from in {what}")
        bits = options.bit_length()
        while (number := self._bits(bits)) >= options:
            pass
        return number

    # -- what would make the numbers depend on something else

    def seed(self, *_arguments: object, **_named: object) -> NoReturn:
        """Refuse: the numbers follow from the seed of the world.

        Raises:
            UsageError: always.
        """
        raise _refused("seed")

    def getstate(self) -> NoReturn:
        """Refuse, as ``seed`` does.

        Raises:
            UsageError: always.
        """
        raise _refused("getstate")

    def setstate(self, state: object) -> NoReturn:
        """Refuse, as ``seed`` does.

        Raises:
            UsageError: always.
        """
        raise _refused("setstate")


def _refused(method: str) -> UsageError:
    frame = _getframe(2)
    return UsageError(
        f"{place_of(frame.f_code, frame.f_lineno).bare}: random.{method}: these numbers follow from the seed of the "
        "world, World(seed=...); draw a number and make a `random.Random` of your own with it for another stream"
    )


def _ends(amount: int, counts: Iterable[int]) -> list[int]:
    """Return behind which place each of *amount* elements ends that stand there so often."""
    times = list(counts)
    if len(times) != amount or any(index(each) < 0 for each in times):
        raise ValueError(f"sample has {amount} elements and {len(times)} counts, each 0 or more")
    return list(accumulate(times))
