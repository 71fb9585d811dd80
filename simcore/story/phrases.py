"""Words for every kind of action and for every operation that a process can wait for."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from simcore.model.durations import format_duration
from simcore.process.verbs.table import VERBS
from simcore.story.words import named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    return names.get(path) or named(path.removeprefix("world/"))


def waited_for(operation: Operation, speaker: Speaker) -> str:
    """Say what a process waits for that has yielded *operation*."""
    words = WAITS[type(operation)]
    fields = [name for _, name, _, _ in Formatter().parse(words) if name]
    return words.format_map({name: _field(name, getattr(operation, name), speaker) for name in fields})


PHRASES: Final[Mapping[str, str]] = {
    "step": "a step of {who}",
    "end": "the end of {who}",
    "names": "the freeing of the names of {who}",
    "leave": "the leaving of {who}",
    "exit": "the EXIT of {who} to {whom}",
    "down": "the LINK_DOWN of {who} to {whom}",
    "simpy": "a step of SimPy",
    "fire:after": "a timer of {who}",
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
} | {label: words for verb in VERBS for label, words in verb.actions.items()}
"""How each action is said, by the verb of its label."""

WAITS: Final[Mapping[type, str]] = {verb.operation: verb.waits for verb in VERBS}
"""What a process waits for that has yielded an operation."""

_CASES_MAX: Final = 8


def _field(name: str, value: Any, speaker: Speaker) -> str:
    """Say one field of an operation."""
    match name:
        case "destination":
            return speaker.name(value)
        case "channel":
            return speaker.channel(value)
        case "cases":
            return _cases(value, speaker)
        case "duration_ns":
            return format_duration(value)
        case "source":
            return named(value or "the same definition")
    return named(str(value))


def _cases(cases: Sequence[Any], speaker: Speaker) -> str:
    channels = list(dict.fromkeys(speaker.channel(case.channel) for case in cases))
    more = f" or {len(channels) - _CASES_MAX} more" if len(channels) > _CASES_MAX else ""
    return " or ".join(channels[:_CASES_MAX]) + more if channels else "nothing, in a select without cases"
