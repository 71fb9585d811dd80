"""What keeps a world alive that does not end: who repeats which cycle of operations and timers."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.check.recent import HEAR, RECEIVE, UPGRADE, Note, Recent
from simcore.model.durations import format_duration
from simcore.model.errors import BoundReached, Failure
from simcore.model.property_names import LIVELOCK
from simcore.model.repeats import TIMES_MIN, Stretch, at_the_end, stretches
from simcore.model.text import cut, few, printable
from simcore.process.state.runtime import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

TOLD_MAX: Final = 6
"""How many who go on are told."""
TURN_MAX: Final = 12
"""How many parts of one turn of a cycle are told."""
OFTEN_MAX: Final = 4
"""Where there is no exact cycle, how many of the parts that came most often are told."""
SURE: Final = 20
"""What came so often is a cycle, however much was done before; else it has to be half of what was done."""
NAME_MAX: Final = 200
TIMERS: Final = ("do:sleep", "fire:after", "simpy", "service:retry")
"""Whoever does one of these goes on by itself."""
TAKEN: Final = (RECEIVE, HEAR)
SILENT: Final = ("step", "names", "leave", "fire:sleep")
"""What says nothing beside the rest: how a process comes to do what it does."""
WORDS: Final[Mapping[str, str]] = {
    RECEIVE: "receive {topic} from {other}",
    HEAR: "receive {event} of {other}",
    UPGRADE: "upgrade to {other}",
    "do:send": "send {topic} to {other}",
    "do:sleep": "sleep {duration}",
    "fire:after": "a timer of {duration}",
    "exit": "EXIT to {other}",
    "down": "LINK_DOWN to {other}",
    "simpy": "an event",
}


class Part(NamedTuple):
    """One thing that somebody did.

    Args:
        text: in words.
        loose: the words without what may be another each time: numbers, and so durations.
        at_ns: when.
        is_timer: whether it comes by itself, as time goes on.
        is_taken: whether it was taken, and not done.
    """

    text: str
    loose: str
    at_ns: int
    is_timer: bool
    is_taken: bool


class Doing(NamedTuple):
    """What one process does all the time, or several of one definition in turn.

    Args:
        text: who repeats what, in a sentence.
        is_timer: whether a timer drives it.
        is_taken: whether it does nothing but take what others send.
        amount: how many parts were seen of it.
        is_in_turn: whether it is several processes that each do a little.
    """

    text: str
    is_timer: bool
    is_taken: bool
    amount: int
    is_in_turn: bool = False


def told(runtime: Runtime, notes: Sequence[Note]) -> list[str]:
    """Return a line for each of those that go on and on in *notes*, which hold what happened last.

    Those that a timer drives come first, those that only take what others send last.
    """
    known = {record.path: record for record in runtime.records.values()}
    by_path: dict[str, list[Part]] = {}
    for note in notes:
        if note.verb not in SILENT and not note.verb.startswith("return:"):
            by_path.setdefault(note.path, []).append(_part(note, known))
    doings = list(_doings(by_path, known)) or [_irregular(_who(path, known), each) for path, each in by_path.items()]
    doings.sort(key=lambda each: (not each.is_timer, each.is_taken, each.is_in_turn, -each.amount))
    more = [f"and {len(doings) - TOLD_MAX:,} more go on"] if len(doings) > TOLD_MAX else []
    return [*(each.text for each in doings[:TOLD_MAX]), *more, *_of_simpy(runtime, by_path)]


def _of_simpy(runtime: Runtime, by_path: Mapping[str, list[Part]]) -> list[str]:
    """Name the SimPy processes that go on, where any do."""
    names = list(dict.fromkeys(map(_named, runtime.kernel.environment.waiting()))) if WORLD in by_path else []
    return [f"SimPy processes that go on: {', '.join(names[:TOLD_MAX])}"] if names else []


def explain(problem: BoundReached | Failure, runtime: Runtime, recent: Recent, *, cure: str) -> None:
    """Add to *problem*, by which a run was ended, a note for each of those that went on, and the *cure*."""
    if isinstance(problem, Failure) and not is_livelock(problem):
        return
    notes = recent.notes()
    for line in told(runtime, notes):
        problem.add_note(line)
    if not notes and isinstance(problem, BoundReached) and problem.option == "virtual_time_max_ns":
        problem.add_note("nothing in the world goes on: time passes because the body runs it further and further")
    # Where no time passes, an earlier instant is no end of it.
    if notes and notes[0].at_ns < notes[-1].at_ns:
        problem.add_note(cure)


def is_livelock(failure: Failure) -> bool:
    """Tell whether a bound at one instant was reached."""
    return failure.property_name == LIVELOCK


def called(path: str, known: Mapping[str, ProcessRecord]) -> str:
    """Return what the process at *path* is called, and anything else by the path itself."""
    record = known.get(path)
    if record is None:
        return _named(path.removeprefix("world/"))
    return f"{_named(record.id.rpartition(':')[2])}#{int(record.pid.unique, 16)}"


def _named(text: str) -> str:
    return cut(printable(text), NAME_MAX)


# -- one part


def _part(note: Note, known: Mapping[str, ProcessRecord]) -> Part:
    words = WORDS.get(note.verb)
    other = called(note.other, known)
    if words is None:
        text = " ".join(filter(None, [_verb(note.verb), other if note.other else ""]))
    else:
        text = words.format(
            topic=f"`{_named(note.topic)}`", event=note.topic, other=other, duration=format_duration(note.duration_ns)
        )
    loose = f"{note.verb} …" if note.duration_ns else re.sub(r"\d+", "…", text)
    return Part(text, loose, note.at_ns, note.verb in TIMERS, note.verb in TAKEN)


def _verb(verb: str) -> str:
    return verb.removeprefix("do:").removeprefix("shared:").replace(":", " ").replace("_", " ")


# -- who does what


def _doings(by_path: Mapping[str, list[Part]], known: Mapping[str, ProcessRecord]) -> Iterator[Doing]:
    short: dict[str, list[list[Part]]] = {}
    for path, parts in by_path.items():
        stretch, loosely = _cycle(parts)
        if stretch is not None:
            yield _doing(_who(path, known), parts, stretch, loosely=loosely)
        elif path in known and len(parts) <= TURN_MAX:
            short.setdefault(known[path].id, []).append(parts)
        else:
            yield _irregular(_who(path, known), parts)
    for id, several in short.items():
        if len(several) >= TIMES_MIN:
            yield _in_turn(id, several)


def _who(path: str, known: Mapping[str, ProcessRecord]) -> str:
    if path == WORLD:
        return "SimPy"
    return f"process {called(path, known)}" if path in known else called(path, known)


def _cycle(parts: Sequence[Part]) -> tuple[Stretch | None, bool]:
    """Return the cycle at the end of *parts*, and whether only in what is not another each time."""
    for loosely, words in enumerate(([each.text for each in parts], [each.loose for each in parts])):
        stretch = at_the_end(words)
        if stretch is not None and (stretch.times >= SURE or 2 * (stretch.end - stretch.start) >= len(parts)):
            return stretch, bool(loosely)
    return None, False


def _doing(who: str, parts: Sequence[Part], stretch: Stretch, *, loosely: bool) -> Doing:
    first = stretch.start + _beginning(parts[stretch.start : stretch.start + stretch.period])
    turn = parts[first : first + stretch.period]
    texts = [each.text for each in turn]
    if loosely:
        column = range(first, first + stretch.period)
        texts = [_spread([each.text for each in parts[at : stretch.end : stretch.period]]) for at in column]
    amount = (stretch.end - first) // stretch.period
    return Doing(
        f"{who} repeats: {_listed(texts)} ({_often(amount, _every(parts, first, stretch))})",
        is_timer=any(each.is_timer for each in turn),
        is_taken=all(each.is_taken for each in turn),
        amount=len(parts),
    )


def _beginning(turn: Sequence[Part]) -> int:
    """Return where a turn is best begun: at its timer, else at what it takes."""
    timers = [at for at, each in enumerate(turn) if each.is_timer]
    taken = [at for at, each in enumerate(turn) if each.is_taken]
    return next(iter((*timers, *taken)), 0)


def _every(parts: Sequence[Part], first: int, stretch: Stretch) -> int:
    """Return after which time each turn begins anew; 0 where it differs, or no time passes."""
    begun = [each.at_ns for each in parts[first : stretch.end : stretch.period]]
    apart = {after - before for before, after in pairwise(begun)}
    return apart.pop() if len(apart) == 1 else 0


def _often(amount: int, every_ns: int) -> str:
    times = f"the last {amount:,} times" if amount > 1 else "all the time"
    return f"{times}, every {format_duration(every_ns)}" if every_ns else times


def _spread(texts: Sequence[str]) -> str:
    """Say what is another each time by how it was first and last."""
    return texts[0] if len(set(texts)) == 1 else f"{texts[0]} ... {texts[-1]}"


def _listed(texts: Sequence[str]) -> str:
    """Return one turn in words, what repeats itself in it told once; of a long one how often each part comes in it."""
    if len(texts) > TURN_MAX and len(set(texts)) <= TURN_MAX:
        return ", ".join(f"{times:,} times {text}" for text, times in Counter(texts).items())
    folded: list[str] = []
    at = 0
    for each in [*stretches(texts), Stretch(len(texts), 1, len(texts))]:
        folded += texts[at : each.start]
        if each.times:
            inner = ", ".join(texts[each.start : each.start + each.period])
            folded.append(f"{each.times:,} times ({inner})" if each.period > 1 else f"{each.times:,} times {inner}")
        at = max(at, each.start + each.times * each.period)
    return ", ".join(few(folded, TURN_MAX))


def _irregular(who: str, parts: Sequence[Part]) -> Doing:
    common = Counter(each.text for each in parts).most_common(OFTEN_MAX)
    texts = ", ".join(f"{text} ({times:,} times)" for text, times in common)
    return Doing(
        f"{who} goes on without an exact cycle; most often: {texts}",
        is_timer=any(each.is_timer for each in parts),
        is_taken=all(each.is_taken for each in parts),
        amount=len(parts),
    )


def _in_turn(id: str, several: Sequence[Sequence[Part]]) -> Doing:
    """Tell of processes of one definition that each do a little: what most of them do."""
    does = Counter(tuple(each.loose for each in parts) for parts in several).most_common(1)[0][0]
    parts = next(parts for parts in reversed(several) if tuple(each.loose for each in parts) == does)
    return Doing(
        f"{len(several):,} processes of {_named(id)}, one after another, do: {_listed([each.text for each in parts])}",
        is_timer=any(each.is_timer for each in parts),
        is_taken=all(each.is_taken for each in parts),
        amount=sum(map(len, several)),
        is_in_turn=True,
    )
