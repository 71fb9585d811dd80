"""What a process that plays does when it is asked: all of a command that touches the user's code."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.campaign.companions import Companions
from simcore.campaign.leaks.kinds import ending_elsewhere, leaks_of
from simcore.campaign.leaks.state import ProcessState, kept_of_project, outlived
from simcore.campaign.machine import cpu_s, hooks_as_they_were, monotonic_s
from simcore.campaign.progress import ItemProgress
from simcore.campaign.work import (
    Block,
    Catalogue,
    Examine,
    Examined,
    Explain,
    Failing,
    Find,
    Play,
    Played,
    Record,
    Recorded,
    Render,
)
from simcore.catalog.find import Findings, app_tests, find
from simcore.catalog.mount import unmount_all
from simcore.catalog.notes import notes
from simcore.catalog.project import find_project
from simcore.catalog.properties import ProjectProperties, places_of, properties_for, properties_over, whole_places
from simcore.catalog.refusals import refusals
from simcore.catalog.reports import render, report_notes
from simcore.catalog.stuck import hold_back
from simcore.catalog.unused import unused
from simcore.limits.alarm import about, limit_is
from simcore.limits.equipment import left_broken
from simcore.limits.limit import OPTION, Limit
from simcore.model.errors import InternalError, NondeterminismDetected, UsageError
from simcore.model.home import at_home
from simcore.model.interrupts import is_interrupt
from simcore.model.outcome import Sometimes, Verdict
from simcore.runner.beginning import beginning_of
from simcore.runner.deciding import deciding
from simcore.runner.fresh import SchedulePlayer
from simcore.runner.judging import judge
from simcore.runner.property import judged, play_property, story_of
from simcore.runner.reference import Found
from simcore.runner.replay import replay
from simcore.runner.sometimes import Sightings, surroundings
from simcore.runner.threads import strays
from simcore.runner.vacuous import never_run, unjudged, vacuity
from simcore.story.recordings import Recordings
from simcore.world.runs import Runs, counting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.campaign.work import Answer, Wanted, Work
    from simcore.catalog.databases import Database
    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.model.case import Case
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import Outcome
    from simcore.model.run import Run
    from simcore.runner.property import Counterexample, PropertyRunner
    from simcore.world.world import World

TRIED_MAX: Final = 2
"""Of so many runs that went another way it is found out what they depend on."""


class Player:
    """Finds what is wanted, once, and does what it is asked with it.

    Args:
        wanted: what the command is about.
        progressed: is told how far a property has come: its id, how many examples and how many schedules.
        over: says why a property that has begun is to come to its end, or None.

    Raises:
        UsageError: a target names nothing, or the project cannot be used.
    """

    def __init__(
        self,
        wanted: Wanted,
        progressed: Callable[[str, int, int], None],
        over: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._wanted = wanted
        self._progressed = progressed
        self._over = over
        self._project: Project = find_project(Path())
        self._home: Path = self._project.typed_at
        self.limit: Limit = self._project.limit(wanted.step_timeout_ns)
        """How long a step may take."""
        limit_is(self.limit)
        hold_back(dict(wanted.held_back))
        found = self._found()
        self._items: list[Item] = [*found.items, *refusals(found.items, self._project)]
        self._empty = found.empty
        self._by_id = {item.id: item for item in self._items}
        self._properties: ProjectProperties = self._held()
        self._playing: SchedulePlayer | None = None
        self._runner: PropertyRunner | None = property_runner(self._items, self._project.databases)
        self._began_with: ProcessState = kept_of_project()
        self._tried = 0
        self.companions: Companions = Companions()
        """What goes on besides in this process."""

    def _found(self) -> Findings:
        wanted = self._wanted
        if wanted.tests_of is not None:
            return Findings(app_tests(self._project, wanted.tests_of, suite=wanted.suite, filter=wanted.filter))
        return find(self._project, wanted.targets)

    def _held(self) -> ProjectProperties:
        """Return the properties that are asked. A part of what they speak of need not reach what the whole is to."""
        held = properties_over(self._items, self._project)
        part = self._wanted.targets or self._wanted.tests_of is not None
        of_project = not part or any(item.kind == "property" and held.of(item).sometimes for item in self._items)
        whole = whole_places(self._items, self._project)
        reached = (each for each in held.sometimes if (each.beside in whole if each.beside else of_project))
        return replace(held, sometimes=tuple(reached))

    def answer(self, work: Work) -> Answer:
        """Do what is asked.

        Raises:
            InternalError: simcore contradicted itself, or the item is not the one that was found at first.
        """
        if isinstance(work, Find):
            return self._catalogue()
        with at_home(self._home):
            return self._answer(work)

    def _answer(self, work: Play | Examine | Record | Explain | Render) -> Answer:
        match work:
            case Play():
                return self._play(work)
            case Examine():
                return self._examine(work)
            case Record():
                return self._record(work)
            case Explain():
                return self._explain(work)
            case Render():
                return render(self._project, work.results)

    def _catalogue(self) -> Catalogue:
        catalogue = Catalogue(
            items=[self._facts(item) for item in self._items],
            shipped=self._project.shipped,
            options=self._project.options,
            settings=self._project.settings,
            sometimes=[Sometimes(each.id, each.statement, seen=False) for each in self._properties.sometimes],
            notes=[
                *self._empty,
                *notes(self._items),
                *unused(places_of(self._items), self._project),
                *report_notes(self._project),
            ],
        )
        # The files of the reports are loaded now, and no run has imported them.
        self._began_with = self._began_with.with_new_modules(kept_of_project())
        return catalogue

    def _facts(self, item: Item) -> ItemFacts:
        if item.kind != "property" or item.error or self._runner is None or item.function is None:
            return item.facts
        return msgspec.structs.replace(item.facts, schedules=self._runner.asked(item.function))

    def _item(self, facts: ItemFacts) -> Item:
        item = self._by_id.get(facts.id)
        if item is None or item.digest != facts.digest:
            what = "is not found" if item is None else "is another than at the beginning of the run"
            raise InternalError(f"the item {facts.id} {what} in the process that is to play it; did its file change?")
        return item

    # -- schedules

    def _play(self, work: Play) -> Block:
        item, played = self._item(work.item), list[Played]()
        sightings = Sightings(self._properties.of(item), work.unseen)
        playing, begun_s, begun_cpu_s = self._playing_of(item), monotonic_s(), cpu_s()
        mistake = None
        for schedule, run in zip(work.schedules, work.runs, strict=True):
            about(item.id, schedule)
            try:
                outcome, _ = playing.play(run, schedule)
                played.append(_seen(outcome, playing.worlds, sightings))
            except InternalError as error:
                mistake = error
                break
            # A failure is to be kept and told at once.
            ended = played[-1].outcome.verdict in (Verdict.FAILED, Verdict.ERROR)
            if ended or monotonic_s() - begun_s >= work.patience_s:
                break
        return Block(
            played=played,
            mistake=mistake,
            outlives=self.companions.left_behind(),
            strays=tuple(strays()),
            cpu_s=cpu_s() - begun_cpu_s,
        )

    def _playing_of(self, item: Item) -> SchedulePlayer:
        """Return who plays *item*: the same as before, with its Lua state, where it is the same item."""
        if self._playing is None or self._playing.item is not item:
            self._playing = SchedulePlayer(item, self._properties)
        return self._playing

    # -- properties

    def _examine(self, work: Examine) -> Examined:
        item, runner, begun_cpu_s = self._item(work.item), self._runner, cpu_s()
        about(item.id)
        assert runner is not None
        assert item.function is not None
        around = surroundings(Path.cwd())
        # What a property's own runs see counts; it is kept where `run(program)` keeps it.
        around.sightings = Sightings(properties_for(item, around.project), work.unseen)
        progress = ItemProgress(work.item, examples=0)

        runs, before, unrun = Runs(), 0, 0

        def progressed(examples: int, schedules: int) -> None:
            nonlocal before, unrun
            remarks = [*owner.remarks(), *unjudged(runs.by_hand - before), *never_run(runs.never_run - unrun)]
            before, unrun = runs.by_hand, runs.never_run
            if examples > (progress.examples or 0):
                # While a failure is made small, more of it is seen than was asked for.
                progress.remark(examples, remarks)
            progress.examples, progress.schedules = examples, schedules
            self._progressed(item.id, examples, schedules)

        with around.running(item, work.run.options) as owner, counting(runs):
            explored = runner.explore(
                item.function, work.run, examples=work.examples, progressed=progressed, over=self._over
            )
        failing = None if explored.failing is None else _failing(runner, item, explored.failing)
        return Examined(
            examples=progress.examples or 0,
            schedules=progress.schedules,
            shrinking=explored.shrinking,
            drew=explored.drew,
            failing=failing,
            refused=f"{explored.refused} ({item.source_line})" if explored.refused else "",
            seen=tuple(each for each, held in around.sightings.seen.items() if held),
            remarks=(
                *progress.remarks.values(),
                # What was cut short was to show more.
                *(() if explored.cut_short else vacuity(explored, runs, owner.runs)),
                *around.sightings.remarks(),
                *self.companions.left_behind(),
            ),
            cut_short=explored.cut_short,
            reached=owner.tally.reached(),
            strays=tuple(strays()),
            cpu_s=cpu_s() - begun_cpu_s,
        )

    # -- what failed

    def _record(self, work: Record) -> Recorded:
        begun_cpu_s, item = cpu_s(), self._item(work.item)
        about(item.id)
        found = Found(run=work.case.run, item=item, project=self._project, case=work.case)
        used = bool(outlived(self._began_with, kept_of_project()))
        with hooks_as_they_were():
            replayed = replay(found, properties=self._properties, runner=self._runner)
        # The item has failed, and what it leaves broken besides is not to be met by what is asked next.
        left_broken()
        # The item may have left for another folder, and a fresh process would look for the project there.
        os.chdir(self._home)
        divergence = replayed.divergence or (self._elsewhere(work.case) if used else None)
        decided = deciding(item, self._properties, replayed.apps, self._project)
        return Recorded(
            divergence=divergence,
            story=replayed.story,
            trace=replayed.trace,
            deviations=replayed.deviations,
            always=decided.always,
            sources=decided.sources,
            leaks=[] if divergence is None else self._leaks(work.case.run),
            cpu_s=cpu_s() - begun_cpu_s,
        )

    def _elsewhere(self, case: Case) -> str | None:
        """Return how a failure ends in a fresh process where that is another way. It is asked only where something of
        the user's modules had outlived the runs here before the replay, and could have made that fail as well."""
        # What never gave control back would not there either, and how far it comes until it is stopped is not its own.
        return None if case.property == OPTION else ending_elsewhere(case, self.limit)

    def _leaks(self, run: Run) -> list[str]:
        """Return what a run depends on that went another way; of the first few, since it takes its time."""
        self._tried += 1
        return leaks_of(run, self.limit, self._items) if self._tried <= TRIED_MAX else []

    def _explain(self, work: Explain) -> Recorded:
        begun_cpu_s = cpu_s()
        story = beginning_of(self._item(work.item), work.run, self._properties)
        return Recorded(story=story, cpu_s=cpu_s() - begun_cpu_s)


