"""Exploring a property: Hypothesis draws its examples, and what it shrinks a failure to is the case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simcore.model.outcome import ItemResult, Verdict
from simcore.runner.judging import judge
from simcore.runner.plan import SCHEDULES
from simcore.runner.property import judge_property
from simcore.runner.sometimes import surroundings

if TYPE_CHECKING:
    from simcore.runner.keep import Keeper
    from simcore.runner.listener import Listener
    from simcore.runner.plan import Plan
    from simcore.runner.progress import ItemProgress
    from simcore.runner.property import PropertyRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Explores properties.

    Args:
        plan: how many examples, and from which seed.
        listener: who is told.
        keeper: who keeps what failed.
        runner: who runs ``@given`` tests; without one they are errors.
    """

    plan: Plan
    listener: Listener
    keeper: Keeper
    runner: PropertyRunner | None

    def explore(self, progress: ItemProgress) -> ItemResult:
        """Let the property of an item be tried, and keep the arguments that fail."""
        item = progress.item
        if self.runner is None or item.function is None:
            message = "nobody runs properties here"
            return ItemResult(id=item.id, verdict=Verdict.ERROR, property="usage", message=message)

        def progressed() -> None:
            progress.schedules += 1
            self.listener.progressed(item, progress.schedules, 0)

        with surroundings(Path.cwd()).running(item):
            found = self.runner.explore(
                item.function,
                examples=self.plan.schedules or item.seeds or SCHEDULES,
                seed=self.plan.seed(item.id, 1),
                progressed=progressed,
            )
        if found is None:
            return progress.told(ItemResult(id=item.id))
        return self._kept(progress, self.runner, *found)

    def _kept(
        self, progress: ItemProgress, runner: PropertyRunner, arguments: dict[str, object], error: Exception
    ) -> ItemResult:
        item, outcome = progress.item, judge(error)
        progress.failures = 1
        result = ItemResult(
            id=item.id,
            verdict=outcome.verdict,
            first_failure=1,
            property=item.id.rpartition("::")[2] if outcome.property == "assert" else outcome.property,
            message=outcome.message,
            schedules=progress.schedules,
        )
        data = runner.encode(arguments)
        run = msgspec.structs.replace(self.plan.run(item, 1), strategy="fifo", arguments=data)
        return self.keeper.keep(progress, run, judge_property(runner, item, data), result)
