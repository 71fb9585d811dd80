"""The bridge between Lua's scalars and operations; the one file where a failure becomes ``nil, err``.

Lua yields the name of an operation and its arguments. It is resumed with a status and values: ``ANSWERED``, or one of
the ways in which a failure can appear (process 13): returned behind nil, returned behind false, or raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore.kernel.channel import ReceiveCase, SelectedCase, SendCase
from simcore.lua.bridge.scalars import ANSWERED, RAISED, REFUSED, RETURNED, Scalars, from_lua, parts, payload, to_lua
from simcore.model import operations
from simcore.model.durations import parse_duration
from simcore.model.errors import ArgumentTypeError, InvalidArgument, ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

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
        return operations.CancelProcess(destination, deadline)
    text = from_lua(deadline)
    if process.dialect == "seed":
        return operations.CancelProcess(destination, text)
    return operations.CancelProcess(destination, text if _is_duration(text) else None, text)


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
        # The number of a value to be sent is 1 or more.
        ReceiveCase(channel) if number < 0 else SendCase(channel, number)
        for channel, number in zip(channels, words[3::2], strict=True)
    )
    return operations.Select(cases, default=words[1])


# -- to Lua: what an operation answered

# One for all: nearly every message is answered with it.
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


def _selected(process: LuaProcess, value: SelectedCase) -> Scalars:
    return (ANSWERED, value.place + 1, *carried(value.value, ok=value.ok))


class Word(NamedTuple):
    """One operation as Lua has it.

    Args:
        word: what Lua yields, before the arguments.
        operation: what the runtime gets.
        read: makes the operation of what Lua yielded; None for ``go``, which makes a coroutine, the task's own matter.
        answer: makes what Lua is resumed with of what the runtime answered.
        way: how a failure appears.
    """

    word: str
    operation: type[Operation]
    read: Callable[[LuaProcess, Scalars], Operation] | None
    answer: Callable[[LuaProcess, Any], Scalars]
    way: int = RETURNED


WORDS: Final = (
    Word("send", operations.Send, _send, _true),
    Word("spawn", operations.Spawn, _spawn, _text),
    Word("build", operations.Spawn, _build, _text),
    Word("run and wait", operations.RunAndWait, _run_and_wait, _data),
    Word("upgrade", operations.Upgrade, _upgrade, _nothing),
    Word("terminate", operations.Terminate, _on_destination(operations.Terminate), _true),
    Word("cancel", operations.CancelProcess, _cancel, _true),
    Word("monitor", operations.Monitor, _on_destination(operations.Monitor), _true),
    Word("unmonitor", operations.Unmonitor, _on_destination(operations.Unmonitor), _true),
    Word("link", operations.Link, _on_destination(operations.Link), _true),
    Word("unlink", operations.Unlink, _on_destination(operations.Unlink), _true),
    Word("set options", operations.SetOptions, _set_options, _true, REFUSED),
    Word("inbox", operations.Inbox, lambda process, words: operations.Inbox(), _channel),
    Word("events", operations.Events, lambda process, words: operations.Events(), _channel),
    Word("listen", operations.Listen, _listen, _channel),
    Word("unlisten", operations.Unlisten, _unlisten, _true, REFUSED),
    Word("register", operations.Register, _register, _true),
    Word("lookup", operations.Lookup, _on_destination(operations.Lookup), _text),
    Word("unregister", operations.Unregister, _on_destination(operations.Unregister), _itself),
    Word("sleep", operations.Sleep, lambda process, words: operations.Sleep(words[1]), _nothing),
    Word("call", operations.CallFunction, _on_function(operations.CallFunction), _data),
    Word("async", operations.StartFunction, _on_function(operations.StartFunction), _future),
    Word("cancel function", operations.CancelFunction, _cancel_function, _true),
    Word("subscribe bus", operations.SubscribeBus, _subscribe_bus, _channel),
    Word("send bus", operations.SendBus, _send_bus, _true),
    Word("unsubscribe bus", operations.UnsubscribeBus, _unsubscribe_bus, _true),
    Word("subscribe", operations.Subscribe, _subscribe, _true),
    Word("channel send", operations.ChannelSend, _channel_send, _true),
    Word("channel receive", operations.ChannelReceive, _channel_receive, _received),
    Word("channel close", operations.ChannelClose, _channel_close, _true),
    Word("select", operations.Select, _select, _selected),
    Word("go", operations.Go, None, _nothing),
)
"""All that a Lua program can ask for."""

OPERATIONS: Final = {each.word: each.read for each in WORDS if each.read is not None}
ANSWERS: Final = {each.operation: each.answer for each in WORDS}
_WAYS: Final = {each.operation: each.way for each in WORDS}


def failure(operation: Operation, error: ProcessError) -> Scalars:
    """Return how *error* appears to the program that asked for *operation* (process 13)."""
    return (_way(operation, error), *parts(error))


def _way(operation: Operation, error: ProcessError) -> int:
    if isinstance(error, ArgumentTypeError):
        return RAISED
    # A sender that was waiting when its channel was closed gets ``nil, err``; one that comes too late is at fault.
    if isinstance(operation, operations.ChannelSend) and error.message == "send on closed channel":
        return RAISED
    return _WAYS[type(operation)]
