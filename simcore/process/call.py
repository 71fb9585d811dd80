"""What an operation of a Python process is before it is awaited; one that never is can be noticed."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from simcore.model.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import CodeType

    from simcore.model.operations import Operation
    from simcore.process.python import PythonFrontEnd

T = TypeVar("T")


class Call(Generic[T]):
    """An awaitable that hands one operation to the runtime and answers what it gives.

    It remembers the line that made it, so that a call which is never awaited can be told with its place.
    """

    __slots__ = ("_front", "_instruction", "_operation", "code")
    DEPTH = 2
    """How many frames up the caller's own line is: one for the method of the process handle."""
    READS = False

    def __init__(self, front: PythonFrontEnd, operation: Operation) -> None:
        frame = sys._getframe(self.DEPTH)
        self.code: CodeType = frame.f_code
        # Which line this is of is a search through the code's table; it is made only where somebody asks.
        self._instruction = frame.f_lasti
        self._front = front
        self._operation = operation
        front.unawaited[self] = None

    @property
    def verb(self) -> str:
        """The name of the operation."""
        return type(self._operation).__name__

    @property
    def line(self) -> int | None:
        """The line that made the call."""
        return next(islice(self.code.co_positions(), self._instruction // 2, None))[0]

    def __await__(self) -> Generator[Operation, Any, T]:
        front = self._front
        front.unawaited.pop(self, None)
        if front.abandoned:
            raise GeneratorExit
        try:
            answer: Any = yield self._operation
        except GeneratorExit:
            # Nobody holds the world any more: whatever a ``finally`` on the way out asks for, there is nobody to ask.
            front.abandoned = True
            raise
        value: T = self.read(answer) if self.READS else answer
        return value

    def read(self, answer: Any) -> T:
        """Return what the runtime's *answer* is for the process, where ``READS`` says that it is something else."""
        raise NotImplementedError


class Receive(Call[Any]):
    """A call whose answer is ``(value, ok)``; a closed channel is an error here."""

    __slots__ = ()
    READS = True

    def read(self, answer: tuple[Any, bool]) -> Any:
        value, ok = answer
        if not ok:
            raise NotFound("channel closed")
        return value
