"""Replaying a case or a token: the same verdict and the same digest, or a named divergence.

Where what decides the run has changed since, or an earlier kernel made it, verdict and property are compared. The
failure is looked for by its schedule, as far as that fits, and then around it; that it is gone is said of what was seen
alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from simcore.limits.limit import OPTION
from simcore.model.case import Case, end_of
from simcore.model.durations import format_duration
from simcore.model.errors import NondeterminismDetected, UsageError
from simcore.model.home import at_home
from simcore.model.outcome import Outcome, Verdict
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.text import cut
from simcore.runner.deciding import apps_in, deciding, held_then
from simcore.runner.doubts import doubts, doubts_of_property
from simcore.runner.following import Following, Noting
from simcore.runner.property import play_property, story_of
from simcore.runner.property_search import search_property
from simcore.runner.search import Searched, fails, search, tries
from simcore.runner.stage import Stage, play
from simcore.schedulers.registry import make_scheduler
from simcore.story.recorder import Recorder
from simcore.story.recordings import Recordings, recorded
from simcore.story.story import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simcore.catalog.properties import ProjectProperties
    from simcore.model.case import CaseEnd
    from simcore.model.run import Deviation, Run
    from simcore.model.trace import TraceEvent
    from simcore.runner.deciding import HeldThen
    from simcore.runner.property import PropertyRunner
    from simcore.runner.reference import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay gave.

    Args:
        found: what was replayed.
        outcome: what became of it now.
        answer: whether the failure is still there.
        doubts: why that cannot be told, where it cannot.
        notes: what there is to say besides.
        divergence: where it went another way, or None.
        story: the failure in words.
        trace: the events of the run.
        deviations: its schedule.
        skipped: how many deviations did not fit a changed source, or another kernel.
        by_seed: whether the schedule of a case from an earlier kernel did not lead to its failure, and its seed did.
        tried: how many other schedules, or arguments, were tried.
        nearby: the case of what fails now, where that is not the run that was replayed.
        apps: the folders of the applications that were installed.
    """

    found: Found
    outcome: Outcome
    answer: ReplayAnswer
    doubts: Sequence[str] = ()
    notes: Sequence[str] = ()
    divergence: str | None = None
    story: list[str] = field(default_factory=list)
    trace: list[TraceEvent] = field(default_factory=list)
    deviations: list[Deviation] | None = None
    skipped: int = 0
    by_seed: bool = False
    tried: int = 0
    nearby: Case | None = None
    apps: tuple[Path, ...] = ()

    @property
    def reproduced(self) -> bool:
        """Whether the failure is there, by the run that was replayed or by another."""
        return self.answer in (ReplayAnswer.REPRODUCED, ReplayAnswer.NEARBY)


def replay(
    found: Found, *, properties: ProjectProperties, runner: PropertyRunner | None = None, amount: int = 0
) -> Replayed:
    """Run again and compare.

    Args:
        found: what to replay.
        properties: the project's ``always``.
        runner: who calls ``@given`` tests; needed for a case of a property.
        amount: how many other schedules, or arguments, are tried where its own do not lead to the failure any more.

    Raises:
        UsageError: the case is one of a property, and *runner* is None or does not understand its arguments.
    """
    held = held_then(found.item, properties, found.case)
    kind = _Property if found.item.kind == "property" else _Schedule
    with at_home(found.item.root):
        return kind(found, held, runner, amount).replay()


