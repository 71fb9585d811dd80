"""Looking for a failure around a schedule that does not lead to it any more: a bounded number of others, always the
same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.kernel.choices import Choices, derive_seed
from simcore.limits.limit import OPTION
from simcore.lua.bridge.states import LuaStates
from simcore.model.options import BOUNDS
from simcore.model.outcome import Outcome, Verdict
from simcore.process.state.observer import Observer
from simcore.runner.fitting import by_order, moved
from simcore.runner.following import Following, Noting
from simcore.runner.stage import Stage, play
from simcore.schedulers.registry import make_scheduler
from simcore.story.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.kernel.action import Action
    from simcore.kernel.choices import Stream
    from simcore.kernel.scheduler import Scheduler
    from simcore.model.run import Deviation, Run
    from simcore.world.world import World

SEARCH: Final = 300
"""How many other schedules are tried where nobody says so."""
GIVES_UP: Final = 3
"""Where so many of them reach a bound no more are tried: the program does not end."""
SINGLE: Final = 16
"""Where so many of them had no choice to make no more are tried: there is one schedule alone."""
ACTIONS_EACH: Final = 10_000
"""So many actions a schedule may take, on the average of as many as were asked for: nobody would wait for the end."""
STRAYS: Final = 8
"""A schedule that strays takes another than the oldest at one decision in so many."""


@dataclass(frozen=True, slots=True)
class Try:
    """One schedule that is tried.

    Args:
        run: with the seed of its world.
        scheduler: makes who picks, given the labels of the run.
        by_seed: whether seed and strategy of *run* make it again; else only what it deviates by does.
    """

    run: Run
    scheduler: Callable[[Labels], Scheduler]
    by_seed: bool = False


@dataclass(slots=True)
class Searched:
    """What a search has come to.

    Args:
        amount: how many schedules were to be tried.
        tried: how many were.
        found: the run that fails as is wanted, with its schedule, or None.
        outcome: of that.
        other: one that fails in another way, with its outcome, or None.
        ended: why it ended before its number, or empty.
    """

    amount: int = SEARCH
    tried: int = 0
    found: Run | None = None
    outcome: Outcome | None = None
    other: tuple[Run, Outcome] | None = None
    ended: str = ""
    _bounds: int = field(default=0, repr=False)
    _alike: bool = field(default=True, repr=False)
    _actions: int = field(default=0, repr=False)

    def hear(self, run: Run, outcome: Outcome, *, wanted: bool, by_chance: bool = False) -> bool:
        """Hear what became of one more schedule, and whether its program has drawn *by_chance*; return whether that was
        the last."""
        self.tried += 1
        self._bounds += outcome.property in (*BOUNDS, OPTION)
        self._actions += outcome.actions
        if wanted:
            self.found, self.outcome = run, outcome
        elif self.other is None and fails(outcome):
            self.other = run, outcome
        if self._bounds == GIVES_UP:
            self.ended = f"{GIVES_UP} of them reached the bound {outcome.property}"
        elif self._actions > self.amount * ACTIONS_EACH and self.tried < self.amount:
            self.ended = f"{self.tried:,} of {self.amount:,} schedules took {self._actions:,} actions"
        self._alike = self._alike and not outcome.decisions and not by_chance
        return wanted or bool(self.ended) or (self.tried == SINGLE and self._alike)


def fails(outcome: Outcome) -> bool:
    """Tell whether *outcome* is a failure of the item, and no mistake in its use."""
    return outcome.verdict in (Verdict.FAILED, Verdict.ERROR) and outcome.property != "usage"


def search(
    item: Item, properties: ProjectProperties, tries: Iterable[Try], amount: int, wanted: Callable[[Outcome], bool]
) -> Searched:
    """Play *tries* until one fails as is wanted.

    Args:
        item: whose schedules they are.
        properties: the project's, as of ``Stage``.
        tries: what is tried, in this order.
        amount: how many that are.
        wanted: tells whether that is the failure which is looked for.
    """
    searched, states = Searched(amount), LuaStates()
    for each in tries:
        states.take_back()
        counting = _Counting()
        noting = Noting(each.scheduler(counting.labels), counting.labels)
        stage = Stage(each.run, properties, noting, observers=(counting,), lua_states=states)
        outcome = play(item, stage)
        kept = None if noting.deviations is None and not each.by_seed else each.run
        run = msgspec.structs.replace(each.run, deviations=noting.deviations)
        found = kept is not None and wanted(outcome)
        if searched.hear(run, outcome, wanted=found, by_chance=stage.by_chance):
            break
    states.take_back()
    return searched


class _Counting(Observer):
    """Knows the labels of what was performed."""

    def __init__(self) -> None:
        self.labels = Labels()

    def attach(self, world: World) -> None:
        world.kernel.listen(self._action)

    def _action(self, action: Action, _number: int) -> None:
        self.labels.perform(action.label())


# -- what is tried


def tries(run: Run, performed: Sequence[str], fitted: int, amount: int) -> Iterator[Try]:
    """Give *amount* schedules around that of *run*: first those that mean the same where labels are called otherwise,
    then what its seed gives, then those that begin as it does, stray from it, or have nothing of it.

    Args:
        run: what is looked for; its deviations do not lead there any more.
        performed: the labels of what is performed where it is followed, in order.
        fitted: how many of its deviations fit in a row from the first on.
        amount: how many.
    """
    several = _all_tries(run, performed, fitted)
    yield from (each for each, _ in zip(several, range(amount), strict=False))


def _all_tries(run: Run, performed: Sequence[str], fitted: int) -> Iterator[Try]:
    deviations, plain = run.deviations or [], msgspec.structs.replace(run, deviations=None)
    if deviations:
        yield from _meant(plain, deviations, performed)
    yield Try(plain, lambda _labels: make_scheduler(run.strategy), by_seed=True)
    number = 0
    while True:
        number += 1
        seed = derive_seed(run.seed, "search", number)
        yield _around(plain, deviations, fitted, number, seed)


def _meant(plain: Run, deviations: Sequence[Deviation], performed: Sequence[str]) -> Iterator[Try]:
    """Give what *deviations* may mean in a source in which processes and actions are counted otherwise."""
    ordered = by_order(deviations, performed)
    for each in (*([] if ordered is None else [ordered]), *moved(deviations)):
        yield Try(plain, partial(_following, each))


def _following(deviations: Sequence[Deviation], labels: Labels) -> Scheduler:
    return Following(deviations, labels, strict=False)


def _around(plain: Run, deviations: Sequence[Deviation], fitted: int, number: int, seed: int) -> Try:
    """Return the schedule of that *number*, which takes its chance from *seed*."""
    match number % 4:
        case 1:
            # A part of the schedule, then any.
            part = deviations[: Choices(seed).stream("part").below(fitted + 1)]
            return Try(plain, lambda labels: Around(part, labels, make_scheduler("uniform"), seed, every=1))
        case 2:
            return Try(plain, lambda labels: Around(deviations, labels, make_scheduler("uniform"), seed, every=STRAYS))
        case 3:
            run = msgspec.structs.replace(plain, seed=seed, strategy="uniform")
            return Try(run, lambda _labels: make_scheduler("uniform"), by_seed=True)
        case _:
            return Try(plain, lambda labels: Around((), labels, make_scheduler("pct:3"), seed, every=1))


class Around:
    """Follows deviations as far as they fit, and else lets another pick.

    Args:
        deviations: what is followed.
        labels: of the run.
        other: who picks otherwise: where *every* is 1 once nothing is left to be followed, else at one decision in so
            many at which nothing is.
        seed: what the other takes its chance from, so that the world's own stays as it is.
        every: as said.
    """

    name = "around"
    _chance: Stream

    def __init__(
        self, deviations: Sequence[Deviation], labels: Labels, other: Scheduler, seed: int, *, every: int
    ) -> None:
        self._following = Following(deviations, labels, strict=False)
        self._other = other
        self._seed = seed
        self._every = every

    def begin(self, choices: Choices) -> None:
        """Take chance from the seed of the schedule, and none from the world's."""
        own = Choices(self._seed)
        self._chance = own.stream("around")
        self._other.begin(own)

    def pick(self, ready: list[Action]) -> int:
        """Return the index of what the deviations name, or the other's choice."""
        if self._every == 1 and self._following.over:
            return self._other.pick(ready)
        before = self._following.fitted
        index = self._following.pick(ready)
        strays = self._every > 1 and self._following.fitted == before and not self._chance.below(self._every)
        return self._other.pick(ready) if strays else index
