"""Who waits in a world that does not end, and has no part in what goes on there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.check.endless import called, is_livelock
from simcore.model.errors import BoundReached, Failure
from simcore.model.pid import Pid
from simcore.process.state.record import FINISHED
from simcore.story.waits import waits

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

BYSTANDERS_MAX: Final = 4
"""How many lines they are told in."""
NAMED_MAX: Final = 2
"""How many that wait for the same are named."""
IDLE: Final = ("its inbox", "its events")
"""What a server waits for that is well."""


def note_bystanders(world: World, problem: BaseException | None) -> None:
    """Add to *problem*, where it is a bound by which the run was ended, a note for each process that waits, and has not
    moved while others went on."""
    if not isinstance(problem, BoundReached | Failure) or (isinstance(problem, Failure) and not is_livelock(problem)):
        return
    runtime = world.runtime
    known = {record.path: record for record in runtime.records.values()}
    # Who is woken by what it does not wait for takes a step, and no more.
    moved = {note.path for note in world.recent.notes() if note.verb != "step"}
    if not moved:
        return
    waiting: dict[tuple[str, ...], list[ProcessRecord]] = {}
    for record in (*runtime.routes.values(), *runtime.stopping.values()):
        if record.phase < FINISHED and record.path not in moved and not _may_go_on(record):
            waiting.setdefault((record.id, *_said(record, known)), []).append(record)
    # A server that nobody asks is idle; who waits for anything else is more likely to be the one that is not served.
    lines = [_line(said, several, known) for (_, *said), several in sorted(waiting.items(), key=_is_idle) if said]
    for line in lines[:BYSTANDERS_MAX]:
        problem.add_note(line)
    if len(lines) > BYSTANDERS_MAX:
        problem.add_note(f"and so do {len(lines) - BYSTANDERS_MAX:,} more")


def _may_go_on(record: ProcessRecord) -> bool:
    """Tell whether it is only not its turn."""
    return record.queued or record.paused or bool(record.commands)


def _is_idle(waiting: tuple[tuple[str, ...], list[ProcessRecord]]) -> bool:
    return all(each in IDLE for each in waiting[0][1:])


def _line(said: list[str], several: list[ProcessRecord], known: dict[str, ProcessRecord]) -> str:
    named = " and ".join(called(record.path, known) for record in several[:NAMED_MAX])
    who = f"process {named} waits" if len(several) == 1 else f"processes {named} wait"
    if len(several) > NAMED_MAX:
        who = f"{len(several):,} processes of {several[0].id}, such as {called(several[0].path, known)}, wait"
    return f"all the while {who} for {' and '.join(said)}, and nothing comes"


def _said(record: ProcessRecord, known: dict[str, ProcessRecord]) -> list[str]:
    operations = [task.waiting for task in record.tasks if task.waiting is not None]
    return waits(record, operations, lambda pid: called(record.runtime.path_of(Pid(pid)), known))
