"""Words for every kind of action and for every operation that a process can wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simcore.model import operations
from simcore.model.durations import format_duration
from simcore.model.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.model.operations import Operation


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a sentence about an operation needs to know.

    Args:
        name: what the process with this pid is called, or the registered name as it is.
        channel: what this channel is to the process that waits.
    """

    name: Callable[[str], str]
    channel: Callable[[Any], str]


def in_words(label: str, names: Mapping[str, str]) -> str:
    """Say a label in the words of the system; one that has no words is said as it is.

    Args:
        label: verb, occurrence, actor and receiver, as ``Label.text`` spells them.
        names: what processes are called, by creator path.
    """
    verb, _, rest = label.partition("#")
    actor, _, receiver = rest.partition("@")[2].partition("->")
    words = PHRASES.get(verb)
    if words is None:
        return label
    return words.format(who=_called(actor, names), whom=_called(receiver, names)).rstrip(" ,")


def _called(path: str, names: Mapping[str, str]) -> str:
    """Services and hosts have the path of what the world itself started, and no process of that path."""
    return names.get(path) or printable(path.removeprefix("world/"))


def waited_for(operation: Operation, speaker: Speaker) -> str:
    """Say what a process waits for that has yielded *operation*."""
    return WAITS[type(operation)](operation, speaker)


PHRASES: Final = {
    "step": "a step of {who}",
    "end": "the end of {who}",
    "names": "the freeing of the names of {who}",
    "leave": "the leaving of {who}",
    "exit": "the EXIT of {who} to {whom}",
    "down": "the LINK_DOWN of {who} to {whom}",
    "simpy": "a step of SimPy",
    "do:send": "send by {who} to {whom}",
    "do:terminate": "terminate of {whom} by {who}",
    "do:cancel": "cancel of {whom} by {who}",
    "do:monitor": "monitor of {whom} by {who}",
    "do:unmonitor": "unmonitor of {whom} by {who}",
    "do:link": "link of {who} and {whom}",
    "do:unlink": "unlink of {who} and {whom}",
    "do:spawn": "the spawn of {whom} by {who}",
    "do:spawn_linked": "the linked spawn of {whom} by {who}",
    "do:spawn_monitored": "the monitored spawn of {whom} by {who}",
    "do:spawn_linked_monitored": "the linked and monitored spawn of {whom} by {who}",
    "do:with_message": "the delivery of the first messages of {who}",
    "do:call": "the call of {whom} by {who}",
    "do:exec": "the exec of {whom} by {who}",
    "do:funcs.call": "the call of the function {whom} by {who}",
    "do:funcs.async": "the start of the function {whom} by {who}",
    "do:funcs.cancel": "the cancel of the function {whom} by {who}",
    "do:events.subscribe": "the subscription of {who} to {whom} on the bus",
    "do:events.send": "an event of {who} to {whom} on the bus",
    "do:sleep": "the start of a sleep of {who}",
    "do:wait": "the start of a wait of {who}",
    "return:spawn": "the answer to the spawn of {who}, {whom}",
    "return:call": "the result of {whom}, called by {who}",
    "return:exec": "the result of {whom}, executed by {who}",
    "return:funcs.call": "the result of the function {whom}, called by {who}",
    "return:funcs.async": "the result of the function {whom}, started by {who}",
    "return:wait": "the end of a wait of {who}",
    "shared:register": "register of {whom} by {who}",
    "shared:lookup": "lookup of {whom} by {who}",
    "shared:unregister": "unregister of {whom} by {who}",
    "fire:sleep": "the end of a sleep of {who}",
    "fire:after": "a timer of {who}",
    "fire:timeout": "the time limit of {who} for the function {whom}",
    "fire:deadline": "the deadline of the cancel of {who}",
    "service:start": "the start of the service {who}",
    "service:spawn": "the spawn of the service {who}",
    "service:start_timeout": "the time limit for the start of the service {who}",
    "service:exit": "the news that the process of the service {who} has ended",
    "service:retry": "the retry of the service {who}",
    "service:stop": "the stop of the service {who}",
    "service:stop_timeout": "the time limit for the stop of the service {who}",
    "host:start": "the start of the host {who}",
    "host:stop": "the stop of the host {who}",
    "host:cancel": "the request of the host {who} to {whom} to end",
    "host:grace": "the end of the grace of the host {who}",
    "host:end": "the forced end of {whom} by the host {who}",
    "outside:spawn": "the spawn of {whom} from outside",
    "outside:call": "the call of {whom} from outside",
    "outside:send": "send from outside to {whom}",
    "outside:policy": "the change of the policy {whom}",
    "outside:start_service": "the start of the service {whom} from outside",
    "outside:stop_service": "the stop of the service {whom} from outside",
    "outside:stop_host": "the stop of the host {whom} from outside",
    "outside:shut_down": "the stop of everything from outside",
}
"""How each action is said, by the verb of its label."""

