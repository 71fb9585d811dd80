"""Another schedule, but for a few decisions that are taken otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices
    from simcore.kernel.scheduler import Scheduler


class Deviating:
    """Pick as another scheduler does, except at some decisions.

    With the oldest first these few numbers are all that makes a schedule another one, so whoever shrinks them comes to
    the oldest first.

    Args:
        scheduler: who decides all else.
        deviations: the number of a decision, counted from 0, and which of what is enabled then it takes, the oldest
            first; past the last it begins anew.
    """

    name = "deviating"

    def __init__(self, scheduler: Scheduler, deviations: Sequence[tuple[int, int]]) -> None:
        self._scheduler = scheduler
        self._deviations = dict(deviations)
        self._decisions = 0

    def __repr__(self) -> str:
        return f"Deviating({self._scheduler!r}, {tuple(self._deviations.items())})"

    def begin(self, choices: Choices) -> None:
        """Take what the other scheduler takes."""
        self._scheduler.begin(choices)
        self._other: Callable[[list[Action]], int] = self._scheduler.pick

    def pick(self, ready: list[Action]) -> int:
        """Return where this decision deviates to, else what the other scheduler says."""
        # It is asked at every decision, so that what it draws later does not move.
        other, decision = self._other(ready), self._decisions
        self._decisions += 1
        return self._deviations[decision] % len(ready) if decision in self._deviations else other
