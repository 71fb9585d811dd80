"""What repeats itself in a sequence: stretches that are the same few elements again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

TIMES_MIN: Final = 3
"""What comes twice may be chance; from the third time on it is told as a repetition."""


class Stretch(NamedTuple):
    """A part of a sequence that repeats its first *period* elements.

    Args:
        start: the place of its first element.
        period: after how many elements it begins anew, the smallest such number.
        end: the place behind its last element.
    """

    start: int
    period: int
    end: int

    @property
    def times(self) -> int:
        """How often it is there whole."""
        return (self.end - self.start) // self.period


def at_the_end(sequence: Sequence[Hashable]) -> Stretch | None:
    """Return the longest stretch that reaches the end of *sequence*, or None. It takes linear time.

    Read from the end, the smallest period of each beginning is what the failure function of D. Knuth, J. Morris and
    V. Pratt ("Fast Pattern Matching in Strings", 1977) says.
    """
    backwards, borders, length = sequence[::-1], [0], 0
    found: Stretch | None = None
    for place in range(1, len(backwards)):
        while length and backwards[place] != backwards[length]:
            length = borders[length - 1]
        length += backwards[place] == backwards[length]
        borders.append(length)
        period = place + 1 - length
        if period * TIMES_MIN <= place + 1:
            found = Stretch(len(sequence) - place - 1, period, len(sequence))
    return found


def stretches(sequence: Sequence[Hashable]) -> list[Stretch]:
    """Return the stretches of *sequence*, in their order; of those that overlap the longest.

    Each position has the distance to the last one before it that the same 1, 2, 4, ... elements lead to. Where such a
    distance stays the same from position to position, the sequence repeats itself with it. That takes n log n steps,
    and finds every stretch: words of at least its period, and less than twice that, lie a period apart.

    The names of these words are those of R. Karp, R. Miller and A. Rosenberg ("Rapid identification of repeated
    patterns in strings, trees and arrays", 1972).
    """
    found = sorted(set(_all(sequence)), key=lambda each: (each.start - each.end, each.period, each.start))
    taken: list[Stretch] = []
    covered = bytearray(len(sequence))
    for each in found:
        # The longest come first, so that one which overlaps none of them by an end lies in none of them either.
        if not covered[each.start] and not covered[each.end - 1]:
            covered[each.start : each.end] = b"\1" * (each.end - each.start)
            taken.append(each)
    return sorted(taken)


def _all(sequence: Sequence[Hashable]) -> Iterator[Stretch]:
    names, width = _numbered(sequence), 1
    while width * TIMES_MIN <= len(sequence) * 2:
        distances = _distances(names)
        yield from _steady(sequence, distances, width)
        if not any(distances):
            return
        # The name of a word of twice the width, by its end.
        names = _numbered([(names[place - width] if place >= width else -1, name) for place, name in enumerate(names)])
        width *= 2


def _numbered(sequence: Sequence[Hashable]) -> list[int]:
    """Return a number for each element, the same for equal ones."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(each, len(numbers)) for each in sequence]


def _distances(names: Sequence[int]) -> list[int]:
    """Return how far back each name was there last; 0 where it is new."""
    last: dict[int, int] = {}
    distances: list[int] = []
    for place, name in enumerate(names):
        distances.append(place - last.get(name, place))
        last[name] = place
    return distances


def _steady(sequence: Sequence[Hashable], distances: Sequence[int], width: int) -> Iterator[Stretch]:
    """Give the stretches that words of *width* elements show."""
    begun = 0
    for place in range(1, len(distances) + 1):
        period = distances[begun]
        if place < len(distances) and distances[place] == period:
            continue
        first = begun - width + 1 - period
        if period and first >= 0 and place - first >= TIMES_MIN * period:
            yield _whole(sequence, first, period, place)
        begun = place


def _whole(sequence: Sequence[Hashable], start: int, period: int, end: int) -> Stretch:
    while start and sequence[start - 1] == sequence[start - 1 + period]:
        start -= 1
    while end < len(sequence) and sequence[end] == sequence[end - period]:
        end += 1
    return Stretch(start, period, end)
