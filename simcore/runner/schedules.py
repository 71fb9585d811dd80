"""Exploring a scenario or a test: schedule after schedule, until enough have failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcore.model.outcome import ItemResult, Outcome, Verdict
from simcore.runner.fresh import Player
from simcore.runner.plan import SCHEDULES

if TYPE_CHECKING:
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
        player = Player(item, self.properties)
        for schedule in range(1, (self.plan.schedules or item.seeds or SCHEDULES) + 1):
            run = self.plan.run(item, schedule)
            outcome, world = player.play(run, schedule)
            self.sightings.ask(world)
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
