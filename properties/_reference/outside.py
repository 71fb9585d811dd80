"""What is done from outside, by services and by hosts: the model takes it as it comes, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simcore import Change, Denial, LogEntry, Sent
from simcore.words import Asked, Born, Ended, HostStands, ServiceRetries, ServiceStands

from . import hosts, locally, services
from .lives import accept_end, wake
from .mailboxes import accept
from .model import Host, Model
from .parties import Frame, Letter, Member

ORDERS: Final = ("service:start", "service:stop", "host:start", "host:stop")
"""What the orders of start and stop give (process 14.9, 14.12): it is taken as it comes, its effects are not."""


def follow_outside(model: Model, entry: LogEntry) -> None:
    """Take in what was done, effect by effect."""
    if entry.action == "outside:start_service":
        for service in model.services.values():
            service.is_asked_for = True
    if entry.action in ORDERS:
        model.unjudged["when services and hosts begin and stop, one after the other"] += 1
    elif entry.action.partition(":")[0] in ("service", "host") and model.knows_time:
        label = (entry.action, entry.path, entry.subject)
        raise model.part("no such action of a service or a host", label, "process 14.2, A4")
    services.take_all(model)


def absorb(model: Model, effect: Any) -> None:
    """Take in one effect."""
    take = TAKEN.get(type(effect))
    if take is not None:
        take(model, effect)
    elif not isinstance(effect, Denial):
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
    HostStands: hosts.stands,
    ServiceStands: services.stands,
    ServiceRetries: services.retries,
    Asked: body,
    Change: changed,
}
