"""Every enabled action alike: a uniformly random walk through the schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.choices import Choices, checked_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.action import Action


# The naive random scheduler of P. Thomson, A. F. Donaldson, A. Betts, "Concurrency Testing Using Controlled Schedulers:
# An Empirical Study", ACM TOPC 2(4), 2016. It is uniform at each choice and not over whole schedules: one that has few
# choices is drawn more often than one that has many.
class Uniform:
    """Pick uniformly over the enabled actions, from the stream ``schedule`` of the run's choices.

    Args:
        seed: where the strategy is given to a world by itself, the seed of its choices; None leaves it to the run.

    Raises:
        UsageError: *seed* is none.
    """

    name = "uniform"

    def __init__(self, seed: int | None = None) -> None:
        self.seed: int | None = None if seed is None else checked_seed(seed)

    def __repr__(self) -> str:
        return "Uniform()" if self.seed is None else f"Uniform({self.seed})"

    def begin(self, choices: Choices) -> None:
        """Take the stream of the schedule."""
        source = choices if self.seed is None else Choices(self.seed)
        self._place = source.stream("schedule").place

    @property
    def pick(self) -> Callable[[list[Action]], int]:
        """The function that returns any index of what is ready."""
        return self._place
