"""A failure told in the words of the system: what came before it, who waits for whom, where the schedule deviated."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from simcore.process.state.record import FINISHED, ProcessRecord
from simcore.story.folding import EVENTS, folded
from simcore.story.phrases import in_words
from simcore.story.ties import service_party
from simcore.story.waits import waits
from simcore.story.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.model.run import Deviation
    from simcore.story.recorder import Recorder
    from simcore.world.world import World

OTHERS: Final = 3
"""How many of those whose events are left out are named."""
FAILURES: Final = 3
"""How many failures are told that lie further back than that."""
WAITERS: Final = 12
LOST: Final = 6
DEVIATIONS: Final = 8


def tell(world: World, recorder: Recorder, deviations: list[Deviation] | None) -> list[str]:
    """Return the lines that tell how *world* came to where it is."""
    names = {record.path: recorder.name(pid) for pid, record in world.runtime.records.items()}
    concerned = _concerned(world, recorder)
    return [
        *_events(recorder, concerned),
        *_lost(recorder.lost),
        *_waiting(world, recorder, concerned),
        *_deviations(deviations, names),
    ]


def _events(recorder: Recorder, concerned: dict[str, None] | None) -> Iterator[str]:
    """Give the last events of those *concerned*, of all where it is None, and say how much else has happened since.
    What repeats itself is told once, with what led to it.

    The failure of what was started from outside is among them, however much has happened after it.
    """
    said = [
        (event, parties)
        for event, parties in zip(recorder.events, recorder.parties, strict=True)
        if event.kind != "action"
    ]
    ours = [at for at, (_, parties) in enumerate(said) if concerned is None or not concerned.keys().isdisjoint(parties)]
    failures = [at for at in ours if said[at][0].kind == "end" and recorder.failed_outside(said[at][1])]
    if not ours:
        return
    before = [at for at in failures if at not in ours[-EVENTS:]][-FAILURES:]
    last = ours[-EVENTS:][len(before) :]
    told = set(ours)
    others = [said[at][1] for at in range(last[0], len(said)) if at not in told]
    yield f"the last events{_left_out(others, recorder)}:"
    yield from folded([said[at][0] for at in ours], [ours.index(at) for at in before])


def _left_out(others: list[tuple[str, ...]], recorder: Recorder) -> str:
    if not others:
        return ""
    parties = dict.fromkeys(party for parties in others for party in parties)
    named = [recorder.party(party) for party in parties]
    more = f" and {len(named) - OTHERS} more" if len(named) > OTHERS else ""
    whose = f" of {', '.join(named[:OTHERS])}{more}, which have had nothing to do with these" if named else ""
    return f" (left out among them: {len(others)}{whose})"


def _concerned(world: World, recorder: Recorder) -> dict[str, None] | None:
    """Return whom the failure concerns: what was started from outside or acted last, and all that had to do with it.

    Where nothing was started from outside it is the services that have failed. None where nobody is to be named.
    """
    services = world.supervisor.services
    parties = list(recorder.started_outside)
    if world.failure is not None:
        parties += recorder.last_actors
    parties += recorder.mentioned
    parties += [stuck.record.pid for stuck in world.deadlocks.left(quiescent=world.is_quiescent())]
    if not parties:
        parties = [service_party(service.id) for service in services.values() if service.error is not None]
    return recorder.ties.reach(parties) if parties else None


def _lost(lost: list[str]) -> Iterator[str]:
    if lost:
        yield "messages that were accepted and never read:"
    yield from (f"  {line}" for line in lost[-LOST:])


def _waiting(world: World, recorder: Recorder, concerned: dict[str, None] | None) -> Iterator[str]:
    """Give a line for each process that lives and waits, also on a host that stops; those concerned come first."""
    runtime = world.runtime
    living = sorted(
        (*runtime.routes.values(), *runtime.stopping.values()),
        key=lambda record: concerned is not None and record.pid not in concerned,
    )
    lines = [line for record in living if (line := _wait(record, recorder))]
    if lines:
        yield "who waits for whom:"
    yield from lines[:WAITERS]
    if len(lines) > WAITERS:
        yield f"  and {len(lines) - WAITERS} more"


def _wait(record: ProcessRecord, recorder: Recorder) -> str:
    if record.phase >= FINISHED:
        return ""
    operations = [task.waiting for task in record.tasks if task.waiting is not None]
    if not operations:
        return ""
    said = waits(record, operations, lambda destination: recorder.party(str(destination)))
    line = f"  {recorder.name(record.pid)} waits for {' and '.join(said)}"
    last = recorder.last_sent.get(record.pid)
    if last is not None:
        asked = record.runtime.records.get(last[0])
        ended = asked is not None and asked.phase >= FINISHED
        failing = "ended without answering" if ended else "has not answered"
        line += f" (perhaps for {recorder.name(last[0])}, which {failing} its {named(last[1])})"
    kept = ", ".join(named(envelope.topic) for envelope in record.unread()[:4])
    made = ", ".join(record.front.not_awaited()[:4])
    line += f"; unread in its mailbox: {kept}" if kept else ""
    return f"{line}; made and not awaited: {made}" if made else line


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
        yield f"  before {in_words(at, names)}:"
        yield from (f"    {in_words(deviation.take, names)}" for deviation in group)
