"""One run of one item: all that decides what happens in it, as a plain value."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from simcore.model.durations import MINUTE
from simcore.model.options import Options

SETTLE_NS: Final = MINUTE
"""How long the world of an application's test is driven on after it has passed, where nobody says otherwise."""


class ItemReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which item a run is of, so that it can be found again in another process or on another day.

    Args:
        id: the item's id.
        digest: the digest of its source when the run was made.
        target: the target as it was given; a hint, outside every digest.
    """

    id: str
    digest: str
    target: str = ""


# A schedule as its departures from a deterministic one: M. Emmi, S. Qadeer, Z. Rakamaric, "Delay-Bounded Scheduling",
# POPL 2011. There a departure passes over the thread whose turn it is; here it takes any of the enabled actions, and
# their number is no bound of the search.
class Deviation(msgspec.Struct, frozen=True):
    """One choice that was not the oldest enabled action.

    Args:
        at: the label of the oldest enabled action.
        of: how many actions were enabled.
        take: the label of the action that was picked instead.
    """

    at: str
    of: int
    take: str


class Run(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run. A case holds one, a token prints one, a stage plays one, and another process is handed one.

    Args:
        item: whose run it is.
        seed: all chance of its world derives from it.
        strategy: the name of the schedule's strategy.
        options: of its world.
        settle_ns: of the test of an application: for how many nanoseconds of virtual time its world is driven on after
            it has passed. 0 is not at all, as it was in all runs before there was this.
        deviations: a schedule that is written down; None where strategy and seed decide it.
        arguments: of a property its arguments by name, as plain data; else None.
        seeds: of a property the seeds of its runs that were called without one, in order; else None.
        drawn: of a property what its test drew itself, in order, as plain data; else None.
    """

    item: ItemReference
    seed: int
    strategy: str = "fifo"
    options: Options = Options()
    settle_ns: int = 0
    deviations: list[Deviation] | None = None
    arguments: dict[str, Any] | None = None
    seeds: list[int] | None = None
    drawn: list[Any] | None = None
