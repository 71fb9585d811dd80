"""Exploring items: schedule after schedule, the first failure kept and told at once."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import msgspec

from simcore.catalog.properties import ProjectProperties
from simcore.model.case import Case, CaseEnd, CaseItem
from simcore.model.errors import InternalError, UsageError
from simcore.model.outcome import ItemResult, Outcome, Results, Sometimes, Verdict
from simcore.runner.artifacts import CASE_SUFFIX, case_path, save_case, save_trace, trace_path
from simcore.runner.judging import judge
from simcore.runner.plan import SCHEDULES, Plan
from simcore.runner.replay import Run, judge_property, may_be_hinted, replay
from simcore.runner.sightings import Sightings
from simcore.runner.stage import PropertyRunner, Stage, play
from simcore.runner.token import changed_options, make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simcore.catalog.item import Item
    from simcore.model.trace import TraceEvent


class Listener(Protocol):
    """Who is told how a run goes on. What is slow or rare is the listener's own business."""

    def started(self, items: int) -> None:
        """The run begins."""

    def progressed(self, item: Item, schedules: int, failures: int) -> None:
        """One more schedule of *item* has run."""

    def failed(self, item: Item, result: ItemResult) -> None:
        """A failure was found and its case is saved; nothing else was done with it yet."""

    def finished(self, item: Item, result: ItemResult) -> None:
        """The item is done, and a failure has its story."""