class _Replaying:
    """One replay. This is the base; the kinds of items say how they are played and searched."""

    def __init__(self, found: Found, held: HeldThen, runner: PropertyRunner | None, amount: int) -> None:
        self._found = found
        self._held = held
        self._runner = runner
        self._amount = amount
        lost = "" if found.case is None else held.lost(found.case.property)
        self._lost = f"what failed is not asked any more: {lost}" if lost else ""

    def replay(self) -> Replayed:
        """Play what was recorded, and where that leads elsewhere look around it."""
        found = self._found
        first = replace(self._first(), notes=self._notes())
        if found.case is not None and not found.may_differ and not self._lost:
            return self._strictly(first, found.case)
        if self._is_it(first.outcome):
            return replace(first, answer=ReplayAnswer.REPRODUCED, notes=[*first.notes, *self._message(first.outcome)])
        if found.may_differ and not self._lost and (seeded := self._by_seed()) is not None:
            return replace(seeded, notes=first.notes)
        # What is not asked cannot be found.
        searched = Searched() if self._lost or not self._amount else self._search(first)
        return self._concluded(first, searched)

    def _strictly(self, first: Replayed, case: Case) -> Replayed:
        """Nothing that counts has changed: any difference is a divergence."""
        divergence = first.divergence
        if divergence is None and not case.intact:
            divergence = f"{_tampered(case)}; restore it, or run again"
        if divergence is not None:
            notes = [*first.notes, *([] if case.sources is not None else [UNKNOWN_SOURCES])]
            return replace(first, divergence=divergence, answer=ReplayAnswer.DIVERGED, notes=notes)
        return replace(first, answer=ReplayAnswer.REPRODUCED, notes=[*first.notes, *self._message(first.outcome)])

    def _is_it(self, outcome: Outcome) -> bool:
        """Tell whether *outcome* is the failure that is replayed; a token does not know which it is."""
        case = self._found.case
        if case is None:
            return fails(outcome)
        return (outcome.verdict, outcome.property) == (case.end.verdict, case.property)

    def _concluded(self, first: Replayed, searched: Searched) -> Replayed:
        if searched.found is not None and searched.outcome is not None:
            return self._nearby(first, (searched.found, searched.outcome), searched, ReplayAnswer.NEARBY)
        other = self._other(first) or searched.other
        if other is not None:
            return self._nearby(first, other, searched, ReplayAnswer.OTHER)
        reasons = tuple(filter(None, (self._lost, *self._doubts(first, searched))))
        answer = ReplayAnswer.UNKNOWN if reasons else ReplayAnswer.GONE
        return replace(first, answer=answer, doubts=reasons, tried=searched.tried)

    def _other(self, first: Replayed) -> tuple[Run, Outcome] | None:
        """Return what was recorded, as it is played now, where it fails in another way."""
        if not fails(first.outcome):
            return None
        return msgspec.structs.replace(self._found.run, deviations=first.deviations), first.outcome

    def _nearby(
        self, first: Replayed, failing: tuple[Run, Outcome], searched: Searched, answer: ReplayAnswer
    ) -> Replayed:
        """Play once more what was found, with its story, and make a case of it."""
        found, (run, outcome) = self._found, failing
        run = msgspec.structs.replace(run, item=found.item.reference)
        again = self._once(run)
        # At which line a step was stopped that never ended, and by which clock, is not the program's to decide.
        if again.outcome != outcome and not again.outcome.property == outcome.property == OPTION:
            says = "a schedule that was tried fails, and goes another way when it is played again"
            differs = _difference(end_of(outcome), outcome.property, again.outcome)
            divergence = again.divergence or differs or "its message is another"
            return replace(again, divergence=f"{says}: {divergence}", answer=ReplayAnswer.DIVERGED, notes=first.notes)
        decided = deciding(found.item, self._held.properties, again.apps, found.project)
        case = Case(
            run=run,
            property=outcome.property,
            message=cut(outcome.message),
            end=end_of(outcome),
            always=decided.always,
            sources=decided.sources,
        )
        notes = [*first.notes, *(self._message(outcome) if answer is ReplayAnswer.NEARBY else ())]
        return replace(again, answer=answer, nearby=case, notes=notes, skipped=first.skipped, tried=searched.tried)

    def _notes(self) -> list[str]:
        """Return what there is to say of the properties that are asked, and of the file."""
        case, held = self._found.case, self._held
        notes = [f"{each} was added since and is not asked" for each in held.added]
        notes += [f"{each} was asked then and is not there any more, or cannot be read" for each in held.removed]
        if case is not None and not case.intact and not self._found.lenient:
            notes.append(_tampered(case))
        return notes

    def _message(self, outcome: Outcome) -> list[str]:
        """Say that the same failure was told in other words."""
        case = self._found.case
        if case is None or case.message == cut(outcome.message):
            return []
        return [f"its message was: {case.message.partition(chr(10))[0]}"]

    # -- by kind

    def _first(self) -> Replayed:
        raise NotImplementedError

    def _by_seed(self) -> Replayed | None:
        return None

    def _search(self, first: Replayed) -> Searched:
        raise NotImplementedError

    def _once(self, run: Run) -> Replayed:
        """Play *run* as it is written down, strictly."""
        raise NotImplementedError

    def _doubts(self, first: Replayed, searched: Searched) -> Sequence[str]:
        raise NotImplementedError


