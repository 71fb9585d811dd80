"""How those stand whom a call concerns, in a word: what makes one situation differ from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.process.state.record import ALIVE, GONE

if TYPE_CHECKING:
    from simcore.model.pid import Pid
    from simcore.programs.account import Call
    from simcore.world.world import World


def standing_of_caller(world: World, pid: Pid) -> str:
    """Return what is special about the one who calls; an empty text where nothing is."""
    record = world.runtime.records.get(pid)
    if record is None:
        return ""
    topology = world.runtime.topology
    if record.terminate_requested:
        return "is to end"
    if record.trap_links:
        return "traps links"
    if topology.peers(pid):
        return "is linked"
    return "has a name" if world.runtime.names.of(pid) else ""


def standing_of_mailbox(world: World, call: Call) -> str:
    """Return what a call meets in the mailbox of its own process; an empty text where nothing is special about it."""
    record = world.runtime.records.get(call.pid)
    if record is None:
        return ""
    if call.verb == "upgrade" and any(each.unread() for each in record.subscriptions.values()):
        return "with a full buffer"
    if call.verb == "unlisten" and any(each.topic == call.name for each in record.unread()):
        return "with a backlog"
    return ""


def topics_ready(world: World, pid: Pid) -> int:
    """Return from how many topics a process could take something at once."""
    return sum(bool(each.unread()) for each in world.runtime.records[pid].subscriptions.values())


def standing_of_target(world: World, call: Call, *, begun: bool) -> str:
    """Return how the one stands whom *call* concerns, or the name that it is about."""
    if call.target_pid is not None and call.target != call.process:
        return _of_pid(world, call.target_pid, call, begun=begun)
    if call.target_pid is not None:
        return "itself"
    return _of_name(world, call)


def _of_pid(world: World, pid: Pid, call: Call, *, begun: bool) -> str:
    record = world.runtime.records.get(pid)
    if record is None:
        return "one that never was"
    if record.phase != ALIVE:
        return "one that is gone" if record.phase == GONE else "one that is ending"
    if record.terminate_requested:
        return "one that is to end"
    if not begun:
        return "one that has not begun"
    topology = world.runtime.topology
    if topology.linked(call.pid, pid):
        return "a peer"
    return "one that it watches" if topology.watches(call.pid, pid) else "another"


def _of_name(world: World, call: Call) -> str:
    name = call.name.replace("t", "n") if call.verb == "send_by_name" else call.name
    if name[:1] != "n":
        return ""
    holder = world.names.get(name)
    if holder is None:
        return "a free name"
    return "its own name" if holder == call.pid else "another's name"