_CASES_MAX: Final = 8


def _select(operation: operations.Select, speaker: Speaker) -> str:
    channels = list(dict.fromkeys(speaker.channel(case.channel) for case in operation.cases))
    more = f" or {len(channels) - _CASES_MAX} more" if len(channels) > _CASES_MAX else ""
    return " or ".join(channels[:_CASES_MAX]) + more if channels else "nothing, in a select without cases"


def _about(words: str) -> Callable[[Any, Speaker], str]:
    """Return what says *words* of an operation: ``{name}`` is a field, as it is safe to show."""

    def say(operation: Any, _speaker: Speaker) -> str:
        return words.format_map(
            {field: printable(str(getattr(operation, field))) for field in operation.__struct_fields__}
        )

    return say


def _to(words: str) -> Callable[[Any, Speaker], str]:
    """Return what says *words* of an operation and its destination."""
    return lambda operation, speaker: f"{words} {speaker.name(operation.destination)}"


WAITS: Final[Mapping[type, Callable[[Any, Speaker], str]]] = {
    operations.Send: _to("its turn to send to"),
    operations.Terminate: _to("its turn to terminate"),
    operations.Cancel: _to("its turn to cancel"),
    operations.Monitor: _to("its turn to monitor"),
    operations.Unmonitor: _to("its turn to unmonitor"),
    operations.Link: _to("its turn to link to"),
    operations.Unlink: _to("its turn to unlink from"),
    operations.Spawn: _about("the start of {id}"),
    operations.Sleep: lambda operation, _: f"a sleep of {format_duration(operation.duration_ns)}",
    operations.RunAndWait: _about("the result of {id}"),
    operations.CallFunction: _about("the result of {id}"),
    operations.StartFunction: _about("the start of {id}"),
    operations.CancelFunction: _about("its turn to cancel a function call"),
    operations.SubscribeBus: _about("its subscription to {system} on the bus"),
    operations.SendBus: _about("its turn to send an event to {system} on the bus"),
    operations.UnsubscribeBus: _about("the end of its subscription to the bus"),
    operations.WaitEvent: _about("a SimPy event"),
    operations.Upgrade: lambda operation, _: f"its upgrade to {printable(operation.source or 'the same definition')}",
    operations.Register: _about("its turn to register {name}"),
    operations.Lookup: _about("its turn to look up {name}"),
    operations.Unregister: _about("its turn to unregister {name}"),
    operations.SetOptions: _about("the change of its options"),
    operations.Inbox: _about("its inbox to open"),
    operations.Events: _about("its events to open"),
    operations.Listen: _about("the topic {topic} to open"),
    operations.Unlisten: _about("a topic to close"),
    operations.Subscribe: _about("the topic {topic} to open"),
    operations.ChannelSend: lambda operation, speaker: f"room in {speaker.channel(operation.channel)}",
    operations.ChannelReceive: lambda operation, speaker: speaker.channel(operation.channel),
    operations.ChannelClose: _about("its turn"),
    operations.Select: _select,
    operations.Go: _about("its turn"),
}
"""What a process waits for that has yielded an operation, and what it says of it."""
