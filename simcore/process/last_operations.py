"""The last operations that one step may ask for: what it repeats where there were too many."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from simcore.model.repeats import at_the_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.operations import Operation
    from simcore.process.state.runtime import Handler

LAST: Final = 64
"""So many of the last operations that a step may ask for are noted, to say what it repeats."""
SHOWN: Final = 8
"""So many of them are told where they repeat nothing."""


class LastOperations:
    """The handlers of operations by their types, which note what they are asked for.

    Args:
        handlers: those of the world.
    """

    def __init__(self, handlers: Mapping[type, Handler]) -> None:
        self.handlers: Mapping[type, Handler] = handlers
        self._words: deque[str] = deque(maxlen=LAST)

    def get(self, kind: type[Operation]) -> Handler | None:
        """Return who handles operations of *kind*, or None."""
        handler = self.handlers.get(kind)
        self._words.append(kind.__name__ if handler is None else kind.word())
        return handler

    def turn(self) -> list[str]:
        """Return what is asked for again and again; where nothing is, what was asked for last."""
        words = list(self._words)
        cycle = at_the_end(words)
        return words[-SHOWN:] if cycle is None else words[-cycle.period :]
