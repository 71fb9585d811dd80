"""How one Lua process sees what arrives: messages and events in the dialect of its application (process 16.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.lua.bridge.scalars import parts, to_lua
from simcore.model.errors import InternalError, ProcessError
from simcore.model.messages import Cancel, Exit
from simcore.model.payload import Payload, pack
from simcore.process.state.envelope import MESSAGE, RAW, RESULT, TIME, Envelope

if TYPE_CHECKING:
    from simcore.lua.bridge.process import LuaProcess
    from simcore.lua.bridge.scalars import Scalars
    from simcore.model.messages import Event
    from simcore.process.state.definition import Coroutine


class LuaFrontEnd:
    """The front end of one Lua process. What it presents is a word and scalars, which the host makes into values."""

    __slots__ = ("_process",)
    unawaited: object = ()
    """In Lua every operation is waited for."""

    def __init__(self, process: LuaProcess) -> None:
        self._process = process

    def present(self, envelope: Envelope) -> Scalars:
        """Return a message, a bare payload, an event, or of a timer its instant."""
        if envelope.form == MESSAGE:
            sender = envelope.sender
            return ("message", to_lua(envelope.topic), sender and to_lua(sender), envelope.payload.data)
        if envelope.form == RAW:
            return ("raw", envelope.payload.data)
        epoch_ns = self._process.state.epoch_ns
        if envelope.form == TIME:
            return ("time", epoch_ns + envelope.at_ns)
        if envelope.form == RESULT:
            return _future_result(envelope)
        assert envelope.event is not None, "an envelope of this form has an event"
        return self._event(envelope.event, envelope, epoch_ns)

    def _event(self, event: Event, envelope: Envelope, epoch_ns: int) -> Scalars:
        fields: dict[str, Any] = {"kind": event.KIND, "from": event.sender}
        value: bytes | None = None
        if isinstance(event, Cancel):
            fields |= self._cancel(event)
        elif event.error is not None:
            fields["result"] = {"error": self._error(event.error)}
        elif isinstance(event, Exit):
            value = envelope.payload.data
        return ("event", pack((fields,)).data, value, epoch_ns + event.at_ns)

    def _cancel(self, event: Cancel) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if event.deadline is not None:
            fields = {"deadline": event.deadline, "deadline_ns": event.deadline_ns}
        if event.reason or self._process.dialect == "current":
            fields["reason"] = event.reason
        return fields

    def _error(self, error: ProcessError) -> Any:
        """Return the error as the dialect has it: a text in ``seed``, an error object in ``current`` (process 16.1)."""
        return error if self._process.dialect == "current" else error.message

    @property
    def second_result(self) -> Payload | None:
        """What main returned as a second value that is true, and neither a text nor an error; empty where it cannot be
        copied."""
        return self._process.second_result

    def result(self, value: Any) -> Payload:
        """Return the result, which the host has copied already."""
        assert isinstance(value, Payload)
        return value

    def error(self, exception: BaseException) -> ProcessError:
        """Return the error that a coroutine ended with. Anything else that leaves one is a mistake of simcore."""
        if isinstance(exception, ProcessError):
            return exception
        raise InternalError(f"the Lua front end failed: {exception!r}") from exception

    def closing(self) -> tuple[()]:
        """Return nothing: Lua has no async generators."""
        return ()

    def foreign(self, value: object, coroutine: Coroutine) -> ProcessError:
        """Never asked, since the bridge yields operations only."""
        raise InternalError(f"the Lua front end yielded {value!r}")

    def not_awaited(self) -> list[str]:
        """Nothing is."""
        return []

    def forgotten(self) -> None:
        """Nothing is."""

    def left_over(self, *, all_over: bool) -> None:
        """Nothing is."""


def _future_result(envelope: Envelope) -> Scalars:
    """Return what a future's channel gives: a payload, or the error itself (lua 6.5)."""
    if isinstance(envelope.event, Exit) and envelope.event.error is not None:
        return ("error", *parts(envelope.event.error))
    return ("payload", envelope.payload.data)
