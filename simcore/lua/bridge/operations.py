"""The bridge between Lua's scalars and operations; the one file where a failure becomes ``nil, err``.

Lua yields the name of an operation and its arguments. It is resumed with a status and values: ``ANSWERED``, or one of
the ways in which a failure can appear (semantics 13): returned behind nil, returned behind false, or raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.channel import ReceiveCase, Selected, SendCase
from simcore.lua.bridge.scalars import ANSWERED, RAISED, REFUSED, RETURNED, Scalars, from_lua, parts, payload, to_lua
from simcore.model import operations
from simcore.model.durations import parse_duration
from simcore.model.errors import ArgumentTypeError, InvalidArgument, ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.lua.bridge.process import LuaProcess
    from simcore.model.operations import Operation
    from simcore.model.payload import Payload
    from simcore.process.verbs.functions import Future


# -- from Lua: the words of a yield


def _send(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Send(from_lua(words[1]), from_lua(words[2]), payload(words[3]))


def _spawn(process: LuaProcess, words: Scalars) -> Operation:
    _, id, host, data, monitored, linked = words
    return operations.Spawn(from_lua(id), from_lua(host), payload(data), monitored=monitored, linked=linked)


def _build(process: LuaProcess, words: Scalars) -> Operation:
    _, number, id, host, data, monitored, linked = words
    settings = process.kept(number)
    return operations.Spawn(from_lua(id), from_lua(host), payload(data), monitored, linked, settings)


def _run_and_wait(process: LuaProcess, words: Scalars) -> Operation:
    verb, id, host, data = words[1:5]
    settings = _settings(process, words, 5)
    return operations.RunAndWait(verb, from_lua(id), from_lua(host), payload(data), settings)


def _settings(process: LuaProcess, words: Scalars, place: int) -> Any:
    """Return the settings whose number is the word at *place*, or None where there is none."""
    number = words[place] if len(words) > place else None
    return None if number is None else process.kept(number)


def _upgrade(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Upgrade(from_lua(words[1]), payload(words[2]))


def _on_destination(kind: Callable[[str], Operation]) -> Callable[[LuaProcess, Scalars], Operation]:
    return lambda process, words: kind(from_lua(words[1]))


def _cancel(process: LuaProcess, words: Scalars) -> Operation:
    destination, deadline = from_lua(words[1]), words[2]
    if not isinstance(deadline, str):
        return operations.Cancel(destination, deadline)
    text = from_lua(deadline)
    if process.dialect == "seed":
        return operations.Cancel(destination, text)
    return operations.Cancel(destination, text if _is_duration(text) else None, text)


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except InvalidArgument:
        return False
    return True


def _set_options(process: LuaProcess, words: Scalars) -> Operation:
    values = payload(words[1]).value()
    return operations.SetOptions(values if isinstance(values, dict) else {})


def _unlisten(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Unlisten(process.channel(words[1]))


def _listen(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Listen(from_lua(words[1]), message=words[2])


def _register(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Register(from_lua(words[1]), None if words[2] is None else from_lua(words[2]))


def _on_function(
    kind: type[operations.CallFunction | operations.StartFunction],
) -> Callable[[LuaProcess, Scalars], Operation]:
    return lambda process, words: kind(
        from_lua(words[1]), payload(words[2]), _settings(process, words, 4), int(words[3])
    )


def _cancel_function(process: LuaProcess, words: Scalars) -> Operation:
    return operations.CancelFunction(process.kept(words[1]))


def _subscribe_bus(process: LuaProcess, words: Scalars) -> Operation:
    return operations.SubscribeBus(from_lua(words[1]), from_lua(words[2]))


def _send_bus(process: LuaProcess, words: Scalars) -> Operation:
    _, system, kind, path, event = words
    return operations.SendBus(from_lua(system), from_lua(kind), from_lua(path), payload(event))


def _unsubscribe_bus(process: LuaProcess, words: Scalars) -> Operation:
    return operations.UnsubscribeBus(process.channel(words[1]))


def _subscribe(process: LuaProcess, words: Scalars) -> Operation:
    return operations.Subscribe(from_lua(words[1]), process.channel(words[2]))


def _channel_send(process: LuaProcess, words: Scalars) -> Operation:
    return operations.ChannelSend(process.channel(words[1]), words[2])


def _channel_receive(process: LuaProcess, words: Scalars) -> Operation:
    return operations.ChannelReceive(process.channel(words[1]))


def _channel_close(process: LuaProcess, words: Scalars) -> Operation:
    return operations.ChannelClose(process.channel(words[1]))


def _select(process: LuaProcess, words: Scalars) -> Operation:
    channels = map(process.channel, words[2::2])
    cases = tuple(
        ReceiveCase(channel) if number < 0 else SendCase(channel, number)
        for channel, number in zip(channels, words[3::2], strict=True)
    )
    return operations.Select(cases, default=words[1])


OPERATIONS: Final[Mapping[str, Callable[[LuaProcess, Scalars], Operation]]] = {
    "send": _send,
    "spawn": _spawn,
    "build": _build,
    "run and wait": _run_and_wait,
    "upgrade": _upgrade,
    "terminate": _on_destination(operations.Terminate),
    "cancel": _cancel,
    "monitor": _on_destination(operations.Monitor),
    "unmonitor": _on_destination(operations.Unmonitor),
    "link": _on_destination(operations.Link),
    "unlink": _on_destination(operations.Unlink),
    "set options": _set_options,
    "inbox": lambda process, words: operations.Inbox(),
    "events": lambda process, words: operations.Events(),
    "listen": _listen,
    "unlisten": _unlisten,
    "register": _register,
    "lookup": _on_destination(operations.Lookup),
    "unregister": _on_destination(operations.Unregister),
    "sleep": lambda process, words: operations.Sleep(words[1]),
    "call": _on_function(operations.CallFunction),
    "async": _on_function(operations.StartFunction),
    "cancel function": _cancel_function,
    "subscribe bus": _subscribe_bus,
    "send bus": _send_bus,
    "unsubscribe bus": _unsubscribe_bus,
    "subscribe": _subscribe,
    "channel send": _channel_send,
    "channel receive": _channel_receive,
    "channel close": _channel_close,
    "select": _select,
}
"""By the word that Lua yields. ``go`` is missing: it makes a coroutine, which is the task's own matter."""

