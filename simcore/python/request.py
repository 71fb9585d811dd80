"""What an operation of a Python process is before it is awaited; one that never is can be noticed."""

from __future__ import annotations

from itertools import chain, islice
from sys import _getframe, getrefcount
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from simcore.model.errors import InvalidArgument, NotFound
from simcore.model.places import CodePlace, place_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from types import CodeType, FrameType

    from simcore.model.operations import Operation
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime
    from simcore.python.dropped import Dropped

T = TypeVar("T")
RAISES_MAX: Final = 1_000
"""So often the operations of a process raise whose world nobody holds any more."""


class Unawaited(dict["Request[Any] | Dropped", None]):
    """The operations of one process that were made in this step and not awaited yet, the oldest first; among them the
    coroutines that were let go in it.

    Args:
        record: of the process.
    """

    __slots__ = ("kept", "raises_left", "record", "runtime")

    def __init__(self, record: ProcessRecord) -> None:
        super().__init__()
        self.record: ProcessRecord | None = record
        """Whose they are; None where nobody holds the world any more, so that there is nobody whom one could ask."""
        self.runtime: Runtime = record.runtime
        self.raises_left: int = RAISES_MAX
        """How often an operation raises still, where there is nobody whom one could ask."""
        self.kept: dict[Request[Any] | Dropped, None] = {}
        """Those of earlier steps, which the program holds and may await still."""

    def abandon(self) -> None:
        """Let every operation wait for ever from now on: the world is over, and who closes the coroutines tells them so
        again and again."""
        self.record = None
        self.raises_left = 0

    def forgotten(self) -> Request[Any] | Dropped | None:
        """Return the first one of this step that nobody holds, so that it can never be awaited; the others are kept.

        It is asked once and in the step itself, where the answer is the same in every run: what holds an operation
        later may be garbage, and go whenever Python collects it.
        """
        found = next(_unheld(self), None)
        self.kept.update(self)
        self.clear()
        return found

    def left_over(self, *, all_over: bool) -> Request[Any] | Dropped | None:
        """Return the first one that was never awaited when the process ends by itself.

        Args:
            all_over: whether nobody of the process is left who could have awaited one that is held; else only those
                that nobody holds count.
        """
        if all_over:
            return next(chain(self.kept, self), None)
        return next(chain(_unheld(self.kept), _unheld(self)), None)

    def unheld(self) -> Iterator[Request[Any] | Dropped]:
        """Give those of this step that nobody holds."""
        return _unheld(self)


class Request(Generic[T]):
    """An awaitable that hands one operation to the runtime and answers what it gives.

    It remembers the line that made it, so that a call which is never awaited can be told with its place; once it is
    awaited, the line that did.
    """

    __slots__ = ("_instruction", "_operation", "_unawaited", "code")
    DEPTH = 2
    """How many frames up the caller's own line is: one for the method of the process handle."""
    # Most answers are handed on as they are, and a flag costs less than a call for each of them.
    READS = False

    def __init__(self, unawaited: Unawaited, operation: Operation) -> None:
        frame = _getframe(self.DEPTH)
        self.code: CodeType = frame.f_code
        # Which line this is of is a search through the code's table; it is made only where somebody asks.
        self._instruction = frame.f_lasti
        self._unawaited = unawaited
        self._operation = operation
        unawaited[self] = None

    def __repr__(self) -> str:
        return f"<{self.what} ({self.place.shown}), which has its effect when it is awaited>"

    @property
    def verb(self) -> str:
        """The name of the operation."""
        return self._operation.word()

    @property
    def what(self) -> str:
        """What this is, in words."""
        return f"the operation {self.verb}"

    @property
    def place(self) -> CodePlace:
        """The line that made the call, or that has awaited it."""
        # Positions are listed by instruction, and an instruction has two bytes.
        line = next(islice(self.code.co_positions(), self._instruction // 2, None))[0]
        return place_of(self.code, line)

    def __await__(self) -> Generator[Operation, Any, T]:
        unawaited, frame = self._unawaited, _getframe(1)
        new = unawaited.pop(self, self) is None
        if not new or unawaited.runtime.running is not unawaited.record:
            self._check(frame, new=new)
        self.code, self._instruction = frame.f_code, frame.f_lasti
        try:
            # Yielded from here and not through further generators: measured, one level more takes an eighth of the
            # speed of a message, four levels more than half.
            answer: Any = yield self._operation
        except GeneratorExit:
            # Nobody holds the world any more: whatever a ``finally`` on the way out asks for, there is nobody to ask.
            unawaited.record = None
            raise
        value: T = self.read(answer) if self.READS else answer
        return value

    def _check(self, frame: FrameType, *, new: bool) -> None:
        """See what is unusual with the await in *frame*: it is a late one, the second, or another process's.

        Raises:
            InvalidArgument: it is the second, or another process's.
            GeneratorExit: there is nobody who could perform it.
        """
        unawaited = self._unawaited
        owner = unawaited.record
        if owner is None:
            # Who catches that again and again would never let go of this thread: then it waits instead, for ever.
            if unawaited.raises_left:
                unawaited.raises_left -= 1
                raise GeneratorExit
            return
        first, here = new or unawaited.kept.pop(self, self) is None, place_of(frame.f_code, frame.f_lineno)
        # What an ended process tries on its way out is performed by nobody, whoever runs.
        if unawaited.runtime.running is not owner and owner.alive:
            raise InvalidArgument(
                f"{here.bare}: the operation {self.verb} of {self.place.bare} belongs to another process, {owner.pid}; "
                "make it with the `process` of the one that awaits it, and send a message to reach another"
            )
        if not first:
            raise InvalidArgument(
                f"{here.bare}: the operation {self.verb} was awaited already, in {self.place.bare}; "
                "make a new one for each `await`"
            )

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


class Next(Request[Any]):
    """What ``async for`` awaits: the next value of a channel, whose close is the end of the loop."""

    __slots__ = ()
    READS = True

    def read(self, answer: tuple[Any, bool]) -> Any:
        value, ok = answer
        if not ok:
            raise StopAsyncIteration
        return value


class EventRequest(Request[Any]):
    """A wait for a SimPy event, which is answered with the event once SimPy has processed it."""

    __slots__ = ()
    READS = True

    def read(self, answer: Any) -> Any:
        if answer.ok:
            return answer.value
        raise answer.value


def _holders(requests: Iterable[object]) -> list[int]:
    return [getrefcount(each) for each in requests]


# Found out and not written down: what counts as a reference differs between versions of Python.
_NOBODY: Final = _holders({object(): None})[0]
"""How often an object is referred to that is in one table and nowhere else."""


def _unheld(requests: dict[Request[Any] | Dropped, None]) -> Iterator[Request[Any] | Dropped]:
    """Give those that nothing refers to but the table *requests*."""
    holders = _holders(requests)
    return (each for each, count in zip(requests, holders, strict=True) if count <= _NOBODY)
