"""Effects, actions and processes in words, for a person who reads where model and run have parted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simcore import LogEntry, Pid

Name = Callable[[Any], str]
"""What a process is called, by its pid."""

CHANGES: Final[Mapping[str, str]] = {
    "spawned": "the start of {pid}",
    "ended": "the end of {pid}",
    "gone": "that {pid} leaves the table of monitors and links",
    "monitored": "that {pid} watches {other}",
    "unmonitored": "that {pid} watches {other} no more",
    "linked": "a link of {pid} and {other}",
    "unlinked": "no link of {pid} and {other} any more",
    "named": "that {pid} holds the name {name}",
    "unnamed": "that {pid} holds the name {name} no more",
    "policies": "a change of the policies {name}",
    "host": "another state of the host {name}",
    "service": "another state of the service {name}",
}
ACTIONS: Final[Mapping[str, str]] = {
    "step": "a step of {who}",
    "end": "the end of {who}",
    "names": "that {who} lets go of its names",
    "leave": "that {who} leaves the table of monitors and links",
    "exit": "the EXIT of {who} to {whom}",
    "down": "the LINK_DOWN of {who} to {whom}",
    "fire:sleep": "the end of a sleep of {who}",
    "fire:deadline": "the deadline of a cancel of {who}",
    "fire:timeout": "the time limit of {whom}, called by {who}",
    "fire:after": "a timer of {who}",
}
FAMILIES: Final[Mapping[str, str]] = {
    "do": "the {verb} of {whom} by {who}",
    "shared": "the {verb} of {whom} by {who}",
    "return": "the answer to the {verb} of {whom} by {who}",
    "host": "the {verb} of {whom} by the host {who}",
    "service": "the {verb} of the service {who}",
    "outside": "the {verb} of {whom} from outside",
}
NO_MORE: Final = "nothing more"


def action_in_words(label: tuple[str, str, str], called: Mapping[str, str]) -> str:
    """Say an action: its verb, who does it, whom it concerns; *called* says what processes are called, by path."""
    action, path, subject = label
    who, whom = (called.get(each, each.removeprefix("world/")) for each in (path, subject))
    family, _, verb = action.partition(":")
    words = ACTIONS.get(action) or FAMILIES.get(family, f"{action} of {{who}}")
    said = words.format(who=who, whom=whom, verb=verb)
    return said if whom else said.replace(" of  by ", " by ").removesuffix(" of ")


def entry_in_words(entry: LogEntry, called: Mapping[str, str]) -> str:
    """Say an action of the log."""
    return action_in_words((entry.action, entry.path, entry.subject), called)


def effect_in_words(effect: object, name: Name) -> str:
    """Say an effect that a run has had."""
    if effect is None:
        return NO_MORE
    if isinstance(effect, str):
        return effect
    fields: tuple[str, ...] = getattr(effect, "__struct_fields__", ())
    known = {field: getattr(effect, field) for field in fields}
    return said(type(effect).__name__, known, name) if fields else str(effect)


def said(kind: str, fields: Mapping[str, Any], name: Name) -> str:
    """Say an effect of this *kind*, as far as its *fields* are known."""
    words = WORDS.get(kind)
    if words is not None:
        return words(fields, name)
    return f"{kind}({', '.join(f'{field}={value!r}' for field, value in fields.items())})"


def _change(fields: Mapping[str, Any], name: Name) -> str:
    parties = {field: name(fields.get(field)) for field in ("pid", "other")}
    return CHANGES[fields["kind"]].format(name=fields.get("name", ""), **parties)


def _travelled(does: str) -> Callable[[Mapping[str, Any], Name], str]:
    def words(fields: Mapping[str, Any], name: Name) -> str:
        event = fields.get("event")
        what = type(event).__name__ if event is not None else f"a message to {fields.get('topic', 'a topic')}"
        what = "a notice" if event is None and str(fields.get("topic", "")).startswith("@pid/events") else what
        sender = f" of {name(fields['sender'])}" if fields.get("sender") else ""
        carries = f", with {fields['packed']!r}" if "packed" in fields and not what.startswith("LinkDown") else ""
        return f"that {what}{sender} {does} {name(fields.get('receiver'))}{carries}"

    return words


def _refusal(fields: Mapping[str, Any], name: Name) -> str:
    about = f" of {fields['subject']}" if fields.get("subject") else ""
    error = fields.get("error")
    says = f": {getattr(error, 'kind', '')}: {getattr(error, 'message', error)}" if error is not None else ""
    return f"that the {fields.get('verb', 'operation')}{about} of {name(fields.get('pid'))} is refused{says}"


def _denial(fields: Mapping[str, Any], name: Name) -> str:
    return f"a denial of {fields.get('action')} on {fields.get('resource')} for {name(fields.get('pid'))}"


def _answered(fields: Mapping[str, Any], name: Name) -> str:
    error, value = fields.get("error"), fields.get("value")
    if error is not None:
        what = f" with the error {getattr(error, 'kind', '')}: {getattr(error, 'message', error)}"
    else:
        what = "" if value is None else f" with {value!r}"
    return f"that {name(fields.get('pid'))} goes on{what}"


def _ended(fields: Mapping[str, Any], name: Name) -> str:
    error = fields.get("error")
    how = f" by {error.kind}: {error.message}" if error is not None else ""
    how = f" with {fields['packed']!r}" if not how and "packed" in fields else how
    return f"the end of {name(fields.get('pid'))}{how}"


def _born(fields: Mapping[str, Any], name: Name) -> str:
    about = [f"{field} {fields[field]!r}" for field in ("id", "host", "values", "actor", "scope") if fields.get(field)]
    return f"that {name(fields.get('pid'))} is there{': ' if about else ''}{', '.join(about)}"


def _due(fields: Mapping[str, Any], name: Name) -> str:
    return f"that {name(fields.get('pid'))} may go on"


def _asked(fields: Mapping[str, Any], name: Name) -> str:
    given = ", ".join(f"{field}={value!r}" for field, value in fields.get("fields", {}).items())
    return f"that {name(fields.get('pid'))} asks for {fields.get('verb')}({given})"


WORDS: Final[Mapping[str, Callable[[Mapping[str, Any], Name], str]]] = {
    "Change": _change,
    "Sent": _travelled("comes to"),
    "Received": _travelled("is handed to"),
    "Refusal": _refusal,
    "Denial": _denial,
    "Answered": _answered,
    "Ended": _ended,
    "Born": _born,
    "Due": _due,
    "Asked": _asked,
}
"""How each kind of effect is said, of what is known of it; any other by its own name."""


def pids_in(effect: object) -> list[Pid]:
    """Return the processes of which an effect speaks."""
    named = (getattr(effect, field, None) for field in ("pid", "other", "sender", "receiver"))
    return [each for each in named if isinstance(each, Pid) and each]
