"""The only source of chance: named streams of numbers, derived from one seed, recorded and replayable."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

from simcore.kernel.chance import Random
from simcore.model.errors import NondeterminismDetected, UsageError
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sized


def derive_seed(seed: int | str, *names: object) -> int:
    """Return a 64-bit seed that depends on *seed* and on each of *names*, and on nothing else."""
    # With a separator, so that ("a", "bc") and ("ab", "c") are two seeds; by a digest, since hash() differs between
    # runs.
    text = "\x00".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def checked_seed(seed: object) -> int:
    """Return the *seed* that somebody has given in Python.

    Raises:
        UsageError: it is none. A command line would take no such thing either.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise UsageError(f"seed takes a whole number of 0 or more, not {represented(seed)}")
    return seed


class Stream:
    """Numbers for one purpose, so that a new draw elsewhere does not move these.

    ``below(options)`` chooses one of so many options and records it: a number from 0 to ``options - 1``;
    ``place(sequence)`` chooses a place in a sequence alike.
    """

    __slots__ = ("_bits", "_script", "below", "place", "taken")

    def __init__(self, seed: int, script: Iterable[int] | None = None) -> None:
        # Mersenne Twister (M. Matsumoto, T. Nishimura, ACM TOMACS 8(1), 1998), which Python keeps the same in all
        # versions. To seed it costs 4 us: one for each purpose is nothing, one for each process would be felt.
        self._bits = random.Random(seed).getrandbits
        self._script = None if script is None else iter(script)
        self.taken: list[int] = []
        self.below: Callable[[int], int]
        self.place: Callable[[Sized], int]
        self.below, self.place = self._drawing() if self._script is None else self._reading(self._script)

    def _drawing(self) -> tuple[Callable[[int], int], Callable[[Sized], int]]:
        """``getrandbits`` is stable over Python versions, which ``choice`` and ``shuffle`` do not promise; the bias of
        the multiplication is below ``options / 2**32``. Closures, since one of them is called for every action."""
        bits, take = self._bits, self.taken.append

        def below(options: int) -> int:
            # D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019, without its rejection:
            # a draw always costs one number, and the bias stays below any use of it.
            index = bits(32) * options >> 32
            take(index)
            return index

        # The same once more, because a call of the one from the other would be felt in every action.
        def place(sequence: Sized) -> int:
            index = bits(32) * len(sequence) >> 32
            take(index)
            return index

        return below, place

    def _reading(self, script: Iterator[int]) -> tuple[Callable[[int], int], Callable[[Sized], int]]:
        def below(options: int) -> int:
            index = self._recorded(script, options)
            self.taken.append(index)
            return index

        return below, lambda sequence: below(len(sequence))

    def _recorded(self, script: Iterator[int], options: int) -> int:
        number = next(script, None)
        if number is None or not 0 <= number < options:
            said = "ends before it" if number is None else f"says {number}"
            raise NondeterminismDetected(f"choice {len(self.taken) + 1} has {options} options, the record {said}")
        return number

    def bits(self, count: int) -> int:
        """Draw *count* bits and record them."""
        value = self._bits(count) if self._script is None else self._recorded(self._script, 1 << count)
        self.taken.append(value)
        return value


class Choices:
    """All the chance of one run.

    Args:
        seed: any int; every stream is derived from it by name.
        script: recorded numbers by stream name, to be given out again instead of drawing.
    """

    def __init__(self, seed: int = 0, script: dict[str, list[int]] | None = None) -> None:
        self.seed = seed
        self._script = script or {}
        self._streams: dict[str, Stream] = {}
        self._programs: dict[str, Random] = {}
        self.serve_programs: bool = False
        """Whether the user's own program has drawn, or been given a seed to draw from."""

    def stream(self, name: str) -> Stream:
        """Return the stream called *name*: ``schedule``, ``faults``, ``workload``, ``identifiers``, ..."""
        if name not in self._streams:
            self._streams[name] = Stream(derive_seed(self.seed, name), self._script.get(name))
        return self._streams[name]

    def random_for(self, name: str) -> Random:
        """Return what the user's own program draws from under this *name*: the same at each call, from a stream of its
        own. It is in no record, however much a program draws: the seed gives it again."""
        self.serve_programs = True
        if name not in self._programs:
            self._programs[name] = Random(random.Random(derive_seed(self.seed, "program", name)).getrandbits)
        return self._programs[name]

    def record(self) -> dict[str, list[int]]:
        """Return what was drawn so far, by stream name, in the form that ``script`` takes."""
        return {name: list(stream.taken) for name, stream in self._streams.items()}