def _seen(outcome: Outcome, worlds: list[World], sightings: Sightings) -> Played:
    """Ask what may hold at the end of a run; one that cannot be asked is an error of the schedule, if it has none."""
    try:
        seen = tuple(id for world in worlds for id in sightings.ask(world))
        outcome = msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *sightings.remarks()))
        return Played(outcome, seen)
    except BaseException as error:
        if is_interrupt(error):
            raise
        broken = judge(error)
        # No replay asks it, so there is no case: it is a mistake in the use, as that of a bad target is.
        message = f"a sometimes cannot be asked: {broken.property}: {broken.message}"
        wrong = msgspec.structs.replace(outcome, verdict=Verdict.ERROR, property="usage", message=message)
        return Played(wrong if outcome.verdict is Verdict.PASSED else outcome)


def _failing(runner: PropertyRunner, item: Item, found: Counterexample) -> Failing:
    outcome = judged(found, found.recordings or Recordings())
    # What never gave control back is not called once more.
    if found.run is not None and outcome.property != OPTION:
        try:
            alone = play_property(runner, item, found.run).outcome
        except UsageError as problem:
            return _failing(runner, item, replace(found, run=None, unkept=f"what was saved cannot be read: {problem}"))
        if alone.verdict is not outcome.verdict:
            return _failing(runner, item, _changed(item, found, outcome))
        outcome = msgspec.structs.replace(alone, message=outcome.message)
    skipped = outcome.verdict is Verdict.SKIPPED
    return Failing(
        run=None if skipped else found.run,
        verdict=outcome.verdict,
        property=item.id.rpartition("::")[2] if outcome.property == "assert" else outcome.property,
        message=outcome.message,
        outcome=outcome,
        script=found.script,
        story=[] if found.run else [*found.told, *story_of(found.recordings or Recordings())],
        unkept="" if skipped else found.unkept,
    )


def _changed(item: Item, found: Counterexample, outcome: Outcome) -> Counterexample:
    """Say of an example that fails among others only that something outside of it decides."""
    name, first = item.id.rpartition("::")[2], outcome.message.partition("\n")[0]
    message = f"{name} fails ({first}) among other examples, and not so when it is called alone with the same arguments"
    return replace(found, error=NondeterminismDetected(message), run=None, unkept="by itself it does not fail so")


def forget_projects() -> None:
    """Forget what was read of any project, so that its files are read anew."""
    unmount_all()
    surroundings.cache_clear()


def property_runner(found: list[Item], databases: Sequence[Database] = ()) -> PropertyRunner | None:
    """Return who runs ``@given`` tests, if there are any: Hypothesis is not loaded for anything else.

    Args:
        found: the items.
        databases: where Hypothesis looks for examples that have failed, and keeps them.
    """
    if not any(item.kind == "property" and not item.error for item in found):
        return None
    from simcore.strategies.given import Execution

    return Execution(databases)
