"""What is done from outside, by services and by hosts: the model takes it as it comes, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simcore import Change, Denial, LogEntry, Sent
from simcore.words import Asked, Born, Ended, HostStands, ServiceRetries, ServiceStands

from . import locally
from .lives import accept_end, request_end, wake
from .mailboxes import accept
from .model import Host, Model
from .parties import Frame, Letter, Member


def follow_outside(model: Model, entry: LogEntry) -> None:
    """Take in what was done, effect by effect."""
    if entry.action.startswith(("service", "host")):
        model.knows_time = False
        model.unjudged[f"actions of a {entry.action.partition(':')[0]}"] += 1
    while (effect := model.next()) is not None:
        absorb(model, effect)
    if entry.action == "service:stop_timeout" and "leak_on_stop_timeout" not in model.options.quirks:
        # Who does not stop in time is terminated (process 14.8, O11).
        request_end(model, model.members[model.served[entry.path.removeprefix("world/")]])


def absorb(model: Model, effect: Any) -> None:
    """Take in one effect."""
    take = TAKEN.get(type(effect))
    if take is not None:
        take(model, effect)
    elif not isinstance(effect, (ServiceRetries, Denial)):
        member = model.embryos.get(getattr(effect, "pid", None))  # type: ignore[arg-type]  # None is no key
        if member is not None:
            locally.act(model, member, effect)


def sent(model: Model, effect: Sent) -> None:
    """Something was put into a mailbox; a stopping host still asks its processes to end."""
    receiver = model.members.get(effect.receiver)
    lives = receiver is not None and receiver.phase in ("alive", "finished")
    model.check(lives, "a living receiver", effect, "I19")
    assert receiver is not None
    accept(model, receiver, Letter(effect.sender, effect.topic, effect.packed, effect.event))


def ended(model: Model, effect: Ended) -> None:
    """A process was ended."""
    accept_end(model, model.members[effect.pid], effect)


def host_stands(model: Model, effect: HostStands) -> None:
    """A host has another state."""
    host = model.hosts.setdefault(effect.id, Host(effect.id))
    host.state, host.processes_max = effect.state, effect.processes_max


def service_stands(model: Model, effect: ServiceStands) -> None:
    """A service has another state."""
    if effect.pid is not None:
        model.served[effect.id] = effect.pid


def changed(model: Model, effect: Change) -> None:
    """A name was bound or freed by a module body."""
    if effect.kind == "named":
        model.names[effect.name] = effect.pid
    elif effect.kind == "unnamed":
        model.names.pop(effect.name, None)


def body(model: Model, effect: Asked) -> None:
    """A module body asks for something, before its process is there."""
    from .asks import ask_at_once

    model.check(effect.coroutine == locally.BODY, "a word of nobody who runs", effect, "process 15.1")
    member = model.embryos.setdefault(effect.pid, Member(effect.pid))
    ask_at_once(model, member, effect)


def born(model: Model, effect: Born) -> None:
    """A process is there."""
    member = model.embryos.pop(effect.pid, None) or Member(effect.pid)
    unique = int(effect.pid.unique, 16)
    model.check(unique > model.last_unique, f"a pid above {model.last_unique:#07x}", effect, "I1, process 1.3")
    model.last_unique = unique
    model.hosts.setdefault(effect.host, Host(effect.host)) if effect.host != "node:functions" else None
    member.id, member.host, member.path, member.parent = effect.id, effect.host, effect.path, effect.parent
    member.frame = Frame(effect.values, effect.actor, effect.scope)
    model.members[member.pid] = member
    if member.host in model.hosts:
        model.hosts[member.host].processes += 1
    member.coroutines = [member.main]
    member.runnable.append((member.main, None))
    wake(model, member)


TAKEN: Final[dict[type, Callable[[Model, Any], None]]] = {
    Born: born,
    Sent: sent,
    Ended: ended,
    HostStands: host_stands,
    ServiceStands: service_stands,
    Asked: body,
    Change: changed,
}
