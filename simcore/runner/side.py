"""One run in an interpreter of its own: the run on standard input, the rich trace and the outcome on standard output.

``check`` and ``replay --verify`` compare what two such interpreters say under different hash seeds.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import msgspec

from simcore.catalog.find import item_of
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties_for
from simcore.limits.alarm import guarded
from simcore.limits.limit import Limit
from simcore.model.outcome import Outcome
from simcore.model.run import Run
from simcore.model.written import to_json
from simcore.runner.following import Noting
from simcore.runner.stage import Stage, play
from simcore.runner.standard_output import keep_for_records
from simcore.schedulers.registry import make_scheduler
from simcore.story.recorder import Recorder
from simcore.story.recordings import recorded


class Side(msgspec.Struct, frozen=True):
    """What one interpreter saw: the outcome, and the lines of the trace."""

    outcome: Outcome
    lines: list[str]


def serve(run: Run) -> Side:
    """Play *run*, once.

    Raises:
        UsageError: there is no such item any more.
    """
    project = find_project(Path.cwd())
    item = item_of(project, run.item.id, run.item.target)
    recorder = Recorder()
    noting = Noting(make_scheduler(run.strategy), recorder.labels)
    stage = Stage(run, properties_for(item, project), noting, recorder)
    with recorded() as recordings:
        outcome = play(item, stage)
    events = (*recorder.events, *recordings.events)
    lines = [f"{event.t_ns} ns  #{event.step}  {event.text}" for event in events]
    return Side(outcome, lines)


def main() -> None:
    """Play one run; the one argument says how many nanoseconds of CPU time a step of it may take."""
    # Somebody's Ctrl-C is for the command, which ends this process; a KeyboardInterrupt here is the program's own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = msgspec.json.decode(sys.stdin.buffer.read(), type=Run)
    # Before anything of the user's is loaded: what that prints must not come between the records.
    answer = keep_for_records()
    with guarded(Limit(int(sys.argv[1]))):
        side = serve(run)
    answer.buffer.write(to_json(side))
    answer.flush()


if __name__ == "__main__":
    main()
