"""What moves in this process: how many actions were performed in all, and who acts."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from simcore.model.nested import leave

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import FrameType


class Moving(Protocol):
    """What performs actions, one after the other: the kernel of a world."""

    actions: int

    def acting(self, frame: FrameType, inner: FrameType | None) -> str | None:
        """Return who acts, where *frame* is the one of its loop, which has called *inner*; else None."""
        ...


_running: Final[list[tuple[Moving, int]]] = []
"""Those whose loop runs, the innermost last, and at how many actions that began."""
_before: Final = [0]
"""How many steps were counted that belong to none of these."""


@contextmanager
def moving(each: Moving) -> Generator[None, None, None]:
    """Count what *each* performs inside the block. It costs nothing for each action: who looks asks how many there
    were."""
    entry = (each, each.actions)
    _running.append(entry)
    try:
        yield
    finally:
        leave(_running, entry)
        _before[0] += each.actions - entry[1]


def step_done() -> None:
    """Count a step that is no action of a world, such as an example of a property."""
    _before[0] += 1


def steps_done() -> int:
    """Return how many steps were done in this process. Another number means that something was done.

    A module more is a step as well: what a file imports may take its time, and is no endless loop.
    """
    return len(sys.modules) + _before[0] + sum(each.actions - begun for each, begun in _running)


def running() -> Iterator[Moving]:
    """Give those whose loop runs, the innermost first."""
    return (each for each, _ in reversed(_running))
