"""Who is told how a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simcore.catalog.item import Item
    from simcore.model.outcome import ItemResult


class Listener(Protocol):
    """Who is told how a run goes on. What is slow or rare is the listener's own business."""

    def started(self, items: int) -> None:
        """The run begins."""

    def progressed(self, item: Item, schedules: int, failures: int) -> None:
        """One more schedule of *item* has run."""

    def failed(self, item: Item, result: ItemResult) -> None:
        """A failure was found and its case is saved; nothing else was done with it yet."""

    def finished(self, item: Item, result: ItemResult) -> None:
        """The item is done, and a failure has its story."""
