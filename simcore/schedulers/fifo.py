"""The oldest enabled action first: the baseline that every other schedule deviates from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices


class Fifo:
    """Pick the oldest enabled action. It leaves nothing to chance."""

    name = "fifo"

    def begin(self, choices: Choices) -> None:
        """There is nothing to take."""

    def pick(self, ready: list[Action]) -> int:
        """Return 0: *ready* has the oldest first."""
        return 0

    def __repr__(self) -> str:
        return "Fifo()"
