"""Which scheduler plays each schedule of an item: what lives across them, and hears what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.outcome import Outcome

ROUND: Final = 16
"""How many schedules are asked for at once. It is the same however many play them, and so is the search."""


class Search:
    """The search through the schedules of one item. This one learns nothing: each is played by the same scheduler.

    It is asked for one round after the other, each once, and told the outcomes of each round in order. One that learns
    says in ``ahead`` how much of it may be missing when it is asked.

    Args:
        strategy: name and parameters of the scheduler, as ``--strategy`` takes them.
    """

    ahead: int = 1_000
    """How many rounds may be asked for that no outcome was told of yet, besides the one that is asked for."""

    def __init__(self, strategy: str) -> None:
        self.strategy: str = strategy

    def round(self, schedules: Sequence[int]) -> list[str]:
        """Return the scheduler of each of *schedules* (numbers from 1), with its parameters as used."""
        # What fails oldest first needs no search, and has no deviation in its case.
        return ["fifo" if schedule == 1 else self.name() for schedule in schedules]

    def name(self) -> str:
        """Return the scheduler of a schedule after the first."""
        return self.strategy

    def told(self, outcomes: Sequence[Outcome]) -> None:
        """Hear what became of a round; fewer outcomes than schedules where the item ended in it."""
