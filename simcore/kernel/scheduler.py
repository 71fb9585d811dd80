"""Who decides what happens next: the protocol of schedulers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices


class Scheduler(Protocol):
    """Who decides what happens next. One object serves one run."""

    name: str

    def begin(self, choices: Choices) -> None:
        """Take what chance the run has to give."""

    @property
    def pick(self) -> Callable[[list[Action]], int]:
        """Return the index of the action that happens next. What is ready is at least two, the oldest enabled first.

        A method fits, and so does a function that was made by ``begin``.
        """
        ...
