"""The determinism check: each seed in two fresh processes that have nothing in common, and in a used one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.leaks.host import KINDS
from simcore.campaign.leaks.kinds import BESIDE_MAX, after_others, likely
from simcore.campaign.leaks.sides import Sides, difference
from simcore.campaign.schedules import ENDLESS
from simcore.limits.limit import OPTION, Limit
from simcore.model.errors import InternalError, StepTimeout
from simcore.model.options import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from simcore.campaign.leaks.question import Side
    from simcore.catalog.item import Item
    from simcore.model.run import Run
    from simcore.runner.plan import Plan

BEFORE: Final = 3
"""So many of its own runs are played there, before those that are compared."""
FRESH: Final = ("with PYTHONHASHSEED=0", "with PYTHONHASHSEED=1 and all else another way")
USED: Final = ("in a fresh process", "in a used one")


_ENDLESS: Final = {*BOUNDS, "livelock"}
"""What becomes of a run that never ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the processes said that played one seed.

    Args:
        item: what was run.
        schedule, seed: how.
        difference: the first difference in lines, with both sides; empty where they are the same.
        kinds: in words what makes it differ; only of the first schedule of an item that differs.
        outlived: in words what the runs of the item leave behind, once it is over and none differed for it.
        unplayed: how the process ended that was to play it, or what never gave control back there; empty where it was
            played to its end.
        left_out: why no more of the item is played, and how much was left out; empty where all goes on.
    """

    item: Item
    schedule: int
    seed: int
    difference: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    outlived: list[str] = field(default_factory=list)
    unplayed: str = ""
    left_out: str = ""

    @property
    def same(self) -> bool:
        """Whether all sides saw the same run."""
        return not self.difference and not self.unplayed


def check(items: Sequence[Item], plan: Plan, limit: Limit) -> Iterator[Checked]:
    """Run each schedule of each item in three processes and compare what they saw, line by line.

    Two are fresh, and of what the host gives each finds another; the third has played before.

    Args:
        items: scenarios and tests; a property draws its own programs and is left out.
        plan: how many schedules, from which seed.
        limit: how long one step may take.
    """
    checked = [item for item in items if item.kind != "property" and not item.error]
    with Sides(limit) as sides:
        for item in checked:
            beside = [_runs(each, plan, 1)[0] for each in checked if each is not item and _file(each) == _file(item)]
            yield from _ItemCheck(sides, item, _runs(item, plan, plan.schedules or 1), beside[:BESIDE_MAX]).checked()


def _runs(item: Item, plan: Plan, amount: int) -> list[Run]:
    return plan.runs(item, plan.search(), range(1, amount + 1))


def _in_short(mistake: InternalError) -> str:
    """Return the first line of *mistake*, and the last of the traceback that follows."""
    first, *rest = str(mistake).strip().splitlines()
    return " ".join((first, *rest[-1:]))


def _file(item: Item) -> str:
    return item.id.partition("::")[0]


class _ItemCheck:
    """The check of one item.

    Args:
        sides: who plays.
        item: which.
        runs: of it.
        beside: runs of others of its file.
    """

    def __init__(self, sides: Sides, item: Item, runs: list[Run], beside: list[Run]) -> None:
        self._sides = sides
        self._item = item
        self._runs = runs
        self._own = list(islice(cycle(runs), BEFORE))
        self._before = [*beside, *self._own]
        self._differs = False
        self._outlived: list[str] = []
        self._kinds: list[str] = []
        self._bounds: list[str] = []
        """Of each run the bound that it has reached, or nothing."""

    def checked(self) -> Iterator[Checked]:
        """Give what became of each run."""
        with closing(self._used()) as used:
            for schedule, run in enumerate(self._runs, 1):
                found = self._checked(schedule, run, used)
                left_out = self._left_out()
                yield replace(found, left_out=left_out)
                if left_out:
                    return

    def _used(self) -> Generator[Side, None, None]:
        """Give what a used process sees of each run; without the other items where these end it."""
        for before in (self._before, self._own):
            with closing(self._sides.ask(self._runs, before=before)) as sides:
                try:
                    first = next(sides)
                except (WorkerDied, InternalError):
                    if before is self._own:
                        raise
                    continue
                yield first
                yield from sides
                return

    def _checked(self, schedule: int, run: Run, used: Iterator[Side]) -> Checked:
        try:
            found = self._difference(run, used)
        except WorkerDied as death:
            if death.late is not None:
                return self._late(schedule, run, death.late)
            self._bounds.append("")
            return Checked(item=self._item, schedule=schedule, seed=run.seed, unplayed=str(death))
        except StepTimeout as late:
            return self._late(schedule, run, late)
        except InternalError as mistake:
            # Mostly what the user's code has left broken in that process; the others can be checked all the same.
            self._bounds.append("")
            return Checked(item=self._item, schedule=schedule, seed=run.seed, unplayed=_in_short(mistake))
        first = bool(found) and not self._differs
        self._differs = self._differs or first
        last = schedule == len(self._runs) and not self._differs
        return Checked(
            item=self._item,
            schedule=schedule,
            seed=run.seed,
            difference=found,
            kinds=self._kinds if first else [],
            outlived=self._outlived if last else [],
        )

    def _late(self, schedule: int, run: Run, late: StepTimeout) -> Checked:
        self._bounds.append(OPTION)
        return Checked(item=self._item, schedule=schedule, seed=run.seed, unplayed=late.message)

    def _left_out(self) -> str:
        """Say that no more is played, where each of the first runs has reached the same bound, and what was so."""
        left = len(self._runs) - len(self._bounds)
        if not left or len(self._bounds) != ENDLESS or len(set(self._bounds)) > 1 or not self._bounds[0]:
            return ""
        was = "was" if left == 1 else "were"
        bound = self._bounds[0]
        return f"{bound} was reached in each of the first {ENDLESS} schedules, so {left:,} more {was} not played"

    def _difference(self, run: Run, used: Iterator[Side]) -> list[str]:
        """Return the first difference, and note what makes it where this is the first of the item."""
        one, other = self._sides.ask_one(run), self._sides.ask_one(run, others=KINDS)
        again = next(used, None)
        for side in (one, other):
            if side.outcome.property == OPTION:
                # How far it came until it was stopped is not the program's to decide.
                raise StepTimeout(side.outcome.message)
        self._bounds.append(one.outcome.property if one.outcome.property in _ENDLESS else "")
        found = difference(one, other, FRESH)
        if found and not self._differs:
            self._kinds = likely(self._sides, run, self._own)
        # A used process that has ended in an earlier run was told then.
        if found or again is None:
            return found
        self._outlived, self._kinds = again.outlived, after_others(again)
        return difference(one, again, USED)
