"""One run in an interpreter of its own: a request on standard input, the rich trace and the outcome on standard output.

``check`` and ``replay --verify`` compare what two such interpreters say under different hash seeds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from simcore.catalog.find import item_of
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties_for
from simcore.model.options import Options
from simcore.model.outcome import Outcome
from simcore.model.written import to_json
from simcore.runner.following import Noting
from simcore.runner.stage import Stage, play
from simcore.runner.standard_output import keep_for_records
from simcore.runner.strategies import make_strategy
from simcore.story.recorder import Recorder


class Request(msgspec.Struct, frozen=True):
    """Which item to run once, and how."""

    item: str
    target: str
    seed: int
    strategy: str
    options: dict[str, Any]


class Side(msgspec.Struct, frozen=True):
    """What one interpreter saw: the outcome, and the lines of the trace."""

    outcome: Outcome
    lines: list[str]


def serve(request: Request) -> Side:
    """Run what is asked for, once.

    Raises:
        UsageError: there is no such item any more.
    """
    project = find_project(Path.cwd())
    item = item_of(project, request.item, request.target)
    recorder = Recorder()
    options = msgspec.convert(request.options, Options)
    noting = Noting(make_strategy(request.strategy), recorder.labels)
    stage = Stage(request.seed, request.strategy, options, properties_for(item, project), noting, recorder)
    outcome = play(item, stage)
    lines = [f"{event.t_ns} ns  #{event.step}  {event.text}" for event in recorder.events]
    return Side(outcome, lines)


def main() -> None:
    """Serve one request."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    answer = keep_for_records()
    answer.buffer.write(to_json(serve(request)))
    answer.flush()


if __name__ == "__main__":
    main()