UNKNOWN_SOURCES = "the case does not say what its item imports; where that has changed since, this is why"
TAMPERED = "the file of the case was changed after it was written: its checksum does not fit what it says"
UNSEALED = "the file of the case was changed after it was written: its checksum was taken out"


def _tampered(case: Case) -> str:
    return TAMPERED if case.is_sealed else UNSEALED


class _Schedule(_Replaying):
    """Of a scenario or a test."""

    _following: Following | None = None
    _in_a_row = 0
    _at_rest = True
    _by_chance = False
    _inside = 0
    """How many choices the worlds had which its body has run: their schedule is told by a seed alone."""

    def _first(self) -> Replayed:
        return self._play(self._found.run, self._found.case, strict=not self._found.may_differ, is_first=True)

    def _by_seed(self) -> Replayed | None:
        run = self._found.run
        if not self._found.lenient or run.deviations is None:
            return None
        seeded = self._play(msgspec.structs.replace(run, deviations=None), None, strict=False)
        return replace(seeded, by_seed=True, answer=ReplayAnswer.REPRODUCED) if self._is_it(seeded.outcome) else None

    def _once(self, run: Run) -> Replayed:
        return self._play(run, None, strict=True)

    def _search(self, first: Replayed) -> Searched:
        performed = [event.text for event in first.trace if event.kind == "action"]
        several = tries(self._found.run, performed, self._in_a_row, self._amount)
        return search(self._found.item, self._held.properties, several, self._amount, self._is_it)

    def _doubts(self, first: Replayed, searched: Searched) -> Sequence[str]:
        return doubts(
            self._found,
            self._held,
            first.outcome,
            self._following,
            self._inside,
            searched,
            at_rest=self._at_rest,
            by_chance=self._by_chance,
        )

    def _play(self, run: Run, case: Case | None, *, strict: bool, is_first: bool = False) -> Replayed:
        """Play *run* and compare it with *case*, where there is one that has to be met."""
        recorder = Recorder()
        following = None if run.deviations is None else Following(run.deviations, recorder.labels, strict=strict)
        noting = Noting(following or make_scheduler(run.strategy), recorder.labels)
        stage = Stage(run, self._held.properties, noting, recorder)
        try:
            with recorded() as recordings:
                outcome = play(self._found.item, stage)
        except NondeterminismDetected as problem:
            return _diverged(self._found, stage, recorder, str(problem))
        if following is not None:
            following.finish()
        if is_first:
            self._following, self._inside, self._at_rest = following, recordings.decisions, stage.at_rest
            self._by_chance = stage.by_chance
            self._in_a_row = 0 if following is None else following.in_a_row
        # Where there were other worlds as well, its own actions are not all that are counted.
        alone = None if recordings.worlds else recorder
        difference = _difference(case.end, case.property, outcome, alone) if strict and case is not None else None
        left = None if following is None else following.divergence
        divergence = "; ".join(filter(None, (difference, left))) or None
        return Replayed(
            found=self._found,
            outcome=outcome,
            answer=ReplayAnswer.UNKNOWN if divergence is None else ReplayAnswer.DIVERGED,
            divergence=divergence,
            story=story_on(stage, recorder, noting, recordings),
            trace=[*recorder.events, *recordings.events],
            deviations=noting.deviations,
            skipped=len(following.skipped) if following else 0,
            apps=apps_in(stage.worlds),
        )


