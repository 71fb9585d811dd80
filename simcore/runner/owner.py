"""Whose runs those of ``run`` are: the item whose body calls it is judged by what they show, or nobody is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.errors import first_raised
from simcore.model.nested import leave
from simcore.model.outcome import CAUGHT, Outcome, Remark, Verdict
from simcore.model.text import cut
from simcore.programs.tally import ProgramTally
from simcore.runner.abandoned import left
from simcore.runner.conclusion import ERROR_LENGTH_MAX, concluded
from simcore.runner.judging import Judged, judge
from simcore.runner.late import decisive
from simcore.runner.threads import threads_heard
from simcore.runner.unraised import unraised_heard

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from simcore.catalog.properties import ProjectProperties
    from simcore.model.options import Options
    from simcore.runner.abandoned import Left
    from simcore.runner.late import Late
    from simcore.runner.sometimes import Sightings
    from simcore.runner.threads import Threads
    from simcore.world.world import World


@dataclass(slots=True, eq=False)
class Owner:
    """Who calls ``run``.

    Args:
        held: the properties that are asked of its worlds.
        options: of those worlds.
        root: the folder that they start from.
        sightings: who asks the ``sometimes`` of each world at the end of its run; None where somebody does it later.
        is_item: whether it is an item, which goes on after the run and is judged when it is over.
        id: of the item.
    """

    held: ProjectProperties
    options: Options
    root: Path | None
    sightings: Sightings | None = None
    is_item: bool = False
    id: str = ""
    runs: int = 0
    """How often ``run`` was called."""
    worlds: list[World] = field(default_factory=list)
    """The worlds of the runs, in their order, since they were told last."""
    failed_in: World | None = None
    """The world whose failure is what the body ended by."""
    late: list[Late] = field(default_factory=list)
    """What was raised in the body, or in a world, where it could end nothing."""
    threads: Threads | None = None
    """Those that its body starts."""
    tally: ProgramTally = field(default_factory=ProgramTally)
    """What the programs have reached that it has played."""
    _left: BaseException | None = None
    _told: Left | None = None
    """How the worlds of the example were left that is under way, once they are over."""
    _unconcluded: list[World] = field(default_factory=list)
    _failures: list[tuple[BaseException, World]] = field(default_factory=list)

    def begin(self, world: World) -> None:
        """Hear that *world* is about to be run."""
        self.runs += 1
        if self.is_item:
            self.worlds.append(world)

    def passed(self, world: World, *, by_itself: bool) -> None:
        """Hear that the run of *world* passed; *by_itself* is whether nobody else accounts for the ends in it."""
        if self.sightings is not None and self.held.sometimes:
            self.sightings.ask(world)
        if self.is_item and by_itself:
            # The body is going to look at the world that it is handed.
            self._unconcluded.append(world)

    def failed(self, world: World, error: BaseException) -> None:
        """Hear what a run of *world* is about to raise. Inside of another run it is heard twice."""
        known = any(each is error for each, _ in self._failures)
        if self.is_item and not known and not _is_no_failure(error):
            self._failures.append((error, world))

    def let_go(self, error: BaseException | None) -> None:
        """Hear by what the body has ended: that is judged by itself, and was caught by nobody."""
        self._left = error
        for each in [each for each in self._failures if each[0] is error]:
            self.failed_in = each[1]
            self._failures.remove(each)

    def concluded(self, outcome: Outcome) -> Outcome:
        """Return the *outcome* of the body with what is to be said of the worlds that it ran and left."""
        # The body may have let one go on by itself, and have swallowed what came of that.
        found = [None if each is self._left else each for each in map(_swallowed, self._unconcluded)]
        ends = [concluded(world, judge(each)) for world, each in zip(self._unconcluded, found, strict=True)]
        worse = [each for each in ends if each.verdict is not Verdict.PASSED]
        if worse and outcome.verdict is Verdict.PASSED:
            outcome = msgspec.structs.replace(worse[0], remarks=outcome.remarks)
        said = [remark for each in ends for remark in each.remarks]
        said += self._caught()
        return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *said))

    def refuse_late(self) -> None:
        """Let the worlds of an example be over, whose test has passed.

        Raises:
            StepTimeout: a coroutine did not give control back.
            Judged: something was raised on its way out that counts.
        """
        if self.threads is not None:
            self.threads.rest()
        told = self._told = left(self.worlds, self.late)
        self.worlds = []
        self.late.clear()
        timeout, told.timeout = told.timeout, None
        if timeout is not None:
            raise timeout
        if (first := decisive(told.late)) is not None:
            told.late.remove(first)
            raise Judged(first.over(judge(None)))

    def remarks(self) -> list[Remark]:
        """Return what is to be remarked of the worlds of an example that is over, and forget them."""
        outcome = self.concluded(judge(None))
        told = left(self.worlds, self.late)
        outcome = told.told(outcome if self._told is None else self._told.told(outcome))
        self.worlds, self._unconcluded, self._failures, self._left, self._told = [], [], [], None, None
        self.late.clear()
        worse = [] if outcome.verdict is Verdict.PASSED else [Remark(outcome.property, outcome.message)]
        return [*outcome.remarks, *worse]

    def _caught(self) -> list[Remark]:
        if not self._failures:
            return []
        amount, first = len(self._failures), judge(self._failures[0][0])
        said = cut(f"{first.property}: {first.message.partition(chr(10))[0]}", ERROR_LENGTH_MAX)
        several = f"{amount:,} failures of run(...) were caught by the test itself, the first"
        one = "1 failure of run(...) was caught by the test itself"
        return [Remark(CAUGHT, f"{one if amount == 1 else several}: {said}")]


def _swallowed(world: World) -> BaseException | None:
    return first_raised(world.failure, world.ending)


def _is_no_failure(error: BaseException) -> bool:
    """Tell whether *error* says nothing of what was run: Hypothesis leaves an example by some, a test is skipped."""
    hypothesis = sys.modules.get("hypothesis.errors")
    leaving = (hypothesis.HypothesisException, hypothesis.StopTest) if hypothesis else ()
    return isinstance(error, leaving) or judge(error).verdict is Verdict.SKIPPED


# Of the module, because `run` is called inside the user's own code, past anything that could be handed down, and
# wherever that has gone meanwhile.
_owners: Final[list[Owner]] = []


@contextmanager
def owning(owner: Owner) -> Generator[Owner, None, None]:
    """Let what ``run`` is called for inside the block be for *owner*."""
    _owners.append(owner)
    try:
        with unraised_heard(owner.late), threads_heard(owner.id, owner.late) as owner.threads:
            yield owner
            owner.threads.rest()
    finally:
        leave(_owners, owner)


def innermost() -> Owner | None:
    """Return the item whose body is running, or None."""
    return _owners[-1] if _owners else None
