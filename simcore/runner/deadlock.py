"""A deadlock of the world, said: who waits for what, and why that cannot come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.check.deadlocks import CALLS, Stuck
from simcore.model.errors import Deadlock
from simcore.model.operations import WaitEvent
from simcore.model.property_names import DEADLOCK
from simcore.model.texts import class_name
from simcore.process.state.record import ENDED
from simcore.story.waits import waits

if TYPE_CHECKING:
    from simcore.model.operations import Operation
    from simcore.model.outcome import Outcome
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

NOTHING: Final = "nothing can happen any more"
BEFORE: Final = "nothing could happen any more when it was about to be stopped from outside, which helps nobody out"
"""Of those who were stuck before a stop of a service, a host or the world, and have ended by it."""
WAITERS_MAX: Final = 8
"""How many who wait are told."""


def refuse_deadlocks(world: World) -> None:
    """Look at the world as the body has left it.

    Raises:
        Deadlock: nothing can happen any more, and a process waits in a call, or for what nobody else can give
            (process 15.1.3, O34).
    """
    stuck = world.deadlocks.left(quiescent=world.is_quiescent())
    if stuck:
        first, *others = _told(stuck)
        why = BEFORE if stuck[0].record.phase >= ENDED else NOTHING
        raise Deadlock(DEADLOCK, "\n".join([f"{first}; {why}", *others]))


def no_result(entry: str) -> Deadlock:
    """Return the deadlock of a test of an application whose function *entry* has not ended."""
    return Deadlock(DEADLOCK, f"{entry} has no result, and {NOTHING}")


def with_waiters(world: World, outcome: Outcome) -> Outcome:
    """Return *outcome* with all who wait in vain, where it is a deadlock that says only who has no result."""
    if outcome.property != DEADLOCK:
        return outcome
    told = outcome.message.split("\n")
    known = {line.removesuffix(f"; {NOTHING}") for line in told}
    more = [line for line in _told(world.deadlocks.stuck()) if line not in known]
    return msgspec.structs.replace(outcome, message="\n".join([*told, *_awaited(world, told[0], more), *more]))


def _awaited(world: World, message: str, told: list[str]) -> list[str]:
    """Say what the process waits for that has no result, unless it is *told* among those who wait in vain."""
    who, found, _ = message.partition(" has no result")
    records = [record for record in world.runtime.routes.values() if found and who in (record.path, record.id)]
    lines = [f"{record.path} waits{_for(record)}" for record in records[:1] if _for(record)]
    return [line for line in lines if not any(each.startswith(f"{records[0].path} waits") for each in told)]


def _told(stuck: list[Stuck]) -> list[str]:
    """Say who waits for what, line by line."""
    lines = list(dict.fromkeys(line for each in stuck for line in _lines(each)))
    more = [f"and {len(lines) - WAITERS_MAX} more"] if len(lines) > WAITERS_MAX else []
    return [*lines[:WAITERS_MAX], *more]


def _lines(stuck: Stuck) -> list[str]:
    """Give a line for each result that is waited for; where there is none, one of all that is waited for."""
    who = stuck.record.path
    if stuck.callees:
        return [f"{who} waits for the result of {callee.path}{_instead(callee)}" for callee in stuck.callees]
    if any(isinstance(operation, CALLS) for operation in stuck.waits):
        return [f"{who} waits for {' and '.join(_said(stuck.record, stuck.waits))}"]
    why = "can come no more" if any(isinstance(each, WaitEvent) for each in stuck.waits) else "nobody else can reach"
    return [f"{who} waits for {' and '.join(_said(stuck.record, stuck.waits))}, which {why}"]


def _instead(callee: ProcessRecord) -> str:
    """Say what the process that is waited for waits for itself."""
    return f", which waits{_for(callee)}" if _for(callee) else ""


def _for(record: ProcessRecord) -> str:
    operations = [task.waiting for task in record.tasks if task.waiting is not None]
    return f" for {' and '.join(_said(record, operations))}" if operations else ""


def _said(record: ProcessRecord, operations: list[Operation] | tuple[Operation, ...]) -> list[str]:
    plain = [each for each in operations if not isinstance(each, WaitEvent)]
    events = [
        f"a SimPy {class_name(each.event).removeprefix('Simpy')}" for each in operations if isinstance(each, WaitEvent)
    ]
    return [*waits(record, plain, str), *dict.fromkeys(events)]
