"""Replaying a case or a token: the same verdict and the same digest, or a named divergence.

What an earlier kernel made is replayed leniently: the failure is looked for again, by its schedule and then by its
seed, and only verdict and property are compared.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from simcore.model.durations import format_duration
from simcore.model.errors import NondeterminismDetected, UsageError
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.following import Following, Noting
from simcore.runner.property import PropertyRunner, play_property, story_of
from simcore.runner.stage import Stage, play
from simcore.schedulers.registry import make_scheduler
from simcore.story.recorder import Recorder
from simcore.story.recordings import Recordings, recorded
from simcore.story.story import tell

if TYPE_CHECKING:
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.case import Case
    from simcore.model.run import Deviation, Run
    from simcore.model.trace import TraceEvent
    from simcore.runner.reference import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay gave.

    Args:
        found: what was replayed.
        outcome: what became of it now.
        reproduced: whether verdict and digest are those of the case, of one from an earlier kernel whether verdict and
            property are; of a token, whether it fails.
        divergence: where it went another way, or None.
        story: the failure in words.
        trace: the events of the run.
        deviations: its schedule.
        skipped: how many deviations did not fit a changed source, or another kernel.
        by_seed: whether the schedule of a case from an earlier kernel did not lead to its failure, and its seed did.
    """

    found: Found
    outcome: Outcome
    reproduced: bool
    divergence: str | None = None
    story: list[str] = field(default_factory=list)
    trace: list[TraceEvent] = field(default_factory=list)
    deviations: list[Deviation] | None = None
    skipped: int = 0
    by_seed: bool = False


def replay(found: Found, *, properties: ProjectProperties, runner: PropertyRunner | None = None) -> Replayed:
    """Run again and compare.

    Args:
        found: what to replay.
        properties: the project's ``always``.
        runner: who calls ``@given`` tests; needed for a case of a property.

    Raises:
        UsageError: the case is one of a property, and *runner* is None or does not understand its arguments.
    """
    if found.item.kind == "property":
        return _replay_property(found, runner)
    replayed = _replay_schedule(found, found.run, properties)
    if replayed.reproduced or not found.lenient or found.run.deviations is None:
        return replayed
    by_seed = _replay_schedule(found, msgspec.structs.replace(found.run, deviations=None), properties)
    return dataclasses.replace(by_seed, by_seed=True) if by_seed.reproduced else replayed


def _replay_schedule(found: Found, run: Run, properties: ProjectProperties) -> Replayed:
    recorder = Recorder()
    strict = not _may_differ(found)
    following = None if run.deviations is None else Following(run.deviations, recorder.labels, strict=strict)
    noting = Noting(following or make_scheduler(run.strategy), recorder.labels)
    stage = Stage(run, properties, noting, recorder)
    try:
        with recorded() as recordings:
            outcome = play(found.item, stage)
    except NondeterminismDetected as problem:
        return _diverged(found, stage, recorder, str(problem))
    assert stage.world is not None
    if following is not None:
        following.finish()
    left = None if following is None else following.divergence
    # Where there were other worlds as well, its own actions are not all that are counted.
    alone = None if recordings.worlds else recorder
    difference = None if _may_differ(found) else _difference(found.case, outcome, alone)
    divergence = "; ".join(filter(None, (difference, left))) or None
    return Replayed(
        found=found,
        outcome=outcome,
        reproduced=_reproduced(found, outcome, divergence),
        divergence=divergence,
        story=story_on(stage, recorder, noting, recordings),
        trace=[*recorder.events, *recordings.events],
        deviations=noting.deviations,
        skipped=len(following.skipped) if following else 0,
    )


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
    return Replayed(found=found, outcome=outcome, reproduced=False, divergence=divergence, trace=recorder.events)


def _replay_property(found: Found, runner: PropertyRunner | None) -> Replayed:
    if runner is None or found.run.arguments is None or found.item.function is None:
        raise UsageError(f"{found.item.id} is a property; replay its case file")
    played = play_property(runner, found.item, found.run)
    outcome = played.outcome
    divergence = None if _may_differ(found) else _difference(found.case, outcome)
    return Replayed(
        found=found,
        outcome=outcome,
        reproduced=_reproduced(found, outcome, divergence),
        divergence=divergence,
        story=played.story(),
        trace=played.recordings.events,
    )


def _may_differ(found: Found) -> bool:
    """Tell whether another digest is no divergence: the item's source is another now, or simcore is."""
    return found.source_changed or found.lenient


def _difference(case: Case | None, outcome: Outcome, recorder: Recorder | None = None) -> str | None:
    """Return in what the end of the run differs from that of the *case*, and from which action on if that is known."""
    if case is None:
        return None
    end = case.end
    for what, then, now in (
        ("verdict", end.verdict, outcome.verdict),
        ("property", case.property, outcome.property),
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


def _reproduced(found: Found, outcome: Outcome, divergence: str | None) -> bool:
    if found.case is None:
        # Only of what failed a token is made: a bound that is reached now is another end.
        return outcome.verdict in (Verdict.FAILED, Verdict.ERROR)
    return divergence is None and outcome.verdict == found.case.end.verdict and outcome.property == found.case.property
