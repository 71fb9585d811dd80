"""Keeping a failure: its case is saved, then it is told, and only then comes its story."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from simcore.model.case import Case, CaseEnd
from simcore.model.errors import UsageError
from simcore.model.outcome import ItemResult, Verdict
from simcore.runner.case_files import CASE_SUFFIX, case_path, save_case, save_trace, trace_path
from simcore.runner.reference import Found, may_be_hinted
from simcore.runner.replay import replay
from simcore.runner.token import make_token

if TYPE_CHECKING:
    from pathlib import Path

    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.outcome import Outcome
    from simcore.model.run import Run
    from simcore.model.trace import TraceEvent
    from simcore.runner.listener import Listener
    from simcore.runner.progress import ItemProgress
    from simcore.runner.property import PropertyRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps what failed.

    Args:
        folder: the run folder; cases and traces go below it.
        listener: who is told.
        properties: the project's ``always``, which a replay asks too.
        runner: who runs ``@given`` tests, or None.
    """

    folder: Path
    listener: Listener
    properties: ProjectProperties
    runner: PropertyRunner | None

    def keep(self, progress: ItemProgress, run: Run, outcome: Outcome, result: ItemResult) -> ItemResult:
        """Save the case of *run*, tell of it, and only then find its story.

        Args:
            progress: of the item; from the telling on it holds the first failure.
            run: what failed.
            outcome: what became of it.
            result: what is known of the item without its case.
        """
        item = progress.item
        case = Case(run=run, property=outcome.property, message=outcome.message, end=_end(outcome))
        path = case_path(self.folder, item.id, outcome.property, result.first_failure or 1)
        unsaved = _save(path, case)
        # What a property's arguments are stands in its case alone; a token holds none.
        token = None if run.arguments is not None else make_token(run)
        result = msgspec.structs.replace(
            result,
            case=None if unsaved else str(path),
            token=token,
            replay=replay_command(item, token if unsaved else str(path)),
            expected=result.verdict is Verdict.FAILED and item.expect == "failed",
        )
        progress.found = progress.found or result
        self.listener.failed(item, result)
        return self._tell(item, case, path, result, unsaved)

    def _tell(self, item: Item, case: Case, path: Path, result: ItemResult, unsaved: list[str]) -> ItemResult:
        """Replay with the rich trace; its schedule goes into the case, its events into the trace file."""
        replayed = replay(Found(run=case.run, item=item, case=case), properties=self.properties, runner=self.runner)
        if replayed.divergence is not None:
            check = shlex.join(["simcore", "check", item.target or item.id])
            story = [f"the first replay went another way: {replayed.divergence}", f"  to see where: {check}"]
            return msgspec.structs.replace(result, story=[*unsaved, *story], diverged=True)
        if replayed.trace and not unsaved:
            run = msgspec.structs.replace(case.run, deviations=replayed.deviations)
            unsaved = _save(path, msgspec.structs.replace(case, run=run), replayed.trace)
        return msgspec.structs.replace(result, story=[*unsaved, *replayed.story])


def _end(outcome: Outcome) -> CaseEnd:
    return CaseEnd(outcome.verdict, outcome.digest, outcome.actions, outcome.decisions, outcome.now_ns)


def _save(path: Path, case: Case, trace: list[TraceEvent] | None = None) -> list[str]:
    """Save a case, and its *trace* if it has one. A full disk must not hide the failure: return what to tell of it."""
    try:
        save_case(path, case)
        if trace is not None:
            save_trace(trace_path(path), trace)
    except UsageError as error:
        return [f"not saved: {error}"]
    return []


def replay_command(item: Item, reference: str | None) -> str | None:
    """Return the command that replays a case, or a token, as it stands; a target that it may not name itself is said.

    Without a *reference* there is nothing to replay.
    """
    if reference is None:
        return None
    named = reference.endswith(CASE_SUFFIX) and may_be_hinted(item.target)
    target = [] if named or not item.target else ["--target", item.target]
    return shlex.join(["simcore", "replay", reference, *target])
