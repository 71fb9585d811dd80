"""Exploring a scenario or a test: schedule after schedule, until enough have failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcore.model.errors import InternalError
from simcore.model.outcome import ItemResult, Outcome, Verdict
from simcore.runner.keep import replay_command
from simcore.runner.plan import SCHEDULES
from simcore.runner.stage import Stage, play
from simcore.runner.token import make_token

if TYPE_CHECKING:
    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.run import Run
    from simcore.runner.keep import Keeper
    from simcore.runner.listener import Listener
    from simcore.runner.plan import Plan
    from simcore.runner.progress import ItemProgress
    from simcore.runner.sometimes import Sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Explores scenarios and tests.

    Args:
        plan: how many schedules, and which.
        listener: who is told.
        keeper: who keeps what failed.
        properties: the project's ``always`` and ``sometimes``.
        sightings: which ``sometimes`` were seen already.
    """

    plan: Plan
    listener: Listener
    keeper: Keeper
    properties: ProjectProperties
    sightings: Sightings

    def explore(self, progress: ItemProgress) -> ItemResult:
        """Play the schedules of an item and return the worst of its results."""
        item = progress.item
        worst = ItemResult(id=item.id)
        for schedule in range(1, (self.plan.schedules or item.seeds or SCHEDULES) + 1):
            run = self.plan.run(item, schedule)
            outcome = self._play(item, run)
            progress.schedules = schedule
            if outcome.verdict is not Verdict.PASSED:
                result = self._kept(progress, run, outcome)
                worst = result if _rank(result.verdict) > _rank(worst.verdict) else worst
            self.listener.progressed(item, schedule, progress.failures)
            if outcome.verdict in (Verdict.FAILED, Verdict.ERROR) and self._enough(progress):
                break
        return progress.told(worst)

    def _enough(self, progress: ItemProgress) -> bool:
        return progress.failures >= self.plan.max_failures or not progress.failures

    def _play(self, item: Item, run: Run) -> Outcome:
        stage = Stage(run, self.properties)
        try:
            outcome = play(item, stage)
        except InternalError as error:
            error.add_note(f"seen again by: {replay_command(item, make_token(run))}")
            raise
        if stage.world is not None and self.properties.of(item).sometimes:
            self.sightings.ask(stage.world)
        return outcome

    def _kept(self, progress: ItemProgress, run: Run, outcome: Outcome) -> ItemResult:
        """Count what did not pass, and keep what can be replayed: a bound has no case, nor has a mistake in the use."""
        progress.failures += outcome.verdict is Verdict.FAILED
        bound = outcome.verdict is Verdict.INCONCLUSIVE
        if bound:
            progress.bound(outcome.property)
        result = ItemResult(
            id=progress.item.id,
            verdict=outcome.verdict,
            first_failure=None if bound else progress.schedules,
            property=outcome.property,
            message=outcome.message,
            schedules=progress.schedules,
        )
        return result if bound or outcome.property == "usage" else self.keeper.keep(progress, run, outcome, result)


def _rank(verdict: Verdict) -> int:
    return [Verdict.PASSED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAILED].index(verdict)
