"""How one item is explored, whoever plays it: what is to be done next, and what was heard."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from simcore.campaign.deaths import WORKER
from simcore.campaign.keep import keep
from simcore.campaign.progress import ItemProgress
from simcore.campaign.shown import shown
from simcore.campaign.task import sent
from simcore.campaign.work import Explain, Record, Recorded, outliving, started_by
from simcore.model.errors import InternalError, UsageError
from simcore.model.outcome import VACUOUS, ItemResult, Verdict
from simcore.model.shard import WHOLE, Shard
from simcore.runner.judging import SKIPPED, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from simcore.campaign.deaths import WorkerDied
    from simcore.campaign.keep import Kept
    from simcore.campaign.work import Answer, Work
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import Outcome, Remark
    from simcore.model.run import Run
    from simcore.runner.plan import Plan

GUESS_S: Final = 0.01
"""What a schedule costs, before one was seen."""
INTERNAL: Final = "internal"
"""The property of an item in which simcore has contradicted itself."""


class Course:
    """One item on its way from nothing to its result. This is the base; the kinds of items say how they are played.

    Args:
        item: which.
        plan: how it is explored.
        folder: of the command's run.
        seen: the ``sometimes`` by id, and whether they held in some run; what is told is added.
        failed: is told a failure whose case is saved.
        number: of the item among all, from 0.
        shard: which part of the run is played here.
    """

    def __init__(
        self,
        item: ItemFacts,
        *,
        plan: Plan,
        folder: Path,
        seen: dict[str, bool],
        failed: Callable[[ItemResult], None],
        number: int = 0,
        shard: Shard = WHOLE,
    ) -> None:
        self.item: ItemFacts = item
        self.progress: ItemProgress = ItemProgress(item)
        self.result: ItemResult | None = None
        """What became of it, once it is over."""
        self.mistake: InternalError | None = None
        """What simcore did wrong in playing it."""
        self.begun: bool = False
        self._plan = plan
        self._folder = folder
        self._seen = seen
        self._failed = failed
        self._number = number
        self._shard = shard
        self._results: list[ItemResult] = []
        self._kept: dict[int, Kept] = {}
        self._records: deque[int] = deque()
        """Which of the results are still to be recorded."""
        self._lost_records: set[int] = set()
        self._played_out = False
        self._bound: tuple[int, Run] | None = None
        """Which of the results is the first that a bound has ended, and its run, until its story is known."""
        self._explaining = False
        self._explained_again = False
        self._times = ", twice"
        """How often a death was seen, in words."""

    # -- what is to be done

    def next(self, at_once: int, patience_s: float) -> Work | None:
        """Return what can be done now, or None where there is nothing or something has to be heard first.

        Args:
            at_once: how many works are under way at most, of all items.
            patience_s: after so long the answer is due.
        """
        if self.result is not None:
            return None
        work: Work | None
        if self._records:
            work = self._record()
        elif self._played_out:
            # What was asked for besides is played for nothing now.
            work = self._explain()
        else:
            work = self._next(at_once, patience_s)
        self.begun = self.begun or work is not None
        return work

    def _next(self, at_once: int, patience_s: float) -> Work | None:
        raise NotImplementedError

    def cost_s(self, work: Work) -> float:
        """Return about how many CPU seconds *work* takes."""
        return GUESS_S

    # -- what was heard

    def heard(self, work: Work, answer: Answer) -> None:
        """Hear what came of *work*."""
        if self.result is not None:
            return
        if isinstance(work, Record):
            self._recorded(work, cast("Recorded", answer))
        elif isinstance(work, Explain):
            self._explained(cast("Recorded", answer))
        else:
            self._heard(work, answer)
        self._over()

    def lost(self, work: Work, death: WorkerDied) -> None:
        """Hear that whoever did *work* has died of it, perhaps; it is done once more, and that is the end of it."""
        if self.result is not None:
            return
        self._remark(outliving(death.outlived_by))
        if isinstance(work, Record):
            self._unrecorded(work, death)
        elif isinstance(work, Explain):
            self._explained(Recorded(story=[f"no story is known: {death.of_replay}"]))
        else:
            self._lost(work, death)
        self._over()

    def spoilt(self, work: Work, answer: Answer, death: WorkerDied, *, again: bool) -> None:
        """Hear that *work* was done, and that the user's code has left whoever did it of no more use. That is as good
        as its death, unless there is a failure to be told.

        Args:
            work, answer: what was done, and what came of it.
            death: what is told of it.
            again: whether it is done once more, by somebody else.
        """
        self._times = self._times if again else ""
        if isinstance(work, Record | Explain) or self._shows_failure(answer):
            self.heard(work, answer)
        else:
            self._remark(started_by(answer))
            self.lost(work, death)

    def _remark(self, remarks: Iterable[Remark]) -> None:
        self.progress.remark(max(1, self.progress.amount), remarks)

    def contradicted(self, work: Work, mistake: InternalError) -> None:
        """Hear that simcore contradicted itself in *work*. What the user's code has left there before may be why, so it
        is done once more, by somebody fresh, before it is called a mistake of ours."""
        if self.result is not None or not self._redo(work):
            self.go_wrong(mistake)

    def _redo(self, work: Work) -> bool:
        """Let *work* be done once more; tell whether that is the first time."""
        if isinstance(work, Record):
            return self._record_again(self._number_of(work))
        if isinstance(work, Explain):
            first, self._explained_again, self._explaining = not self._explained_again, True, False
            return first
        return self._play_again(work)

    def _play_again(self, work: Work) -> bool:
        raise NotImplementedError

    def _shows_failure(self, answer: Answer) -> bool:
        raise NotImplementedError

    def _heard(self, work: Work, answer: Answer) -> None:
        raise NotImplementedError

    def _lost(self, work: Work, death: WorkerDied) -> None:
        raise NotImplementedError

    # -- what failed

    def _keep(self, run: Run, outcome: Outcome, result: ItemResult, unplayable: str = "", script: str = "") -> None:
        """Save a failure and tell it; its story is found later, unless *unplayable* says why it is not played again.
        The *script* of its program is saved as well, if it has one."""
        kept = keep(self._folder, self.item, run, outcome, result, script)
        self.progress.found = self.progress.found or kept.result
        number = len(self._results)
        if unplayable:
            self._results.append(kept.unrecorded(unplayable))
        else:
            self._results.append(kept.result)
            self._kept[number] = kept
            self._records.append(number)
        self._failed(kept.result)

    def _record(self) -> Record:
        number = self._records.popleft()
        return self._kept[number].record()

    def _number_of(self, work: Record) -> int:
        return next(number for number, kept in self._kept.items() if kept.case is work.case)

    def _recorded(self, work: Record, recorded: Recorded) -> None:
        self.progress.cpu_s += recorded.cpu_s
        number = self._number_of(work)
        self._results[number] = self._kept.pop(number).recorded(recorded)

    def _unrecorded(self, work: Record, death: WorkerDied) -> None:
        number = self._number_of(work)
        if death.late is not None or not self._record_again(number):
            self._results[number] = self._kept.pop(number).unrecorded(death.of_replay)

    def _record_again(self, number: int) -> bool:
        first = number not in self._lost_records
        if first:
            self._lost_records.add(number)
            self._records.append(number)
        return first

    # -- what a bound has ended

    def _explain(self) -> Explain | None:
        """Return the work that finds the story of what a bound has ended, once."""
        if self._bound is None or self._explaining or self._kept:
            return None
        self._explaining = True
        return Explain(self.item, self._bound[1])

    def _explained(self, recorded: Recorded) -> None:
        assert self._bound is not None, "who is explained was asked for"
        self.progress.cpu_s += recorded.cpu_s
        place, _ = self._bound
        self._results[place] = msgspec.structs.replace(self._results[place], story=recorded.story)
        self._bound = None

    # -- the end

    def go_wrong(self, mistake: BaseException) -> None:
        """Let *mistake*, the first one, be what became of the item, unless it is over."""
        if self.result is not None:
            return
        problem = sent(mistake)
        self.mistake = problem if isinstance(problem, InternalError) else None
        self._played_out = True
        name = "usage" if isinstance(problem, UsageError) else INTERNAL
        told = ItemResult(id=self.item.id, verdict=Verdict.ERROR, property=name, message=str(problem))
        self.finish(self.progress.told(self.progress.found or told))

    def leave_out(self, why: str) -> None:
        """Let nothing more of it be played; a failure that was found is told all the same."""
        if self.result is None:
            self._played_out = True
            told = ItemResult(id=self.item.id, verdict=Verdict.ERROR, property=WORKER, message=why)
            self.finish(self.progress.told(self.progress.found or told))

    def _worker_died(self, death: WorkerDied) -> ItemResult:
        if death.late is not None:
            late = judge(death.late)
            return ItemResult(
                id=self.item.id,
                verdict=late.verdict,
                property=late.property,
                message=late.message,
                traceback=list(late.traceback),
                schedules=self.progress.schedules,
            )
        return ItemResult(
            id=self.item.id,
            verdict=Verdict.ERROR,
            property=WORKER,
            message=f"{death}{self._times}",
            schedules=self.progress.schedules,
        )

    def _over(self) -> None:
        """See whether this was all."""
        if self._played_out and not self._kept and self.result is None:
            worst = ItemResult(id=self.item.id)
            for result in self._results:
                worst = result if _rank(result.verdict) > _rank(worst.verdict) else worst
            if self._bound is not None and worst is self._results[self._bound[0]]:
                # Its story comes first; an interrupt is to leave what is known already.
                self.progress.found = worst
            else:
                self.finish(self.progress.told(worst))

    def finish(self, result: ItemResult) -> None:
        """Let *result* be that of the item."""
        item = self.item
        result = msgspec.structs.replace(
            result,
            suite=item.suite,
            source_line=item.source_line,
            expected=result.verdict is Verdict.FAILED and item.expect == "failed",
            cpu_s=self.progress.cpu_s,
        )
        self.result = shown(self._folder, self._strict(self._missing(result)))

    def _missing(self, result: ItemResult) -> ItemResult:
        """An expected failure that was not found is a failure of the item; of a part of the run it may be elsewhere."""
        if self._shard != WHOLE or self.item.expect != "failed" or result.verdict is not Verdict.PASSED:
            return result
        message = f"a failure is expected here and none was found in {result.schedules} schedules"
        return msgspec.structs.replace(result, verdict=Verdict.FAILED, property="expected", message=message)

    def _strict(self, result: ItemResult) -> ItemResult:
        """What has shown nothing is an error where the plan says so."""
        if not self._plan.strict or not result.vacuous():
            return result
        reason = result.vacuous().removeprefix(f"{VACUOUS}: ")
        others = [each for each in result.remarks if each.kind != VACUOUS]
        return msgspec.structs.replace(result, verdict=Verdict.ERROR, property=VACUOUS, message=reason, remarks=others)


class Broken(Course):
    """An item that cannot be run."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.finish(unusable(self.item, self.item.error, skips=self.item.skips))


def unusable(item: ItemFacts, message: str, *, skips: bool = False) -> ItemResult:
    """Return the result of an item that cannot be run, or that *skips* itself."""
    if skips:
        return ItemResult(id=item.id, verdict=Verdict.SKIPPED, property=SKIPPED, message=message)
    return ItemResult(id=item.id, verdict=Verdict.ERROR, property="usage", message=message)


def _rank(verdict: Verdict) -> int:
    return [Verdict.PASSED, Verdict.SKIPPED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAILED].index(verdict)
