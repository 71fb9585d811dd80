"""How one Python process sees what arrives, and how what it gives is copied out."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from simcore.model.errors import (
    UNKNOWN,
    InvalidArgument,
    ProcessError,
    process_error,
)
from simcore.model.messages import Exit, LinkDown, Message
from simcore.model.payload import Payload, pack
from simcore.process.state.envelope import MESSAGE, RAW, TIME, Envelope
from simcore.python.request import Unawaited
from simcore.python.unstarted import Unstarted


class PythonFrontEnd:
    """How one Python process sees the world, and what it forgot to await."""

    __slots__ = ("unawaited",)
    second_result = False
    """A behaviour returns one value."""

    def __init__(self) -> None:
        self.unawaited: Unawaited = Unawaited()

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

    def result(self, value: Any) -> Payload:
        """Return the copied result. Raises ``InvalidArgument`` where it cannot leave the process."""
        return pack((value,))

    def error(self, exception: BaseException) -> ProcessError:
        """Return a process error as it is, any other exception as the cause of one that has its text."""
        if isinstance(exception, ProcessError):
            return self._sendable(exception)
        error = process_error(_text(exception), UNKNOWN, retryable=None)
        error.__cause__ = exception
        return error

    def _sendable(self, error: ProcessError) -> ProcessError:
        """Return *error*, or what is wrong with its details: they travel to whoever is told of the end."""
        try:
            return _own(error) or error
        except InvalidArgument as problem:
            return problem

    def foreign(self, value: object, coroutine: Any) -> ProcessError:
        """Return the error of awaiting what belongs to another library, with the place of the await."""
        what = type(value).__name__
        return InvalidArgument(f"{_innermost(coroutine)}: a {what} is no operation; await only what `process` gives")

    def complaint(self) -> ProcessError:
        """Return the error of an operation that was made and never awaited."""
        call = next(iter(self.unawaited))
        self.unawaited.clear()
        place = f"{PurePath(call.code.co_filename).name}:{call.line}"
        return InvalidArgument(f"{place}: the operation {call.verb} was never awaited; write `await` before it")


def _own(error: ProcessError | None) -> ProcessError | None:
    """Return *error* with details that nobody else holds (O25)."""
    if error is None or not error.details:
        return error
    details = pack((dict(error.details),)).value()
    copy = process_error(error.message, error.kind, retryable=error.retryable, details=details)
    copy.__cause__ = error.__cause__
    return copy


def _innermost(coroutine: Any) -> str:
    """Return ``file:line`` of the innermost coroutine that waits; another library's frame is not the user's place."""
    place = "a behaviour"
    if isinstance(coroutine, Unstarted):
        coroutine = coroutine.started
    while coroutine is not None and getattr(coroutine, "cr_frame", None) is not None:
        frame = coroutine.cr_frame
        if "site-packages" in frame.f_code.co_filename or "asyncio" in frame.f_code.co_filename:
            break
        place = f"{PurePath(frame.f_code.co_filename).name}:{frame.f_lineno}"
        coroutine = coroutine.cr_await
    return place


def _text(exception: BaseException) -> str:
    text = str(exception)
    return f"{type(exception).__name__}: {text}" if text else type(exception).__name__
