"""Keeping a failure: its case is saved, then it is told, and only then comes its story."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.campaign.shown import shown
from simcore.campaign.work import Record
from simcore.model.case import Case, end_of
from simcore.model.errors import UsageError
from simcore.model.outcome import ItemResult, Outcome, Verdict
from simcore.model.text import cut
from simcore.runner.case_files import case_path, save_case, save_message, save_trace, script_path, trace_path
from simcore.runner.replay_command import replay_command
from simcore.runner.token import make_token

if TYPE_CHECKING:
    from pathlib import Path

    from simcore.campaign.work import Recorded
    from simcore.model.item import ItemFacts
    from simcore.model.run import Run
    from simcore.model.trace import TraceEvent

SEE_WHERE: Final = "to see where: "
"""What the command follows that compares two runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A failure that is saved and not told whole yet.

    Args:
        item: whose it is.
        case: what was saved.
        path: where, or where it should have been.
        beside: what to tell of what was saved with it, or of why it could not be saved; else empty.
        result: what is known of the item without the story.
    """

    item: ItemFacts
    case: Case
    path: Path
    beside: list[str]
    result: ItemResult

    def record(self) -> Record:
        """Return the work that finds the story."""
        return Record(item=self.item, case=self.case)

    def recorded(self, recorded: Recorded) -> ItemResult:
        """Put the schedule into the case and the events into the trace file; return the result with its story."""
        if recorded.divergence is not None:
            check = shlex.join(["simcore", "check", self.item.target or self.item.id])
            went = f"the first replay went another way: {recorded.divergence}"
            story = [went, *recorded.leaks, f"{SEE_WHERE}{check}"]
            return msgspec.structs.replace(self.result, story=[*self.beside, *story], diverged=True)
        beside = self.beside
        if self.result.case is not None and (recorded.trace or recorded.sources is not None):
            run = msgspec.structs.replace(self.case.run, deviations=recorded.deviations)
            case = msgspec.structs.replace(self.case, run=run, always=recorded.always, sources=recorded.sources)
            beside = [*beside, *_save(self.path, case, recorded.trace or None)]
        return msgspec.structs.replace(self.result, story=[*beside, *recorded.story])

    def unrecorded(self, reason: str) -> ItemResult:
        """Return the result, and why it has no story."""
        return msgspec.structs.replace(self.result, story=[*self.beside, f"no story is known: {reason}"])


def keep(folder: Path, item: ItemFacts, run: Run, outcome: Outcome, result: ItemResult, script: str = "") -> Kept:
    """Save the case of *run*.

    Args:
        folder: of the command's run; cases, traces and long messages go below it.
        item: whose run failed.
        run: what failed.
        outcome: what became of it.
        result: what is known of the item without its case.
        script: the program with which it fails, as a script, or nothing.
    """
    case = Case(run=run, property=outcome.property, message=cut(outcome.message), end=end_of(outcome))
    path = case_path(folder, item.id, outcome.property, result.first_failure or 1)
    unsaved = _save(path, case)
    # What a property's arguments are stands in its case alone; a token holds none.
    token = None if run.arguments is not None else make_token(run)
    result = msgspec.structs.replace(
        shown(folder, result),
        case=None if unsaved else str(path),
        token=token,
        replay=replay_command(item, token if unsaved else str(path)),
        expected=result.verdict is Verdict.FAILED and item.expect == "failed",
    )
    beside = unsaved or _save_script(path, script)
    return Kept(item=item, case=case, path=path, beside=beside, result=result)


def _save_script(case: Path, script: str) -> list[str]:
    """Save a *script* beside its case, if there is one; return what to tell of it."""
    if not script:
        return []
    path = script_path(case)
    try:
        save_message(path, f"{script}\n")
    except UsageError as error:
        return [f"not saved: {error}"]
    return [f"the program as a script: {path}"]


def _save(path: Path, case: Case, trace: list[TraceEvent] | None = None) -> list[str]:
    """Save a case, and its *trace* if it has one. A full disk must not hide the failure: return what to tell of it."""
    try:
        save_case(path, case)
        if trace is not None:
            save_trace(trace_path(path), trace)
    except UsageError as error:
        return [f"not saved: {error}"]
    return []