class _Property(_Replaying):
    """Of a ``@given`` test."""

    _unfit = ""
    _decisions = 0

    def _first(self) -> Replayed:
        found = self._found
        try:
            first = self._play(found.run, found.case, strict=not found.may_differ)
        except UsageError as problem:
            if not found.may_differ:
                raise
            # Arguments that the test does not take any more show nothing of it.
            self._unfit = str(problem)
            return Replayed(
                found=found, outcome=Outcome(Verdict.INCONCLUSIVE, UNFIT, str(problem)), answer=ReplayAnswer.UNKNOWN
            )
        self._decisions = first.outcome.decisions
        return first

    def _notes(self) -> list[str]:
        unfit = [f"its own arguments do not fit any more: {self._unfit}"] if self._unfit else []
        return [*super()._notes(), *unfit]

    def _once(self, run: Run) -> Replayed:
        return self._play(run, None, strict=True)

    def _search(self, first: Replayed) -> Searched:
        assert self._runner is not None
        return search_property(
            self._runner,
            self._found,
            self._held.properties,
            self._amount,
            self._is_it,
            own=bool(self._decisions) and not self._unfit,
        )

    def _doubts(self, first: Replayed, searched: Searched) -> Sequence[str]:
        return doubts_of_property(self._found, self._held, first.outcome, self._unfit, searched)

    def _play(self, run: Run, case: Case | None, *, strict: bool) -> Replayed:
        found = self._found
        if self._runner is None or run.arguments is None or found.item.function is None:
            raise UsageError(f"{found.item.id} is a property; replay its case file")
        played = play_property(self._runner, found.item, run, self._held.properties)
        self._unfit = self._unfit or played.unfit
        outcome = played.outcome
        divergence = _difference(case.end, case.property, outcome) if strict and case is not None else None
        return Replayed(
            found=found,
            outcome=outcome,
            answer=ReplayAnswer.UNKNOWN if divergence is None else ReplayAnswer.DIVERGED,
            divergence=divergence,
            story=played.story(),
            trace=played.recordings.events,
            apps=apps_in(world for world, _ in played.recordings.worlds),
        )


UNFIT = "arguments"
"""What stands in the place of a bound where the test does not take the arguments of the case."""


def story_on(stage: Stage, recorder: Recorder, noting: Noting, recordings: Recordings) -> list[str]:
    """Return in words what happened on *stage*, in the world of the item or in the one that its body had run and failed
    by.

    Args:
        stage: where the run took place.
        recorder: who has recorded the world of the item.
        noting: who has noted the deviations of its schedule.
        recordings: of the worlds that its body has run.
    """
    assert stage.world is not None
    failed_in = None if stage.owner is None else stage.owner.failed_in
    if failed_in is None:
        return tell(stage.world, recorder, noting.deviations)
    return story_of(recordings, failed_in)


def _diverged(found: Found, stage: Stage, recorder: Recorder, divergence: str) -> Replayed:
    assert stage.world is not None
    outcome = Outcome(Verdict.ERROR, "divergence", divergence, stage.world.digest)
    return Replayed(
        found=found, outcome=outcome, answer=ReplayAnswer.DIVERGED, divergence=divergence, trace=recorder.events
    )


def _difference(end: CaseEnd, property_name: str, outcome: Outcome, recorder: Recorder | None = None) -> str | None:
    """Return in what *outcome* differs from the *end* of the case, and from which action on if that is known."""
    if property_name == outcome.property == OPTION:
        # How far a run came of which a step never ended: where that step was stopped is not the program's to decide.
        return None
    for what, then, now in (
        ("verdict", end.verdict, outcome.verdict),
        ("property", property_name, outcome.property),
        ("number of actions", end.actions, outcome.actions),
        ("number of decisions", end.decisions, outcome.decisions),
        ("virtual time at the end", format_duration(end.now_ns), format_duration(outcome.now_ns)),
        ("digest", end.digest, outcome.digest),
    ):
        if then != now:
            where = "" if recorder is None else _length(end.actions, recorder)
            return f"the {what} of the case is {then}, now it is {now}{where}"
    return None


def _length(actions: int, recorder: Recorder) -> str:
    """Say which run is longer, the case's of so many *actions* or that of *recorder*, and what comes there."""
    performed = [event for event in recorder.events if event.kind == "action"]
    if len(performed) > actions:
        return f"; the case ends after {actions} actions, now one more follows: {performed[actions].text}"
    if len(performed) < actions:
        last = f", the last of them {performed[-1].text}" if performed else ""
        return f"; the case has {actions} actions, now there are {len(performed)}{last}"
    return ""
