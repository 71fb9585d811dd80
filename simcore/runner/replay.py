"""Replaying a case or a token: the same verdict and the same digest, or a named divergence."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from simcore.catalog.files import is_app
from simcore.catalog.find import item_of
from simcore.catalog.options import read_options
from simcore.catalog.properties import ProjectProperties, properties_for
from simcore.model.durations import format_duration
from simcore.model.errors import NondeterminismDetected, UsageError
from simcore.model.outcome import Deviation, Outcome, Verdict
from simcore.runner.artifacts import load_case
from simcore.runner.following import Following, Noting
from simcore.runner.judging import judge
from simcore.runner.stage import PropertyRunner, Stage, play
from simcore.runner.strategies import make_strategy
from simcore.runner.token import looks_like_token, options_digest, parse_token
from simcore.story.recorder import Recorder
from simcore.story.recordings import recorded
from simcore.story.story import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.model.case import Case
    from simcore.model.options import Options
    from simcore.model.trace import TraceEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run, as a case or a token describes it.

    Args:
        item: what is run.
        seed, strategy, options: of its world.
        deviations: a schedule that is written down, or None.
        arguments: of a property, as plain data; else None.
        case: the case it comes from, or None for a token.
        source_changed: whether the item's source is another than when the case was made.
    """

    item: Item
    seed: int
    strategy: str
    options: Options
    deviations: Sequence[Deviation] | None = None
    arguments: dict[str, Any] | None = None
    case: Case | None = None
    source_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay gave.

    Args:
        run: what was replayed.
        outcome: what became of it now.
        reproduced: whether verdict and digest are those of the case; of a token, whether it fails.
        divergence: where it went another way, or None.
        story: the failure in words.
        trace: the events of the run.
        deviations: its schedule.
        skipped: how many deviations did not fit a changed source.
    """

    run: Run
    outcome: Outcome
    reproduced: bool
    divergence: str | None = None
    story: list[str] = field(default_factory=list)
    trace: list[TraceEvent] = field(default_factory=list)
    deviations: list[Deviation] | None = None
    skipped: int = 0


def find_run(reference: str, *, target: str | None, project: Project) -> Run:
    """Return the run that a case file or a token means.

    Raises:
        UsageError: the file is damaged, the token of another version, or the item is not found.
    """
    if looks_like_token(reference):
        return _run_of_token(reference, target, project)
    if not Path(reference).is_file():
        raise UsageError(f"{reference or 'nothing'}: neither a case file nor a token; copy it from the run's output")
    return _run_of_case(reference, load_case(Path(reference)), target, project)


def _run_of_token(text: str, target: str | None, project: Project) -> Run:
    token = parse_token(text)
    if token.options != options_digest(project.options):
        raise UsageError(
            f"the token was made under other options ({token.options}, here {options_digest(project.options)}); "
            "replay the case file, or set [tool.simcore.world] as it was"
        )
    item = _find(token.item, target, "", project)
    if item.kind == "property":
        raise UsageError(f"{item.id} is a property; its arguments are in the case file, replay that")
    return Run(item=item, seed=token.seed, strategy=token.strategy, options=project.options)


def _run_of_case(file: str, case: Case, target: str | None, project: Project) -> Run:
    options = read_options(case.options, f"{file}: options")
    if case.seed < 0:
        raise UsageError(f"{file}: seed: a seed is a number of 0 or more, not {case.seed}; copy the case file anew")
    try:
        make_strategy(case.strategy)
    except UsageError as error:
        raise UsageError(f"{file}: strategy: {error}") from error
    item = _find(case.item.id, target, case.item.target, project)
    if item.kind == "property" and case.arguments is None:
        raise UsageError(f"{file}: arguments: {item.id} is a property, and the case has no arguments for it")
    return Run(
        item=item,
        seed=case.seed,
        strategy=case.strategy,
        options=options,
        deviations=case.deviations,
        arguments=case.arguments,
        case=case,
        source_changed=item.digest != case.item.digest,
    )


def _find(item_id: str, target: str | None, hint: str, project: Project) -> Item:
    if target is None and not may_be_hinted(hint):
        raise UsageError(f"the case names {hint}, which lies outside this folder; if you trust it, say --target {hint}")
    item = item_of(project, item_id, target or hint)
    if item.error:
        raise UsageError(f"{item_id} cannot be run: {item.error}")
    return item


def may_be_hinted(target: str) -> bool:
    """Tell whether a case may name *target* by itself: what lies below this folder, or a Lua app anywhere. A file from
    elsewhere could be Python of somebody else's, which a replay would run."""
    path = Path(target)
    return not (path.is_absolute() or ".." in path.parts) or (path.is_dir() and is_app(path))


