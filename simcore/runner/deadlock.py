"""A deadlock of the world, said: who waits for what, and why that cannot come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.check.deadlocks import CALLS, Stuck
from simcore.model.errors import Deadlock
from simcore.model.operations import WaitEvent
from simcore.story.waits import waits

if TYPE_CHECKING:
    from simcore.model.operations import Operation
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

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
        raise Deadlock("deadlock", "\n".join([f"{first}; nothing can happen any more", *others]))


def no_result(world: World, entry: str) -> Deadlock:
    """Return the deadlock of a test of an application whose function *entry* has not ended, with all who wait."""
    stuck = world.deadlocks.left(quiescent=world.is_quiescent())
    lines = [f"{entry} has no result, and nothing can happen any more", *_told(stuck)]
    return Deadlock("deadlock", "\n".join(lines))


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
    operations = [task.waiting for task in callee.tasks if task.waiting is not None]
    return f", which waits for {' and '.join(_said(callee, operations))}" if operations else ""


def _said(record: ProcessRecord, operations: list[Operation] | tuple[Operation, ...]) -> list[str]:
    plain = [each for each in operations if not isinstance(each, WaitEvent)]
    events = [f"a SimPy {type(each.event).__name__}" for each in operations if isinstance(each, WaitEvent)]
    return [*waits(record, plain, str), *dict.fromkeys(events)]
