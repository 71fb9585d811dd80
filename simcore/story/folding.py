"""The events of a long run, told shortly: what repeats itself once, what led to it, and how it ended."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.durations import format_duration
from simcore.model.repeats import TIMES_MIN, Stretch, at_the_end, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.model.trace import TraceEvent

EVENTS: Final = 12
"""How many events before the end are told, and how many of one turn of what repeats itself."""
BEFORE: Final = 6
"""How many of those are told that led to what repeats itself longest."""
LOOKED_AT: Final = 20_000
"""Among so many of the last events repetitions are looked for."""
PART: Final = 4
"""A repetition that is no less than one part in so many of what was looked at is told, wherever it is."""
OFTEN: Final = 20
"""Where nothing repeats itself exactly, what came so often is named."""
OFTEN_MAX: Final = 4
VALUES: Final = re.compile(r"(?<![#\w])(?:0x)?\d[\w.]*")
"""What may be another each time: numbers, but for those by which processes are called."""
NUMBERS: Final = re.compile(r"(?:0x)?\d[\w.]*")
"""The same with those, since what is started again and again has a new one each time."""


class Unit(NamedTuple):
    """Some events that are told together: one, or all turns of what repeats itself.

    Args:
        start, end: the places of its first event, and behind its last.
        period: how many of them are one turn.
    """

    start: int
    end: int
    period: int

    @property
    def times(self) -> int:
        """How many turns there are."""
        return (self.end - self.start) // self.period

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return 1 if self.times == 1 else min(self.period, EVENTS) + 2


def folded(events: Sequence[TraceEvent], always: Sequence[int] = ()) -> Iterator[str]:
    """Give the lines of the last of *events*, of the longest repetition among them, and of what led to that.

    Args:
        events: what happened, in order.
        always: the places of those that are told in any case.
    """
    units = _units(events, always)
    chosen = _chosen(units, always)
    if _longest(units) is None:
        yield from _often(events)
    before = None
    for unit in chosen:
        if before is not None and unit.start > before:
            yield f"  ({unit.start - before:,} events between are left out)"
        yield from _lines(events, unit)
        before = unit.end


def ends_in_a_cycle(events: Sequence[TraceEvent]) -> bool:
    """Tell whether *events*, without the actions among them, repeat themselves at their end, exactly or nearly so."""
    last = [event.text for event in events if event.kind != "action"][-LOOKED_AT:]
    # Where timers alone go on there is nothing to be told of.
    return len(last) < TIMES_MIN or any(
        at_the_end([values.sub("…", text) for text in last]) is not None for values in (VALUES, NUMBERS)
    )


def _chosen(units: Sequence[Unit], always: Sequence[int]) -> list[Unit]:
    """Return the units that are told, in their order."""
    wanted = {at for at, unit in enumerate(units) if unit.times == 1 and unit.start in always}
    room = EVENTS - len(wanted)
    for at in range(len(units) - 1, -1, -1):
        if room <= 0:
            break
        wanted.add(at)
        room -= units[at].lines
    longest = _longest(units)
    if longest is not None:
        wanted |= set(range(max(longest - BEFORE, 0), longest + 1))
    return [units[at] for at in sorted(wanted)]


def _longest(units: Sequence[Unit]) -> int | None:
    """Return the place of the longest repetition; None where none is a good part of all that happened."""
    longest = max(range(len(units)), key=lambda at: (units[at].times > 1, units[at].end - units[at].start, at))
    found = units[longest]
    is_good = found.times > 1 and PART * (found.end - found.start) >= min(units[-1].end, LOOKED_AT)
    return longest if is_good else None


def _units(events: Sequence[TraceEvent], always: Sequence[int]) -> list[Unit]:
    """Return all events in units; a repetition ends before an event that is always told."""
    units: list[Unit] = []
    at = 0
    for each in [*_repeated(events), Stretch(len(events), 1, len(events))]:
        units += [Unit(place, place + 1, 1) for place in range(at, each.start)]
        end = each.start + each.times * each.period
        if each.times and not any(each.start <= place < end for place in always):
            units.append(Unit(each.start, end, each.period))
        else:
            units += [Unit(place, place + 1, 1) for place in range(each.start, end)]
        at = end
    return units


def _repeated(events: Sequence[TraceEvent]) -> list[Stretch]:
    exact = _stretches(events, VALUES)
    if 2 * _covered(exact) >= min(len(events), LOOKED_AT):
        return exact
    loose = _stretches(events, NUMBERS)
    return loose if _covered(loose) > 2 * _covered(exact) else exact


def _covered(several: Sequence[Stretch]) -> int:
    return sum(each.end - each.start for each in several)


def _stretches(events: Sequence[TraceEvent], values: re.Pattern[str]) -> list[Stretch]:
    first = max(len(events) - LOOKED_AT, 0)
    words = [values.sub("…", event.text) for event in events[first:]]
    found = [Stretch(each.start + first, each.period, each.end + first) for each in stretches(words)]
    if found and found[0].start == first:
        # Further back than was looked for repetitions, this one is followed to where it begins.
        start, period, end = found[0]
        while start and values.sub("…", events[start - 1].text) == values.sub("…", events[start - 1 + period].text):
            start -= 1
        found[0] = Stretch(start, period, end)
    return found


# -- in words


def _lines(events: Sequence[TraceEvent], unit: Unit) -> Iterator[str]:
    turn = events[unit.start : unit.start + unit.period]
    if unit.times > 1:
        yield "  from here on again and again:"
    yield from map(_line, turn[:EVENTS])
    if unit.times == 1:
        return
    more = f"and {unit.period - EVENTS:,} events more; " if unit.period > EVENTS else ""
    last = events[unit.end - unit.period]
    yield f"  ... {more}{unit.times:,} times in all, the last one from {format_duration(last.t_ns)} #{last.step} on"


def _line(event: TraceEvent) -> str:
    return f"  {format_duration(event.t_ns):>8}  #{event.step:<4} {event.text}"


def _often(events: Sequence[TraceEvent]) -> Iterator[str]:
    """Say what happened most, where it happened often."""
    words = Counter(VALUES.sub("…", event.text) for event in events[-LOOKED_AT:])
    often = [f"{text} ({times:,} times)" for text, times in words.most_common(OFTEN_MAX) if times >= OFTEN]
    if often:
        yield f"  (no exact cycle; most often: {'; '.join(often)})"