# -- to Lua: what an operation answered

_TRUE: Final[Scalars] = (ANSWERED, True)


def _true(process: LuaProcess, value: Any) -> Scalars:
    return _TRUE


def _nothing(process: LuaProcess, value: Any) -> Scalars:
    return (ANSWERED,)


def _itself(process: LuaProcess, value: Any) -> Scalars:
    return (ANSWERED, value)


def _text(process: LuaProcess, value: str) -> Scalars:
    return (ANSWERED, to_lua(value))


def _channel(process: LuaProcess, value: Any) -> Scalars:
    return (ANSWERED, process.number_of(value))


def _future(process: LuaProcess, value: Future) -> Scalars:
    return (ANSWERED, process.future(value))


def _data(process: LuaProcess, value: Payload) -> Scalars:
    return (ANSWERED, value.data)


def carried(value: Any, *, ok: bool) -> Scalars:
    """Return what a channel carried: the number of a Lua value, or what ``present`` made of an arrival."""
    if value.__class__ is int:
        return ("value", ok, value)
    if value is None:
        return ("none", ok)
    return (value[0], ok, *value[1:])


def _received(process: LuaProcess, value: tuple[Any, bool]) -> Scalars:
    return (ANSWERED, *carried(value[0], ok=value[1]))


def _selected(process: LuaProcess, value: Selected) -> Scalars:
    return (ANSWERED, value.place + 1, *carried(value.value, ok=value.ok))


ANSWERS: Final[Mapping[type[Operation], Callable[[LuaProcess, Any], Scalars]]] = {
    operations.Send: _true,
    operations.Terminate: _true,
    operations.Cancel: _true,
    operations.Monitor: _true,
    operations.Unmonitor: _true,
    operations.Link: _true,
    operations.Unlink: _true,
    operations.SetOptions: _true,
    operations.Unlisten: _true,
    operations.Register: _true,
    operations.ChannelSend: _true,
    operations.ChannelClose: _true,
    operations.Sleep: _nothing,
    operations.Go: _nothing,
    operations.Spawn: _text,
    operations.Lookup: _text,
    operations.Unregister: _itself,
    operations.Inbox: _channel,
    operations.Events: _channel,
    operations.Listen: _channel,
    operations.CallFunction: _data,
    operations.RunAndWait: _data,
    operations.Upgrade: _nothing,
    operations.StartFunction: _future,
    operations.CancelFunction: _true,
    operations.SubscribeBus: _channel,
    operations.SendBus: _true,
    operations.UnsubscribeBus: _true,
    operations.Subscribe: _true,
    operations.ChannelReceive: _received,
    operations.Select: _selected,
}

# -- to Lua: how an operation failed

_REFUSING: Final = (operations.SetOptions, operations.Unlisten)


def failure(operation: Operation, error: ProcessError) -> Scalars:
    """Return how *error* appears to the program that asked for *operation* (semantics 13)."""
    return (_way(operation, error), *parts(error))


def _way(operation: Operation, error: ProcessError) -> int:
    if isinstance(error, ArgumentTypeError):
        return RAISED
    # A sender that was waiting when its channel was closed gets ``nil, err``; one that comes too late is at fault.
    if isinstance(operation, operations.ChannelSend) and error.message == "send on closed channel":
        return RAISED
    return REFUSED if isinstance(operation, _REFUSING) else RETURNED
