"""Priorities that change at few places: finds what needs a few orders, each with a known chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.schedulers.search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices
    from simcore.model.outcome import Outcome

LENGTH_LEAST: Final = 100
"""The length that is assumed of a run before any was seen, and of shorter ones."""


# S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
# Finding Bugs", ASPLOS 2010. Departures: what has a priority is a process (its creator path) and not a thread; its
# priority is drawn when it is first enabled, at a random place among those that are known, since nobody knows how many
# there will be; and only choices between several count as steps.
class Pct:
    """Pick the process with the highest priority; at ``depth - 1`` of the run's choices who is highest becomes lowest.

    Args:
        depth: how many orders the bug is thought to need, at least 1.
        length: how many choices the run is thought to have; the places of the changes are drawn from it.
    """

    name = "pct"

    def __init__(self, depth: int = 3, length: int = LENGTH_LEAST) -> None:
        self._depth = depth
        self._length = length
        self._ranks: dict[str, int] = {}
        self._order: list[str] = []
        """All that were seen, the lowest first."""

    def begin(self, choices: Choices) -> None:
        """Draw the places of the changes."""
        self._below = choices.stream("schedule").below
        self._changes = {self._below(self._length) for _ in range(self._depth - 1)}
        self._step = 0

    def pick(self, ready: list[Action]) -> int:
        """Return the index of the oldest action of the process that is highest."""
        index = self._highest(ready)
        if self._step in self._changes:
            self._lower(ready[index].label().path)
            index = self._highest(ready)
        self._step += 1
        return index

    def _highest(self, ready: list[Action]) -> int:
        paths = [action.label().path for action in ready]
        for path in paths:
            if path not in self._ranks:
                self._insert(path, self._below(len(self._order) + 1))
        # Only now: whoever is new moves the others up.
        ranks = [self._ranks[path] for path in paths]
        return ranks.index(max(ranks))

    def _lower(self, path: str) -> None:
        self._order.remove(path)
        self._insert(path, 0)

    def _insert(self, path: str, place: int) -> None:
        self._order.insert(place, path)
        self._ranks = {each: rank for rank, each in enumerate(self._order)}


class PctSearch(Search):
    """Takes the length of a run from the longest so far; of the first round nothing is known.

    Args:
        strategy: as of every search.
        depth: see ``Pct``.
        length: where it is fixed; 0 where it is taken from the runs.
    """

    ahead = 0

    def __init__(self, strategy: str, depth: int = 3, length: int = 0) -> None:
        super().__init__(strategy)
        self._depth = depth
        self._fixed = length
        self._longest = 0

    def name(self) -> str:
        """Return the scheduler with the length as it is known."""
        # Half as long again, since another schedule may be longer than all so far.
        length = self._fixed or max(self._longest * 3 // 2, LENGTH_LEAST)
        return f"pct:{self._depth},{length}"

    def told(self, outcomes: Sequence[Outcome]) -> None:
        """Hear how many choices each run had."""
        self._longest = max([self._longest, *(outcome.decisions for outcome in outcomes)])