@dataclass(slots=True, kw_only=True)
class Exploration:
    """One run over some items.

    Args:
        plan: how each is explored.
        folder: the run folder; cases and traces go below it.
        listener: who is told.
        properties: the project's ``always`` and ``sometimes``.
        sightings: which ``sometimes`` were seen already; a property's own runs add theirs.
        runner: who runs ``@given`` tests; without one they are errors.
        cpu_s: tells the CPU seconds used so far.
    """

    plan: Plan
    folder: Path
    listener: Listener
    cpu_s: Callable[[], float]
    properties: ProjectProperties = field(default_factory=ProjectProperties)
    runner: PropertyRunner | None = None
    sightings: Sightings | None = None
    _schedules: int = 0
    _failures: int = 0
    _bounds: dict[str, int] = field(default_factory=dict)
    _start_s: float = 0.0
    _found: ItemResult | None = None
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
                self._interrupt(items[len(self._done)])
        seen = self._seen_by().seen
        sometimes = [Sometimes(each.id, each.statement, seen.get(each.id, False)) for each in self.properties.sometimes]
        notes = [*results.notes, *_not_begun(items[len(self._done) :])]
        return msgspec.structs.replace(
            results, items=self._done, interrupted=interrupted, sometimes=sometimes, notes=notes
        )

    def _explore(self, item: Item) -> None:
        self._start_s = self.cpu_s()
        self._schedules = self._failures = 0
        self._bounds = {}
        self._found = None
        try:
            result = self._explore_kind(item)
        except UsageError as error:
            result = _unusable(item, str(error))
        self._finish(item, result)

    def _interrupt(self, item: Item) -> None:
        """Keep what there is of *item*: the failure that was found, or how many schedules have passed."""
        amount = f"{self._schedules} schedule{'s' * (self._schedules != 1)}"
        result = self._found or ItemResult(
            id=item.id,
            verdict=Verdict.INCONCLUSIVE,
            property="interrupted",
            message=f"interrupted after {amount}",
        )
        schedules = max(self._schedules, result.first_failure or 0)
        self._finish(item, msgspec.structs.replace(result, schedules=schedules, bounds=self._bounds))

    def _finish(self, item: Item, result: ItemResult) -> None:
        """Keep the result of *item* before it is told, so that an interrupt does not lose it."""
        result = msgspec.structs.replace(
            result,
            suite=item.suite,
            source_line=item.source_line,
            expected=result.verdict is Verdict.FAILED and item.expect == "failed",
            cpu_s=self.cpu_s() - self._start_s,
        )
        result = _missing(item, result)
        self._done.append(result)
        self.listener.finished(item, result)

    def _explore_kind(self, item: Item) -> ItemResult:
        if item.error:
            return _unusable(item, item.error)
        return self._explore_property(item) if item.kind == "property" else self._explore_schedules(item)

    # -- schedules

    def _explore_schedules(self, item: Item) -> ItemResult:
        worst = ItemResult(id=item.id)
        for schedule in range(1, (self.plan.schedules or item.seeds or SCHEDULES) + 1):
            outcome = self._play(item, schedule)
            self._schedules = schedule
            if outcome.verdict is Verdict.INCONCLUSIVE:
                self._bounds[outcome.property] = self._bounds.get(outcome.property, 0) + 1
            if outcome.verdict is not Verdict.PASSED:
                self._failures += outcome.verdict is Verdict.FAILED
                result = self._keep(item, schedule, outcome)
                worst = result if _rank(result.verdict) > _rank(worst.verdict) else worst
            self.listener.progressed(item, schedule, self._failures)
            if outcome.verdict in (Verdict.FAILED, Verdict.ERROR) and self._enough():
                break
        return msgspec.structs.replace(worst, schedules=self._schedules, bounds=self._bounds)

    def _enough(self) -> bool:
        return self._failures >= self.plan.max_failures or not self._failures

    def _play(self, item: Item, schedule: int) -> Outcome:
        seed, strategy = self.plan.seed(item.id, schedule), self.plan.strategy_of(schedule)
        stage = Stage(seed, strategy, self.plan.options, self.properties)
        try:
            outcome = play(item, stage)
        except InternalError as error:
            token = make_token(item.id, seed, strategy, self.plan.options)
            error.add_note(f"seen again by: {_replay_command(item, token)}")
            raise
        if stage.world is not None:
            self._seen_by().ask(stage.world)
        return outcome

    def _seen_by(self) -> Sightings:
        self.sightings = self.sightings or Sightings(self.properties)
        return self.sightings

    def _keep(self, item: Item, schedule: int, outcome: Outcome) -> ItemResult:
        """Save the case, tell of it, and only then find its story."""
        result = ItemResult(
            id=item.id,
            verdict=outcome.verdict,
            first_failure=None if outcome.verdict is Verdict.INCONCLUSIVE else schedule,
            property=outcome.property,
            message=outcome.message,
        )
        if outcome.verdict is Verdict.INCONCLUSIVE or outcome.property == "usage":
            return result
        seed, strategy = self.plan.seed(item.id, schedule), self.plan.strategy_of(schedule)
        case = self._case(item, outcome, seed, strategy)
        path = case_path(self.folder, item.id, outcome.property, schedule)
        unsaved = _save(path, case)
        token = make_token(item.id, seed, strategy, self.plan.options)
        result = msgspec.structs.replace(
            result,
            case=None if unsaved else str(path),
            token=token,
            replay=_replay_command(item, token if unsaved else str(path)),
            expected=outcome.verdict is Verdict.FAILED and item.expect == "failed",
            schedules=schedule,
        )
        self._found = self._found or result
        self.listener.failed(item, result)
        return self._tell(item, case, path, result, unsaved)

    def _case(self, item: Item, outcome: Outcome, seed: int, strategy: str) -> Case:
        return Case(
            item=CaseItem(item.id, item.digest, item.target),
            property=outcome.property,
            message=outcome.message,
            seed=seed,
            strategy=strategy,
            options=changed_options(self.plan.options),
            end=CaseEnd(outcome.verdict, outcome.digest, outcome.actions, outcome.decisions, outcome.now_ns),
        )

    def _tell(self, item: Item, case: Case, path: Path, result: ItemResult, unsaved: list[str]) -> ItemResult:
        """Replay with the rich trace; its schedule goes into the case, its events into the trace file."""
        run = Run(
            item=item,
            seed=case.seed,
            strategy=case.strategy,
            options=self.plan.options,
            arguments=case.arguments,
            case=case,
        )
        replayed = replay(run, properties=self.properties, runner=self.runner)
        if replayed.divergence is not None:
            check = shlex.join(["simcore", "check", item.target or item.id])
            story = [f"the first replay went another way: {replayed.divergence}", f"  to see where: {check}"]
            return msgspec.structs.replace(result, story=[*unsaved, *story], diverged=True)
        if replayed.trace and not unsaved:
            unsaved = _save(path, msgspec.structs.replace(case, deviations=replayed.deviations), replayed.trace)
        return msgspec.structs.replace(result, story=[*unsaved, *replayed.story])

    # -- properties

    def _explore_property(self, item: Item) -> ItemResult:
        if self.runner is None or item.function is None:
            message = "nobody runs properties here"
            return ItemResult(id=item.id, verdict=Verdict.ERROR, property="usage", message=message)
        examples = self.plan.schedules or item.seeds or SCHEDULES

        def progressed() -> None:
            self._schedules += 1
            self.listener.progressed(item, self._schedules, 0)

        seed = self.plan.seed(item.id, 1)
        found = self.runner.explore(item.function, examples=examples, seed=seed, progressed=progressed)
        if found is None:
            return ItemResult(id=item.id, schedules=self._schedules)
        arguments, error = found
        outcome = judge(error)
        self._failures = 1
        result = ItemResult(
            id=item.id,
            verdict=outcome.verdict,
            first_failure=1,
            property=item.id.rpartition("::")[2] if outcome.property == "assert" else outcome.property,
            message=outcome.message,
            schedules=self._schedules,
        )
        return self._keep_property(item, self.runner, arguments, result)

    def _keep_property(
        self, item: Item, runner: PropertyRunner, arguments: dict[str, object], result: ItemResult
    ) -> ItemResult:
        data = runner.encode(arguments)
        outcome = judge_property(runner, item, data)
        case = msgspec.structs.replace(self._case(item, outcome, self.plan.seed(item.id, 1), "fifo"), arguments=data)
        path = case_path(self.folder, item.id, outcome.property, 1)
        unsaved = _save(path, case)
        result = msgspec.structs.replace(
            result,
            case=None if unsaved else str(path),
            replay=_replay_command(item, None if unsaved else str(path)),
            expected=item.expect == "failed",
        )
        self._found = result
        self.listener.failed(item, result)
        return self._tell(item, case, path, result, unsaved)


def _unusable(item: Item, message: str) -> ItemResult:
    return ItemResult(id=item.id, verdict=Verdict.ERROR, property="usage", message=message)


def _save(path: Path, case: Case, trace: list[TraceEvent] | None = None) -> list[str]:
    """Save a case, and its *trace* if it has one. A full disk must not hide the failure: return what to tell of it."""
    try:
        save_case(path, case)
        if trace is not None:
            save_trace(trace_path(path), trace)
    except UsageError as error:
        return [f"not saved: {error}"]
    return []


def _replay_command(item: Item, reference: str | None) -> str | None:
    """Return the command that replays a case, or a token, as it stands; a target that it may not name itself is said.

    Without a *reference* there is nothing to replay.
    """
    if reference is None:
        return None
    named = reference.endswith(CASE_SUFFIX) and may_be_hinted(item.target)
    target = [] if named or not item.target else ["--target", item.target]
    return shlex.join(["simcore", "replay", reference, *target])


def _rank(verdict: Verdict) -> int:
    return [Verdict.PASSED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAILED].index(verdict)


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
