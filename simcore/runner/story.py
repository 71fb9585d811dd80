"""A failure told in the words of the system: what came before it, who waits for whom, where the schedule deviated."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from simcore.model import operations
from simcore.model.durations import format_duration
from simcore.model.messages import EVENTS_TOPIC, INBOX_TOPIC
from simcore.process.record import FINISHED, ProcessRecord
from simcore.runner.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.model.outcome import Deviation
    from simcore.runner.recording import Recorder, TraceEvent
    from simcore.world.world import World

EVENTS: Final = 12
"""How many events before the failure are told."""
WAITERS: Final = 12
LOST: Final = 6
DEVIATIONS: Final = 8


def tell(world: World, recorder: Recorder, deviations: list[Deviation] | None) -> list[str]:
    """Return the lines that tell how *world* came to where it is."""
    names = {record.actor: recorder.name(pid) for pid, record in world.runtime.records.items()}
    return [
        *_events(recorder.events),
        *_lost(recorder.lost),
        *_waiting(world, recorder),
        *_deviations(deviations, names),
    ]


def _events(events: list[TraceEvent]) -> Iterator[str]:
    told = [event for event in events if event.kind != "action"][-EVENTS:]
    if told:
        yield "the last events:"
    for event in told:
        yield f"  {format_duration(event.t_ns):>8}  #{event.step:<4} {event.text}"


def _lost(lost: list[str]) -> Iterator[str]:
    if lost:
        yield "messages that were accepted and never read:"
    yield from (f"  {line}" for line in lost[-LOST:])


def _waiting(world: World, recorder: Recorder) -> Iterator[str]:
    lines = [line for record in world.runtime.routes.values() if (line := _wait(record, recorder))]
    if lines:
        yield "who waits for whom:"
    yield from lines[:WAITERS]
    if len(lines) > WAITERS:
        yield f"  and {len(lines) - WAITERS} more"


def _wait(record: ProcessRecord, recorder: Recorder) -> str:
    if record.phase >= FINISHED:
        return ""
    waits = [_what(record, task.waiting) for task in record.tasks if task.waiting is not None]
    if not waits:
        return ""
    line = f"  {recorder.name(record.pid)} waits for {' and '.join(dict.fromkeys(waits))}"
    last = recorder.last_sent.get(record.pid)
    if last is not None:
        asked = record.runtime.records.get(last[0])
        ended = asked is not None and asked.phase >= FINISHED
        failing = "ended without answering" if ended else "has not answered"
        line += f" (perhaps for {recorder.name(last[0])}, which {failing} its {plain(last[1])})"
    kept = ", ".join(plain(envelope.topic) for envelope in list(record.mailbox)[:4])
    return f"{line}; unread in its mailbox: {kept}" if kept else line


def _what(record: ProcessRecord, operation: operations.Operation) -> str:
    match operation:
        case operations.ChannelReceive():
            return _channel(record, operation.channel)
        case operations.ChannelSend():
            return f"room in {_channel(record, operation.channel)}"
        case operations.Select():
            return " or ".join(dict.fromkeys(_channel(record, case.channel) for case in operation.cases))
        case operations.Spawn():
            return f"the start of {operation.id}"
        case operations.CallFunction():
            return f"the result of {operation.id}"
        case operations.Sleep():
            return f"a sleep of {format_duration(operation.duration_ns)}"
        case operations.WaitEvent():
            return "a SimPy event"
        case operations.ChannelClose() | operations.Go():
            return "its turn"
        case _:
            return f"the answer of {type(operation).__name__.lower()}"


def _channel(record: ProcessRecord, channel: Any) -> str:
    for topic, subscription in record.subscriptions.items():
        if subscription.channel is channel:
            return {INBOX_TOPIC: "its inbox", EVENTS_TOPIC: "its events"}.get(topic, f"the topic {plain(topic)}")
    return "a channel of its own"


def _deviations(deviations: list[Deviation] | None, names: dict[str, str]) -> Iterator[str]:
    if deviations is None:
        yield "the schedule deviates from oldest first more often than is kept"
        return
    if not deviations:
        yield "the schedule is oldest first throughout"
        return
    last = f", the last {DEVIATIONS}" if len(deviations) > DEVIATIONS else ""
    yield f"the schedule deviates from oldest first {len(deviations)} times{last}:"
    for at, group in groupby(deviations[-DEVIATIONS:], key=lambda deviation: deviation.at):
        yield f"  before {_in_words(at, names)}:"
        yield from (f"    {_in_words(deviation.take, names)}" for deviation in group)


def _in_words(label: str, names: dict[str, str]) -> str:
    """Say a label in the words of the system; what has no words here is said as it is."""
    verb, _, rest = label.partition("#")
    actor, _, receiver = rest.partition("@")[2].partition("->")
    words = PHRASES.get(verb) or PHRASES.get(verb.partition(":")[0])
    if words is None:
        return label
    about = verb.partition(":")[2]
    return words.format(verb=about, who=names.get(actor, actor), whom=plain(names.get(receiver, receiver))).rstrip(" ,")


PHRASES: Final = {
    "step": "a step of {who}",
    "do": "{verb} by {who} to {whom}",
    "do:sleep": "the start of a sleep of {who}",
    "do:wait": "the start of a wait of {who}",
    "do:spawn": "the spawn of {whom} by {who}",
    "shared": "{verb} of {whom} by {who}",
    "return": "the answer to the {verb} of {who}, {whom}",
    "end": "the end of {who}",
    "names": "the freeing of the names of {who}",
    "leave": "the leaving of {who}",
    "exit": "the EXIT of {who} to {whom}",
    "down": "the LINK_DOWN of {who} to {whom}",
    "fire": "a timer of {who}",
    "simpy": "a step of SimPy",
}
"""How each kind of action is said, by verb or by kind alone."""
