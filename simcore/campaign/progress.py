"""How far one item has come: what an interrupt leaves of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.outcome import CAUGHT, DEADLOCK_CAUGHT, UNJUDGED, UNSETTLED, ItemResult, Remark, Verdict, amounts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.model.item import ItemFacts
    from simcore.model.reached import Reached

REMARKS_MAX: Final = 100
"""How many different remarks of one item are kept."""
_TOLD_ONCE: Final = (CAUGHT, DEADLOCK_CAUGHT, UNJUDGED, UNSETTLED)
"""Their texts speak of one schedule, and another one tells nothing new."""


@dataclass(slots=True)
class ItemProgress:
    """One item that is explored.

    Args:
        item: which.
    """

    item: ItemFacts
    schedules: int = 0
    examples: int | None = None
    """Of a property; those of other items are None."""
    shrinking: int = 0
    failures: int = 0
    cpu_s: float = 0.0
    """CPU seconds of those who played it."""
    bounds: dict[str, int] = field(default_factory=dict)
    """How often each bound was reached, by its name."""
    remarks: dict[tuple[str, str], Remark] = field(default_factory=dict)
    """What was remarked, by kind and text; where the first text stands for all of the kind, by that alone."""
    reached: Reached | None = None
    """What the drawn programs of a property have reached."""
    found: ItemResult | None = None
    """The first failure, from the moment at which its case was saved."""

    @property
    def amount(self) -> int:
        """How many schedules were played, of a property without any how many examples were tried."""
        return self.schedules or self.examples or 0

    def bound(self, name: str) -> None:
        """Count a schedule that reached the bound *name*."""
        self.bounds[name] = self.bounds.get(name, 0) + 1

    def remark(self, schedule: int, remarks: Iterable[Remark]) -> None:
        """Count what was remarked in *schedule*; the same text is the same remark."""
        for each in remarks:
            key = (each.kind, "" if each.kind in _TOLD_ONCE else each.text)
            before = self.remarks.get(key)
            if before is not None:
                self.remarks[key] = msgspec.structs.replace(before, schedules=before.schedules + each.schedules)
            elif len(self.remarks) < REMARKS_MAX:
                self.remarks[key] = msgspec.structs.replace(each, first=schedule)

    def told(self, result: ItemResult) -> ItemResult:
        """Return *result* with the figures as they stand."""
        schedules = max(self.schedules, result.schedules)
        return msgspec.structs.replace(
            result,
            schedules=schedules,
            examples=self.examples,
            shrinking=self.shrinking,
            bounds=self.bounds,
            remarks=list(self.remarks.values()),
            reached=msgspec.UNSET if self.reached is None else self.reached,
        )

    def interrupted(self) -> ItemResult:
        """Return what there is: the failure that was found, or how many schedules have passed."""
        return self.told(
            self.found
            or ItemResult(
                id=self.item.id,
                verdict=Verdict.INCONCLUSIVE,
                property="interrupted",
                message=f"interrupted after {amounts(self.schedules, self.examples)}",
            )
        )
