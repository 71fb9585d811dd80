"""Who is told how a run goes on, and in which order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.item import ItemFacts
    from simcore.model.outcome import ItemResult


class Listener(Protocol):
    """Who is told how a run goes on. What is slow or rare is the listener's own business."""

    def started(self, items: int) -> None:
        """The run begins."""

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """More schedules of *item* have run, so many in all; other items may be running too."""

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """A failure was found and its case is saved."""

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """The item is done, and a failure has its story."""


class InOrder:
    """Tells of items in their order, in whatever order they are played: what is early waits."""

    def __init__(self) -> None:
        self.first: int = 0
        """The number of the first item that is not done."""
        self._waiting: dict[int, deque[Callable[[], None]]] = {}
        self._done: set[int] = set()

    def tell(self, number: int, event: Callable[[], None]) -> None:
        """Let *event* of item *number* happen when it is its turn."""
        self._waiting.setdefault(number, deque()).append(event)
        self._on()

    def done(self, number: int) -> None:
        """Hear that no more will come of item *number*."""
        self._done.add(number)
        self._on()

    def _on(self) -> None:
        while True:
            waiting = self._waiting.get(self.first)
            while waiting:
                # Gone before it happens: what leaves it must not make it happen again.
                waiting.popleft()()
            if self.first not in self._done:
                return
            self.first += 1
