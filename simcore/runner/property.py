"""Properties: who runs a ``@given`` test, and what one run of it with fixed arguments means."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from simcore.runner.debugger import stop_at_failure
from simcore.runner.judging import judge
from simcore.runner.sometimes import surroundings
from simcore.story.recordings import Recordings, recorded
from simcore.story.story import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.outcome import Outcome
    from simcore.model.run import Run
    from simcore.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call of the test of a property.

    Args:
        error: what it raised, or None.
        told: what it was given, line by line.
        brief: the same in one line.
        script: the program that it was given, as a script; empty where it was given none.
        unfit: what it was given and did not take, or empty.
    """

    error: BaseException | None
    told: list[str]
    brief: str
    script: str = ""
    unfit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample(Called):
    """The call with the smallest arguments that fail.

    Args:
        arguments: what the test was given, by name.
        run: what makes the call again, or None.
        unkept: why there is no such run, or empty.
        recordings: the worlds of the call, where they are known.
    """

    arguments: Mapping[str, Any]
    run: Run | None
    unkept: str = ""
    recordings: Recordings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """What became of a property.

    Args:
        examples: how many were tried, up to the first that failed; none that the test or a filter refused.
        schedules: how many runs were played for them.
        shrinking: how often the test was called afterwards, to make the failure small.
        drew: whether anything was drawn, or written down with ``@example``.
        failing: the example that fails, or None.
        refused: why the test cannot be run, or empty.
        cut_short: why fewer arguments were tried than was asked for, or empty.
    """

    examples: int
    schedules: int
    shrinking: int
    drew: bool
    failing: Counterexample | None = None
    refused: str = ""
    cut_short: str = ""


class PropertyRunner(Protocol):
    """Who runs a ``@given`` test; handed down from the floor that knows Hypothesis."""

    def asked(self, test: Callable[..., Any]) -> int | None:
        """Return how many examples the test asks for itself, or None."""
        ...

    def explore(
        self,
        test: Callable[..., Any],
        run: Run,
        *,
        examples: int | None,
        progressed: Callable[[int, int], None],
        over: Callable[[], str | None] = ...,
    ) -> Explored:
        """Try *examples* from the seed of *run*; *progressed* is told after each call how many there were, and how many
        schedules, and *over* says before each why it is to be the last, or None."""
        ...

    def replay(self, test: Callable[..., Any], run: Run) -> Called:
        """Call the test once with the arguments of *run*. Raises ``UsageError`` where they are damaged."""
        ...


@dataclass(frozen=True, slots=True)
class PlayedProperty:
    """One run of a property with fixed arguments, and its worlds."""

    outcome: Outcome
    told: list[str]
    recordings: Recordings = field(default_factory=Recordings)
    unfit: str = ""

    def story(self) -> list[str]:
        """Return what happened, in words."""
        return [*self.told, *story_of(self.recordings)]


def play_property(
    runner: PropertyRunner, item: Item, run: Run, held: ProjectProperties | None = None
) -> PlayedProperty:
    """Call a ``@given`` test with the arguments of *run* and judge it.

    Args:
        runner: who calls it.
        item: the property.
        run: with its arguments.
        held: the properties that may be asked of its worlds; None is all that the project has for it.

    Raises:
        UsageError: the arguments are damaged.
    """
    assert item.function is not None
    with recorded() as recordings, surroundings(Path.cwd()).running(item, run.options, held):
        called = runner.replay(item.function, run)
    if called.error is not None:
        stop_at_failure(called.error, recordings.worlds[-1][0] if recordings.worlds else None)
    return PlayedProperty(judged(called, recordings), called.told, recordings, called.unfit)


def judged(called: Called, recordings: Recordings) -> Outcome:
    """Return the outcome of a call. Its figures are those of all worlds that it made."""
    outcome = judge(called.error)
    return msgspec.structs.replace(
        outcome,
        message="\n".join(filter(None, (outcome.message, called.brief))) if called.error is not None else "",
        digest=recordings.digest,
        actions=recordings.actions,
        decisions=recordings.decisions,
        now_ns=recordings.now_ns,
    )


def story_of(recordings: Recordings, failed_in: World | None = None) -> list[str]:
    """Return in words what happened in the world that it failed in; that is the last, unless another is known."""
    if not recordings.worlds:
        return []
    worlds = [world for world, _ in recordings.worlds]
    place = worlds.index(failed_in) if failed_in in worlds else len(worlds) - 1
    world, recorder = recordings.worlds[place]
    story = tell(world, recorder, [])
    scheduler = world.kernel.scheduler.name
    if scheduler != "fifo":
        story[-1] = f"the schedule is the {scheduler} one of seed {world.kernel.choices.seed}"
    if len(worlds) == 1:
        return story
    which = "the last" if place == len(worlds) - 1 else f"number {place + 1:,}"
    return [f"in {which} of its {len(worlds):,} runs:", *story]
