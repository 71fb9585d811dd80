"""What a process that plays for comparison is asked, and what it answers: a line for each."""

from __future__ import annotations

from typing import Final

import msgspec

from simcore.model.outcome import Outcome
from simcore.model.run import Run

ENDED: Final = "ended "
"""With this word begins the line that says that a question is over, and with which exit code."""
MISTAKEN: Final = 70
"""With this code a process ends in which simcore itself did something wrong."""

UNHEARD: Final = 74
"""With this code a process ends that cannot answer any more: what it played has closed what it answers by."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is asked.

    Args:
        runs: what is played and answered, in this order.
        before: what is played first, and not answered.
        others: the kinds of what the host gives that are another way than else.
        path: where modules are looked for.
        step_timeout_ns: how much CPU time a step may take.
        box: the file in which it is written down where the process was when it had to be ended.
        held_back: what is refused, and why, since it has ended its process before.
    """

    runs: list[Run]
    before: list[Run] = []
    others: list[str] = []
    path: list[str] = []
    step_timeout_ns: int
    box: str
    held_back: dict[str, str] = {}


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What one process saw of one run.

    Args:
        outcome: what became of it.
        lines: of the trace.
        outlived: in words what the runs of its item until then have left behind.
        outlived_others: in words what those of other items had.
        noted: by kind, who has asked the host for something.
    """

    outcome: Outcome
    lines: list[str] = []
    outlived: list[str] = []
    outlived_others: list[str] = []
    noted: dict[str, list[str]] = {}
