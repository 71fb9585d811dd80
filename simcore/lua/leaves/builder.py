"""The leaves of spawn builders and of function executors: new settings from old ones (process 7.6 to 7.11).

The settings are Python's; Lua knows them by a number, which lives as long as the process.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simcore.lua.bridge.scalars import from_lua, payload
from simcore.lua.leaves.leaf import ABSENT, mapping, process_of, raising, record_of, returning
from simcore.lua.leaves.security import carried
from simcore.model.payload import Payload, pack
from simcore.process import context, settings
from simcore.process.settings import Settings
from simcore.process.verbs import functions, messaging

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.state import LuaState
    from simcore.process.state.record import ProcessRecord


def _kept(state: LuaState, process: int, settings: Settings) -> int:
    return process_of(state, process).keep(settings)


def _settings(state: LuaState, process: int, number: int | None) -> Settings:
    """Return the settings of a builder, or those that a new one begins with: a snapshot of the caller's frame."""
    if number is None:
        return Settings(record_of(state, process).frame)
    settings: Settings = process_of(state, process).kept(number)
    return settings


def _value(data: str | None) -> Any:
    """Return an actor or a scope; what is neither stays a text, which no frame takes."""
    return data if data is None or data == ABSENT else carried(data)


def _laying(lay: Callable[[ProcessRecord, Settings, dict[Any, Any]], Settings]) -> Callable[..., Any]:
    def leaf(state: LuaState, process: int, number: int | None, data: str) -> int:
        settings = _settings(state, process, number)
        return _kept(state, process, lay(record_of(state, process), settings, mapping(data)))

    return raising(leaf)


def _securing(secure: Callable[[ProcessRecord, Settings, Any], Settings]) -> Callable[..., Any]:
    def leaf(state: LuaState, process: int, number: int | None, data: str | None) -> int:
        settings = _settings(state, process, number)
        return _kept(state, process, secure(record_of(state, process), settings, _value(data)))

    return raising(leaf)


def _with_name(state: LuaState, process: int, number: int, name: str) -> int:
    return _kept(state, process, settings.with_name(_settings(state, process, number), from_lua(name)))


def _with_message(state: LuaState, process: int, number: int, topic: str, data: str) -> int:
    held = _settings(state, process, number)
    return _kept(state, process, settings.with_message(held, from_lua(topic), payload(data)))


# -- a send whose payload cannot be copied


def _check_send(state: LuaState, process: int, destination: str, topic: str) -> None:
    """Raise what a send looks at before it copies (process 3.1 steps 4 to 6)."""
    record = record_of(state, process)
    messaging.checked_target(record, from_lua(destination), from_lua(topic))


# -- what a process was given (lua 6.6)


def _context_value(state: LuaState, process: int, key: str) -> bytes:
    record, name = record_of(state, process), from_lua(key)
    held = _held(context.context_value(record, name))
    if record.runtime.scribe is not None:
        record.runtime.scribe.looked(record, "context", held, (name,))
    return held.data


def _context_values(state: LuaState, process: int) -> bytes:
    record = record_of(state, process)
    values = pack(({key: _held(value).value() for key, value in record.frame.values.items()},))
    if record.runtime.scribe is not None:
        record.runtime.scribe.looked(record, "context", values)
    return values.data


def _held(value: object) -> Payload:
    return value if isinstance(value, Payload) else pack((value,))


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    "builder_context": _laying(settings.with_context),
    "builder_actor": _securing(settings.with_actor),
    "builder_scope": _securing(settings.with_scope),
    "builder_name": raising(_with_name),
    "builder_message": raising(_with_message),
    "executor_context": _laying(functions.with_context),
    "executor_actor": _securing(partial(settings.with_actor, verb="funcs.with_actor")),
    "executor_scope": _securing(partial(settings.with_scope, verb="funcs.with_scope")),
    "check_send": returning(_check_send),
    "context_value": returning(_context_value),
    "context_values": _context_values,
}
"""By the name that the host calls."""
