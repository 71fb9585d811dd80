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

T = TypeVar("T")


class Unawaited(dict["Request[Any]", None]):
    """The operations of one process that were made and not awaited yet, the oldest first."""

    __slots__ = ("abandoned",)

    def __init__(self) -> None:
        super().__init__()
        self.abandoned: bool = False
        """Whether nobody holds the world any more, so that there is nobody whom an operation could ask."""


class Request(Generic[T]):
    """An awaitable that hands one operation to the runtime and answers what it gives.

    It remembers the line that made it, so that a call which is never awaited can be told with its place.
    """

    __slots__ = ("_instruction", "_operation", "_unawaited", "code")
    DEPTH = 2
    """How many frames up the caller's own line is: one for the method of the process handle."""
    # Most answers are handed on as they are, and a flag costs less than a call for each of them.
    READS = False

    def __init__(self, unawaited: Unawaited, operation: Operation) -> None:
        frame = sys._getframe(self.DEPTH)
        self.code: CodeType = frame.f_code
        # Which line this is of is a search through the code's table; it is made only where somebody asks.
        self._instruction = frame.f_lasti
        self._unawaited = unawaited
        self._operation = operation
        unawaited[self] = None

    @property
    def verb(self) -> str:
        """The name of the operation."""
        return self._operation.word()

    @property
    def line(self) -> int | None:
        """The line that made the call."""
        # Positions are listed by instruction, and an instruction has two bytes.
        return next(islice(self.code.co_positions(), self._instruction // 2, None))[0]

    def __await__(self) -> Generator[Operation, Any, T]:
        unawaited = self._unawaited
        unawaited.pop(self, None)
        if unawaited.abandoned:
            raise GeneratorExit
        try:
            # Yielded from here and not through further generators: measured, one level more takes an eighth of the
            # speed of a message, four levels more than half.
            answer: Any = yield self._operation
        except GeneratorExit:
            # Nobody holds the world any more: whatever a ``finally`` on the way out asks for, there is nobody to ask.
            unawaited.abandoned = True
            raise
        value: T = self.read(answer) if self.READS else answer
        return value

    def read(self, answer: Any) -> T:
        """Return what the runtime's *answer* is for the process, where ``READS`` says that it is something else."""
        raise NotImplementedError


class Receive(Request[Any]):
    """A call whose answer is ``(value, ok)``; a closed channel is an error here."""

    __slots__ = ()
    READS = True

    def read(self, answer: tuple[Any, bool]) -> Any:
        value, ok = answer
        if not ok:
            raise NotFound("channel closed")
        return value
