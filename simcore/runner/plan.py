"""What is asked of a run: how many schedules, from which seed, by which strategy, in which worlds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.kernel.choices import derive_seed
from simcore.model.durations import format_duration
from simcore.model.errors import UsageError
from simcore.model.item import without_suffix
from simcore.model.options import Options
from simcore.model.run import SETTLE_NS, Run
from simcore.schedulers.registry import make_search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.catalog.run_settings import RunSettings
    from simcore.model.item import ItemFacts
    from simcore.schedulers.search import Search

SCHEDULES: Final = 100
"""How many schedules an item gets where neither it nor the user says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How each item is explored.

    Args:
        schedules: how many schedules; None leaves it to the item, else ``SCHEDULES``.
        base_seed: every seed derives from it.
        strategy: of the schedules after the first, which is always the oldest first; with its parameters.
        options: of every world.
        settle_ns: for how much virtual time the world of an application's test is driven on after it has passed.
        max_failures: after how many failures of an item to go on with the next.
        strict: whether an item that has shown nothing is an error.

    Raises:
        UsageError: a number is not positive, or the strategy unknown or its parameters wrong.
    """

    schedules: int | None = None
    base_seed: int = 0
    strategy: str = "uniform"
    options: Options = field(default_factory=Options)
    settle_ns: int = SETTLE_NS
    max_failures: int = 1
    strict: bool = False

    def __post_init__(self) -> None:
        for name in ("schedules", "max_failures"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name.replace('_', '-')} is a number of 1 or more, not {value}")
        self.search()

    def told(self, items: Sequence[ItemFacts]) -> str:
        """Return in words all that decides a run of *items*."""
        schedules = self.schedules or SCHEDULES
        amount = f"{schedules:,} schedule{'s' * (schedules != 1)}"
        if self.schedules is None and any(item.schedules for item in items):
            amount += ", or what an item asks for"
        if self.settle_ns != SETTLE_NS:
            amount += f" · settle {format_duration(self.settle_ns)}"
        strategy = "fifo" if self.strategy == "fifo" else f"fifo, then {self.strategy}"
        return f"base seed {self.base_seed} · {strategy} · {amount}"

    def seed(self, item_id: str, schedule: int) -> int:
        """Return the seed of the *schedule*-th run (from 1) of an item."""
        # By the item's id, so that an item run alone has the schedules that it has among all others.
        return derive_seed(self.base_seed, without_suffix(item_id), schedule)

    def search(self) -> Search:
        """Return a new search through the schedules of an item."""
        return make_search(self.strategy)

    def runs(self, item: ItemFacts, search: Search, schedules: Sequence[int]) -> list[Run]:
        """Return the runs of *schedules* (numbers from 1) of *item*, each by the scheduler that *search* says."""
        whole = Run(item=item.reference, seed=0, options=self.options, settle_ns=self._settle_ns(item))
        return [
            msgspec.structs.replace(whole, seed=self.seed(item.id, schedule), strategy=strategy)
            for schedule, strategy in zip(schedules, search.round(schedules), strict=True)
        ]

    def _settle_ns(self, item: ItemFacts) -> int:
        # Scenarios and properties say themselves how far their worlds are to go, and a boot has its minute.
        return self.settle_ns if item.kind == "test" else 0


def plan_of(settings: RunSettings, options: Options) -> Plan:
    """Return the plan that *settings* ask for; what they do not say is as a ``Plan`` has it by itself.

    Raises:
        UsageError: as ``Plan``.
    """
    said = {"base_seed" if name == "seed" else name: value for name, value in settings.said().items()}
    # One decides when a run is given up, the other which of the runs are played here, and neither how one goes.
    said.pop("step_timeout_ns", None)
    said.pop("shard", None)
    return Plan(options=options, **said)