def replay(run: Run, *, properties: ProjectProperties, runner: PropertyRunner | None = None) -> Replayed:
    """Run again and compare.

    Args:
        run: what to replay.
        properties: the project's ``always``.
        runner: who calls ``@given`` tests; needed for a case of a property.

    Raises:
        UsageError: the case is one of a property, and *runner* is None or does not understand its arguments.
    """
    if run.item.kind == "property":
        return _replay_property(run, runner)
    return _replay_schedule(run, properties)


def _replay_schedule(run: Run, properties: ProjectProperties) -> Replayed:
    recorder = Recorder()
    strict = not run.source_changed
    following = None if run.deviations is None else Following(run.deviations, recorder.labels, strict=strict)
    noting = Noting(following or make_strategy(run.strategy), recorder.labels)
    stage = Stage(run.seed, run.strategy, run.options, properties, noting, recorder)
    try:
        outcome = play(run.item, stage)
    except NondeterminismDetected as problem:
        return _diverged(run, stage, recorder, str(problem))
    assert stage.world is not None
    if following is not None:
        following.finish()
    left = None if following is None else following.divergence
    difference = None if run.source_changed else _difference(run.case, outcome, recorder)
    divergence = "; ".join(filter(None, (difference, left))) or None
    return Replayed(
        run=run,
        outcome=outcome,
        reproduced=_reproduced(run, outcome, divergence),
        divergence=divergence,
        story=tell(stage.world, recorder, noting.deviations),
        trace=recorder.events,
        deviations=noting.deviations,
        skipped=len(following.skipped) if following else 0,
    )


def _diverged(run: Run, stage: Stage, recorder: Recorder, divergence: str) -> Replayed:
    assert stage.world is not None
    outcome = Outcome(Verdict.ERROR, "divergence", divergence, stage.world.digest)
    return Replayed(run=run, outcome=outcome, reproduced=False, divergence=divergence, trace=recorder.events)


def _replay_property(run: Run, runner: PropertyRunner | None) -> Replayed:
    if runner is None or run.arguments is None or run.item.function is None:
        raise UsageError(f"{run.item.id} is a property; replay its case file")
    with recorded() as recordings:
        outcome = judge_property(runner, run.item, run.arguments)
    divergence = None if run.source_changed else _difference(run.case, outcome)
    arguments = runner.decode(run.arguments)
    story = ["the arguments that fail:", *(f"  {name} = {value!r}" for name, value in arguments.items())]
    for world, recorder in recordings.worlds[-1:]:
        story += tell(world, recorder, [])
        seed = world.kernel.choices.seed
        if seed:
            story[-1] = f"the schedule is the uniform one of seed {seed}"
    return Replayed(
        run=run,
        outcome=outcome,
        reproduced=_reproduced(run, outcome, divergence),
        divergence=divergence,
        story=story,
        trace=[event for _, recorder in recordings.worlds for event in recorder.events],
    )


def judge_property(runner: PropertyRunner, item: Item, arguments: dict[str, Any]) -> Outcome:
    """Call a ``@given`` test with fixed arguments and judge it. Its figures are those of all worlds that it made."""
    error: Exception | None = None
    with recorded() as recordings:
        try:
            assert item.function is not None
            runner.replay(item.function, arguments)
        except UsageError:
            raise
        except Exception as problem:
            error = problem
    return msgspec.structs.replace(
        judge(error),
        digest=recordings.digest,
        actions=recordings.actions,
        decisions=recordings.decisions,
        now_ns=recordings.now_ns,
    )


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


def _reproduced(run: Run, outcome: Outcome, divergence: str | None) -> bool:
    if run.case is None:
        # Only of what failed a token is made: a bound that is reached now is another end.
        return outcome.verdict in (Verdict.FAILED, Verdict.ERROR)
    return divergence is None and outcome.verdict == run.case.end.verdict and outcome.property == run.case.property


def properties_of(run: Run, project: Project) -> ProjectProperties:
    """Return the ``always`` that a replay of *run* asks."""
    return properties_for(run.item, project)
