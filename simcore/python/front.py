"""How one Python process sees what arrives, and how what it gives is copied out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model.errors import (
    UNKNOWN,
    InvalidArgument,
    ProcessError,
    process_error,
)
from simcore.model.messages import Exit, LinkDown, Message
from simcore.model.payload import Payload, pack
from simcore.model.places import CodePlace, place_of, places_of
from simcore.model.said import below, kind_and_text
from simcore.model.stable import stable
from simcore.model.texts import text_of
from simcore.model.ways import are_ways_kept
from simcore.process.state.envelope import MESSAGE, RAW, TIME, Envelope
from simcore.python.foreign import mistake_of, waits_for
from simcore.python.generators import belong_to
from simcore.python.request import Unawaited
from simcore.python.unstarted import Unstarted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.process.state.definition import Coroutine
    from simcore.process.state.record import ProcessRecord
    from simcore.python.dropped import Dropped
    from simcore.python.request import Request


class PythonFrontEnd:
    """How one Python process sees the world, and what it forgot to await."""

    __slots__ = ("_generators", "unawaited")
    second_result: Payload | None = None
    """A behaviour returns one value."""

    def __init__(self, record: ProcessRecord) -> None:
        self.unawaited: Unawaited = Unawaited(record)
        self._generators = belong_to(record)

    def present(self, envelope: Envelope) -> Any:
        """Return a ``Message``, the bare payload, an event, or of a timer its instant in nanoseconds."""
        if envelope.form == MESSAGE:
            return Message(envelope.topic, envelope.sender, envelope.payload.value())
        if envelope.form == RAW:
            return envelope.payload.value()
        if envelope.form == TIME:
            return envelope.at_ns
        event = envelope.event
        if isinstance(event, Exit):
            return Exit(event.sender, envelope.payload.value(), _own(event.error), event.at_ns)
        if isinstance(event, LinkDown):
            return LinkDown(event.sender, _own(event.error), event.at_ns)
        return event

    def closing(self) -> Iterable[Coroutine]:
        """Return what closes the async generators that are still open. The process is over: it forgets nothing more."""
        self.unawaited.clear()
        return self._generators.left_over()

    def result(self, value: Any) -> Payload:
        """Return the copied result. Raises ``InvalidArgument``, with the place of the behaviour, if it cannot leave."""
        try:
            return pack((value,))
        except InvalidArgument as problem:
            problem.raised_at = self._behaviour()
            raise

    def _behaviour(self) -> tuple[CodePlace, ...]:
        """Return where the behaviour begins, which has returned: it is at no line any more."""
        main = None if self.unawaited.record is None else self.unawaited.record.main.coroutine
        code = getattr(main, "cr_code", None)
        return () if code is None else (place_of(code, None),)

    def error(self, exception: BaseException) -> ProcessError:
        """Return a process error as it is, any other exception as the cause of one that has its text; with the places
        where it was raised."""
        if isinstance(exception, ProcessError):
            error = self._sendable(exception)
            # A program may raise one with anything in that place.
            message: object = error.message
            # Its type is asked, since an object may say of itself that it is a text.
            text = issubclass(type(message), str)
            error.message = str.__str__(error.message) if text else stable(text_of(message))
        elif (mistake := mistake_of(exception)) is not None:
            error = InvalidArgument(str(mistake))
        else:
            # Programs see it, and may send it on; so what only one process of the machine has must not be in it.
            error = process_error(kind_and_text(exception), UNKNOWN, retryable=None)
            error.__cause__ = exception
        error.raised_at = places_of(exception)
        error.further = (*below(exception), *self._forgotten_before())
        if are_ways_kept():
            error.way = exception.__traceback__
        if isinstance(exception, ProcessError):
            # It may be a constant that is raised again, and Python would keep this way behind that one.
            exception.__traceback__ = None
        return error

    def _forgotten_before(self) -> Iterator[str]:
        """Give in words what this step has forgotten, whose lack may be why the process fails."""
        return (f"before that: {never_awaited(each)}" for each in self.unawaited.unheld())

    def _sendable(self, error: ProcessError) -> ProcessError:
        """Return a copy of *error*, or what is wrong with its details: they travel to whoever is told of the end.

        A copy, since a program may raise one object in many processes, and each is told where it was raised.
        """
        try:
            own = _own(error)
        except InvalidArgument as problem:
            return problem
        return _copied(error) if own is None or own is error else own

    def foreign(self, value: object, coroutine: Any) -> ProcessError:
        """Return the error of awaiting what belongs to another library, with the place of the await."""
        started = coroutine.started if isinstance(coroutine, Unstarted) else coroutine
        return InvalidArgument(waits_for(value, started))

    def not_awaited(self) -> list[str]:
        """Return the operations that the program holds and has not awaited, each in words with its place."""
        return [f"{each.what.removeprefix('the operation ')} ({each.place.shown})" for each in self.unawaited.kept]

    def forgotten(self) -> ProcessError | None:
        """Return the error of an operation of this step that can never be awaited, or None."""
        return _never(self.unawaited.forgotten())

    def left_over(self, *, all_over: bool) -> ProcessError | None:
        """Return the error of an operation that nobody has awaited when the process ends by itself, or None."""
        return _never(self.unawaited.left_over(all_over=all_over))


def _never(made: Request[Any] | Dropped | None) -> ProcessError | None:
    if made is None:
        return None
    error = InvalidArgument(f"{never_awaited(made)}; write `await` before it")
    error.raised_at = (made.place,)
    return error


def never_awaited(made: Request[Any] | Dropped) -> str:
    """Say with its line what was never awaited."""
    return f"{made.place.bare}: {made.what} was never awaited"


def _own(error: ProcessError | None) -> ProcessError | None:
    """Return *error* with details that nobody else holds (O25)."""
    if error is None or not error.details:
        return error
    details = pack((dict(error.details),)).value()
    other = process_error(error.message, error.kind, retryable=error.retryable, details=details)
    other.__cause__ = error.__cause__
    other.raised_at, other.further = error.raised_at, error.further
    return other


def _copied(error: ProcessError) -> ProcessError:
    """Return another object of the same class with the same contents; a class of the user's own takes what it likes
    when it is made, so nothing is made anew."""
    copied: ProcessError = type(error).__new__(type(error), *error.args)
    vars(copied).update(vars(error))
    copied.__cause__ = error.__cause__
    return copied
