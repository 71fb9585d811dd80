"""Exploring items: one after the other, each to its result, whatever ends the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from simcore.catalog.properties import ProjectProperties
from simcore.model.errors import UsageError
from simcore.model.outcome import ItemResult, Results, Sometimes, Verdict
from simcore.runner.examples import Examples
from simcore.runner.keep import Keeper
from simcore.runner.progress import ItemProgress
from simcore.runner.schedules import Schedules
from simcore.runner.sometimes import Sightings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simcore.catalog.item import Item
    from simcore.runner.listener import Listener
    from simcore.runner.plan import Plan
    from simcore.runner.property import PropertyRunner


@dataclass(slots=True, kw_only=True)
class Exploration:
    """One run over some items.

    Args:
        plan: how each is explored.
        folder: the run folder; cases and traces go below it.
        listener: who is told.
        cpu_s: tells the CPU seconds used so far.
        properties: the project's ``always`` and ``sometimes``.
        runner: who runs ``@given`` tests; without one they are errors.
        sightings: which ``sometimes`` were seen already; a property's own runs add theirs.
    """

    plan: Plan
    folder: Path
    listener: Listener
    cpu_s: Callable[[], float]
    properties: ProjectProperties = field(default_factory=ProjectProperties)
    runner: PropertyRunner | None = None
    sightings: Sightings | None = None
    _progress: ItemProgress | None = None
    _done: list[ItemResult] = field(default_factory=list)

    def run(self, items: Sequence[Item], results: Results) -> Results:
        """Explore *items* one after the other and return *results* with theirs.

        An interrupt ends it with what there is: also the item that was running is told, as far as it came.
        """
        interrupted = False
        self._done = []
        self.listener.started(len(items))
        try:
            for item in items:
                self._explore(item)
        except KeyboardInterrupt:
            interrupted = True
            if len(self._done) < len(items):
                progress = self._progress_of(items[len(self._done)])
                self._finish(progress, progress.interrupted())
        seen = self._seen_by().seen
        sometimes = [Sometimes(each.id, each.statement, seen.get(each.id, False)) for each in self.properties.sometimes]
        notes = [*results.notes, *_not_begun(items[len(self._done) :])]
        return msgspec.structs.replace(
            results, items=self._done, interrupted=interrupted, sometimes=sometimes, notes=notes
        )

    def _explore(self, item: Item) -> None:
        progress = self._progress = ItemProgress(item, self.cpu_s())
        try:
            result = self._explore_kind(progress)
        except UsageError as error:
            result = _unusable(item, str(error))
        self._finish(progress, result)

    def _progress_of(self, item: Item) -> ItemProgress:
        """Return how far *item* has come; an interrupt may come before it has begun."""
        begun = self._progress is not None and self._progress.item is item
        return self._progress if begun and self._progress is not None else ItemProgress(item, self.cpu_s())

    def _finish(self, progress: ItemProgress, result: ItemResult) -> None:
        """Keep the result of an item before it is told, so that an interrupt does not lose it."""
        item = progress.item
        result = msgspec.structs.replace(
            result,
            suite=item.suite,
            source_line=item.source_line,
            expected=result.verdict is Verdict.FAILED and item.expect == "failed",
            cpu_s=self.cpu_s() - progress.start_s,
        )
        result = _missing(item, result)
        self._done.append(result)
        self.listener.finished(item, result)

    def _explore_kind(self, progress: ItemProgress) -> ItemResult:
        item = progress.item
        if item.error:
            return _unusable(item, item.error)
        keeper = Keeper(folder=self.folder, listener=self.listener, properties=self.properties, runner=self.runner)
        if item.kind == "property":
            return Examples(plan=self.plan, listener=self.listener, keeper=keeper, runner=self.runner).explore(progress)
        return Schedules(
            plan=self.plan,
            listener=self.listener,
            keeper=keeper,
            properties=self.properties,
            sightings=self._seen_by(),
        ).explore(progress)

    def _seen_by(self) -> Sightings:
        self.sightings = self.sightings or Sightings(self.properties)
        return self.sightings


def _unusable(item: Item, message: str) -> ItemResult:
    return ItemResult(id=item.id, verdict=Verdict.ERROR, property="usage", message=message)


def _not_begun(items: Sequence[Item]) -> list[str]:
    """Say of what an interrupt left no time for."""
    if not items:
        return []
    more = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return [f"interrupted before {items[0].id}{more} began"]


def _missing(item: Item, result: ItemResult) -> ItemResult:
    """An expected failure that was not found is a failure of the item."""
    if item.expect != "failed" or result.verdict is not Verdict.PASSED:
        return result
    message = f"a failure is expected here and none was found in {result.schedules} schedules"
    return msgspec.structs.replace(result, verdict=Verdict.FAILED, property="expected", message=message)
