"""What is done from outside, by services and by hosts: the model takes it as it comes, and says so."""

from __future__ import annotations

from typing import Any

from simcore import Change, Denial, LogEntry, Sent
from simcore.words import Asked, Born, Ended, HostStands, ServiceRetries, ServiceStands

from . import locally
from .lives import accept_end, wake
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


def absorb(model: Model, effect: Any) -> None:
    """Take in one effect."""
    if isinstance(effect, Born):
        born(model, effect)
    elif isinstance(effect, Sent):
        receiver = model.members.get(effect.receiver)
        lives = receiver is not None and receiver.phase in ("alive", "finished")
        model.check(lives, "a living receiver", effect, "I19")
        assert receiver is not None
        accept(model, receiver, Letter(effect.sender, effect.topic, effect.packed, effect.event))
    elif isinstance(effect, Ended):
        accept_end(model, model.members[effect.pid], effect)
    elif isinstance(effect, HostStands):
        host = model.hosts.setdefault(effect.id, Host(effect.id))
        host.state, host.processes_max = effect.state, effect.processes_max
    elif isinstance(effect, Asked) and effect.coroutine == locally.BODY:
        body(model, effect)
    elif isinstance(effect, Change) and effect.kind in ("named", "unnamed"):
        if effect.kind == "named":
            model.names[effect.name] = effect.pid
        else:
            model.names.pop(effect.name, None)
    elif not isinstance(effect, (Change, ServiceStands, ServiceRetries, Denial)):
        member = model.embryos.get(getattr(effect, "pid", None))  # type: ignore[arg-type]  # None is no key
        if member is not None:
            locally.act(model, member, effect)


def body(model: Model, effect: Asked) -> None:
    """A module body asks for something, before its process is there."""
    from .asks import ask_at_once

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
