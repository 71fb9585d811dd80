"""The stop of a host: everybody is asked to end, then made to (process 2.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from simcore import Pid
from simcore.words import HostStands

from .agenda import Due, Possible
from .lives import EMPTY, TERMINATED, end, lives_on
from .mailboxes import put
from .model import Host, Model
from .parties import ALIVE, EVENTS, Fault, Letter, Member, Result

NOBODY: Final = Pid("{|}")
CANCELED: Final = Fault("Canceled", "context canceled")


@dataclass(eq=False)
class Stop:
    """One host on its way to its end."""

    host: Host
    due_ns: int
    grace: Due | None = None
    open: dict[Pid, list[Possible]] = field(default_factory=dict)


def stands(model: Model, effect: HostStands) -> None:
    """A host has another state; one that stops takes nothing in any more, and asks its processes to end."""
    host = model.hosts.setdefault(effect.id, Host(effect.id))
    was, host.state, host.processes_max = host.state, effect.state, effect.processes_max
    if effect.state == "stopping" and was != "stopping":
        model.check(effect.grace_ns is not None, "a deadline", effect, "process 2.6")
        begin(model, Stop(host, effect.grace_ns or 0))
    elif effect.state == "stopped":
        left = lives_on(model, host.id)
        model.check(not left, f"{left[:1]} first", effect, "I14, process 2.6", *left[:1])


def begin(model: Model, stop: Stop) -> None:
    """Let everybody be asked, and the grace begin."""
    living = lives_on(model, stop.host.id)
    for member in living:
        offer(model, stop, "cancel", member, lambda member=member: ask_to_end(model, stop, member))
    if living:
        label = ("host:grace", f"world/{stop.host.id}", "")
        stop.grace = model.agenda.set_timer(stop.due_ns, Possible(lambda: label, lambda: expire(model, stop)))
    model.stops[stop.host.id] = stop


def offer(model: Model, stop: Stop, verb: str, member: Member, do: Any) -> None:
    """Enable what is done about one process; its end takes that back (N27)."""

    def perform() -> None:
        stop.open[member.pid].remove(action)
        do()

    label = (f"host:{verb}", f"world/{stop.host.id}", member.path)
    action = Possible(lambda: label, perform)
    stop.open.setdefault(member.pid, []).append(action)
    model.agenda.enable(action)


def ask_to_end(model: Model, stop: Stop, member: Member) -> None:
    """Expect the CANCEL, which comes past the host that takes nothing in (I82)."""
    put(
        model, member, Letter(NOBODY, EVENTS, EMPTY), "I82, process 2.6, 4.1",
        kind="Cancel", sender=NOBODY, deadline_ns=stop.due_ns, reason="scheduler shutdown",
    )  # fmt: skip


def expire(model: Model, stop: Stop) -> None:
    """The grace is over: who is left is made to end, each in an action of its own (I14, N27)."""
    for member in lives_on(model, stop.host.id):
        if member.phase == ALIVE:
            offer(model, stop, "end", member, lambda member=member: force(model, member))


def force(model: Model, member: Member) -> None:
    """Expect that a process is ended: as terminated where it was going to run, else as one that waited
    (process 2.4)."""
    if member.phase != ALIVE:
        return
    own = [each for each in model.agenda.enabled if each.hint == member.pid]
    shared = [each for each in model.agenda.enabled if each.hint == ("shared", member.pid)]
    for action in (*own, *shared):
        model.agenda.disable(action)
    if shared:
        member.commands.clear()
    member.queued = member.paused = False
    member.result = Result(fault=TERMINATED if own or shared else CANCELED)
    end(model, member)
