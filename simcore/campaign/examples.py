"""A property: Hypothesis draws its examples, all in one process, and what it shrinks a failure to is the case."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, cast

import msgspec

from simcore.campaign.course import Course, unusable
from simcore.campaign.shown import shown
from simcore.campaign.work import Examine
from simcore.model.outcome import ItemResult, cut_short
from simcore.model.run import Run

if TYPE_CHECKING:
    from simcore.campaign.deaths import WorkerDied
    from simcore.campaign.work import Answer, Examined, Failing, Work


class Examples(Course):
    """Has a property examined. It goes whole to one process, since Hypothesis' examples are one sequence."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.progress.examples = 0
        self._tries = 0
        self._under_way = False

    def _next(self, at_once: int, patience_s: float) -> Work | None:
        if self._under_way or self._played_out:
            return None
        self._under_way = True
        plan, item = self._plan, self.item
        return Examine(
            item=item,
            examples=plan.schedules or item.schedules,
            run=Run(item=item.reference, seed=plan.seed(item.id, 1), strategy=plan.strategy, options=plan.options),
            unseen=tuple(id for id, seen in self._seen.items() if not seen),
        )

    def _heard(self, work: Work, answer: Answer) -> None:
        examined = cast("Examined", answer)
        self._played_out = True
        self.progress.examples = examined.examples
        self.progress.schedules = examined.schedules
        self.progress.shrinking = examined.shrinking
        self.progress.cpu_s += examined.cpu_s
        self.progress.reached = examined.reached
        self._seen.update(dict.fromkeys(examined.seen, True))
        for each in examined.remarks:
            self.progress.remark(each.first, [each])
        if examined.cut_short:
            self.progress.remark(1, [cut_short(examined.cut_short, self.progress.interrupted())])
        if examined.refused:
            self._results.append(unusable(self.item, examined.refused))
        elif examined.failing is not None:
            self._failing(examined.failing)

    def _failing(self, failing: Failing) -> None:
        self.progress.failures = 1
        result = ItemResult(
            id=self.item.id,
            verdict=failing.verdict,
            # What was skipped as a whole has none.
            first_failure=self.progress.examples or None,
            property=failing.property,
            message=failing.message,
            traceback=list(failing.outcome.traceback),
            story=failing.story,
        )
        result = self.progress.told(result)
        if failing.run is not None:
            self._keep(failing.run, failing.outcome, result, script=failing.script)
        else:
            self._unkept(failing, result)

    def _unkept(self, failing: Failing, result: ItemResult) -> None:
        """Tell a failure that leaves no case: what there is to say of it is known already."""
        if failing.unkept:
            says = f"no case: {failing.unkept}; to find it again: {self._command()}"
            result = msgspec.structs.replace(result, story=[*result.story, says])
        result = shown(self._folder, result)
        self.progress.found = result
        self._results.append(result)
        self._failed(result)

    def _command(self) -> str:
        """Return the command that draws the same examples."""
        amount = [] if self._plan.schedules is None else ["--schedules", str(self._plan.schedules)]
        named = self.item.target or self.item.id
        return shlex.join(["simcore", "run", named, "--seed", str(self._plan.base_seed), *amount])

    def _play_again(self, work: Work) -> bool:
        self._under_way = False
        self._tries += 1
        return self._tries < 2 and bool(self._times)

    def _shows_failure(self, answer: Answer) -> bool:
        examined = cast("Examined", answer)
        return examined.failing is not None or bool(examined.refused)

    def _lost(self, work: Work, death: WorkerDied) -> None:
        first = self._play_again(work)
        if death.late is not None:
            self._played_out = True
            says = f"no case: it is not known which arguments it had; to find it again: {self._command()}"
            result = shown(self._folder, msgspec.structs.replace(self._worker_died(death), story=[says]))
            self.progress.found = self.progress.found or result
            self._results.append(result)
            self._failed(result)
        elif not first:
            self._played_out = True
            message = f"{death}{self._times}, after {self.progress.examples} examples at least"
            self._results.append(msgspec.structs.replace(self._worker_died(death), message=message))
