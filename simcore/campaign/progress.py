"""How far one item has come: what an interrupt leaves of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from simcore.model.outcome import ItemResult, Verdict

if TYPE_CHECKING:
    from simcore.model.item import ItemFacts


@dataclass(slots=True)
class ItemProgress:
    """One item that is explored.

    Args:
        item: which.
    """

    item: ItemFacts
    schedules: int = 0
    failures: int = 0
    cpu_s: float = 0.0
    """CPU seconds of those who played it."""
    bounds: dict[str, int] = field(default_factory=dict)
    """How often each bound was reached, by its name."""
    found: ItemResult | None = None
    """The first failure, from the moment at which its case was saved."""

    def bound(self, name: str) -> None:
        """Count a schedule that reached the bound *name*."""
        self.bounds[name] = self.bounds.get(name, 0) + 1

    def told(self, result: ItemResult) -> ItemResult:
        """Return *result* with the figures as they stand."""
        schedules = max(self.schedules, result.schedules)
        return msgspec.structs.replace(result, schedules=schedules, bounds=self.bounds)

    def interrupted(self) -> ItemResult:
        """Return what there is: the failure that was found, or how many schedules have passed."""
        amount = f"{self.schedules} schedule{'s' * (self.schedules != 1)}"
        return self.told(
            self.found
            or ItemResult(
                id=self.item.id,
                verdict=Verdict.INCONCLUSIVE,
                property="interrupted",
                message=f"interrupted after {amount}",
            )
        )
