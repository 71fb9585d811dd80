"""How processes wake, end and are told of each other's ends (process 2.3, 4, 5, 6)."""

from __future__ import annotations

from typing import Any

from simcore import Change, Pid
from simcore.words import Ended, HostStands

from .agenda import Possible
from .model import Model
from .parties import ALIVE, ENDED, EVENTS, FINISHED, GONE, NAMELESS, Fault, Letter, Member, Result

TERMINATED = Fault("Internal", "process terminated")
LINK_FAILED = Fault("Internal", "linked process failed")


def wake(model: Model, member: Member) -> None:
    """Let a process step, unless it may already or has something to do first (process 15.1.1)."""
    if member.queued or member.paused or member.commands or member.phase != ALIVE or member.pid in model.embryos:
        return
    from .steps import step

    member.queued = True

    def label() -> tuple[str, str, str]:
        return ("end" if member.to_end else "step", member.path, "")

    model.agenda.enable(Possible(label, lambda: step(model, member), hint=member.pid))


def request_end(model: Model, member: Member, fault: Fault = TERMINATED) -> None:
    """Let no further step of a process begin (process 9.2, I11; G20)."""
    if member.phase == ALIVE and member.to_end is None:
        member.to_end = fault
        wake(model, member)


def finish(model: Model, member: Member, result: Result) -> None:
    """Note the result of a step that ended the process; its commands are dropped (process 2.4.1, I10)."""
    member.result = result
    member.phase = FINISHED
    member.commands.clear()
    member.runnable.clear()
    model.agenda.enable(Possible(lambda: ("end", member.path, ""), lambda: end(model, member), hint=member.pid))


def end(model: Model, member: Member) -> None:
    """Record the result and unroute (process 2.3 steps 1, 2; I4, I6, I9 to I11, I45)."""
    result = member.result
    assert result is not None
    member.phase = ENDED
    if member.deadline is not None:
        model.agenda.cancel(member.deadline)
    host = model.hosts.get(member.host)
    if host is not None:
        host.processes -= 1
    model.expect_change("ended", "I4, process 2.3", pid=member.pid)
    expect_result(model, member, result)
    if model.options.cancel_call_child_on_caller_exit:
        cancel_callees(model, member)
    forget_waits(model, member)
    held = [name for name, pid in model.names.items() if pid == member.pid]
    if held:
        model.agenda.enable(Possible(lambda: ("names", member.path, ""), lambda: release(model, member)))
    else:
        nameless(model, member)
    host_lost(model, member)


def expect_result(model: Model, member: Member, result: Result) -> None:
    """Expect the record of a result."""
    ended = model.expect(Ended, "I4, process 2.3", member, pid=member.pid)
    if result.fault is not None:
        model.expect_error(result.fault, ended.error, "I9, I10, I11, I45, I71, process 2.4", member)
    elif result.error is not None:
        from .values import same_error

        good = ended.error is not None and same_error(result.error, ended.error)
        model.check(good, f"the end by {result.error!r}", f"{ended!r}", "I9, I10, process 2.4", member)
    else:
        good = ended.error is None and ended.packed == result.packed
        model.check(good, f"the end with {result.packed!r}", f"{ended!r}", "I6, process 2.4", member)
    # What others are told is what was recorded (I34).
    result.packed, result.error = ended.packed, ended.error


def cancel_callees(model: Model, member: Member) -> None:
    """Expect that whom the process has called is asked to end (O20)."""
    from .mailboxes import put

    for callee in list(model.members.values()):
        caller = callee.caller
        if caller is not None and caller.member is member and model.routable(callee.pid) and callee.phase != GONE:
            put(model, callee, Letter(member.pid, EVENTS, EMPTY), "O20", kind="Cancel", sender=member.pid)


def forget_waits(model: Model, member: Member) -> None:
    """Nothing that the process waited for comes any more (process 2.3 step 1; I70, I97)."""
    for cancel in list(member.pending.values()):
        cancel()
    member.pending.clear()
    for each in (member.incoming, member.mailbox, member.topics, member.runnable, member.wakeups):
        each.clear()
    member.coroutines.clear()
    member.opaque_waits = 0


def release(model: Model, member: Member) -> None:
    """Expect that all names are freed (process 2.3 step 3; I58)."""
    held = {name for name, pid in model.names.items() if pid == member.pid}
    wanted: set[tuple[Any, ...]] = {(member.pid, name) for name in held}
    model.expect_changes("unnamed", wanted, ("pid", "name"), "I58, process 11.8")
    for name in held:
        del model.names[name]
    nameless(model, member)


def nameless(model: Model, member: Member) -> None:
    """Go on to the topology."""
    member.phase = NAMELESS
    model.agenda.enable(Possible(lambda: ("leave", member.path, ""), lambda: leave(model, member)))


def leave(model: Model, member: Member) -> None:
    """Expect the snapshot of watchers and peers, and enable the notices (process 2.3 steps 4 to 6; I33 to I38, I42)."""
    pid = member.pid
    watchers = [watcher for watcher, target in model.watches if target == pid and watcher != pid]
    peers = [other for pair in model.links if pid in pair for other in pair if other != pid]
    model.expect_changes("unmonitored", {(each, pid) for each in watchers}, ("pid", "other"), "I32, I33, process 2.3")
    model.expect_changes("unlinked", {(pid, each) for each in peers}, ("pid", "other"), "I35, I37, process 2.3")
    model.expect_change("gone", "process 2.3", pid=pid)
    member.phase = GONE
    for pair in [pair for pair in model.watches if pid in pair]:
        del model.watches[pair]
    model.links = {pair for pair in model.links if pid not in pair}
    if member.caller is not None:
        member.caller.end(member)
    send_notices(model, member, watchers, sorted(peers))


def send_notices(model: Model, member: Member, watchers: list[Pid], peers: list[Pid]) -> None:
    """Enable all EXITs; after the last of them all LINK_DOWNs, if the end was abnormal (G5; I36 to I38)."""
    result = member.result
    assert result is not None
    left = list(watchers)

    def told(watcher: Pid) -> None:
        exit_to(model, member, watcher)
        left.remove(watcher)
        if not left:
            send_downs()

    def send_downs() -> None:
        for peer in peers if result.failed else ():
            notice(model, "down", member, peer, lambda peer=peer: down_to(model, member, peer))

    for watcher in watchers:
        notice(model, "exit", member, watcher, lambda watcher=watcher: told(watcher))
    if not watchers:
        send_downs()


def notice(model: Model, verb: str, member: Member, receiver: Pid, do: Any) -> None:
    """Enable one notice."""
    model.agenda.enable(Possible(lambda: (verb, member.path, model.path_of(receiver)), do))


def exit_to(model: Model, member: Member, watcher: Pid) -> None:
    """Expect one EXIT, unless its watcher has ended meanwhile (I32 to I34)."""
    from .mailboxes import put

    receiver, result = model.routable(watcher), member.result
    assert result is not None
    if receiver is not None:
        letter = Letter(member.pid, EVENTS, result.packed)
        now_ns = model.agenda.now_ns
        put(
            model, receiver, letter, "I32, I33, I34, process 4.1",
            kind="Exit", sender=member.pid, error=result.error, at_ns=now_ns,
        )  # fmt: skip


def down_to(model: Model, member: Member, peer: Pid) -> None:
    """Expect one LINK_DOWN, unless its receiver has ended meanwhile (I35 to I37)."""
    from .mailboxes import put

    receiver, result = model.routable(peer), member.result
    assert result is not None
    if receiver is not None:
        letter = Letter(member.pid, EVENTS, EMPTY)
        now_ns = model.agenda.now_ns
        put(
            model, receiver, letter, "I35, I36, I37, process 4.1",
            kind="LinkDown", sender=member.pid, error=result.error, at_ns=now_ns,
        )  # fmt: skip


def host_lost(model: Model, member: Member) -> None:
    """A stopping host has one process less; with the last it has stopped (process 2.6; I14)."""
    host, stop = model.hosts.get(member.host), model.stops.get(member.host)
    if stop is not None:
        for action in stop.open.pop(member.pid, ()):
            model.agenda.disable(action)
    if host is None or host.state != "stopping" or lives_on(model, host.id):
        return
    if stop is not None and stop.grace is not None:
        model.agenda.cancel(stop.grace)
    model.expect(Change, "I14, process 2.6", kind="host", name=host.id)
    stands = model.expect(HostStands, "I14, process 2.6", id=host.id, state="stopped")
    host.state = stands.state


def lives_on(model: Model, host: str) -> list[Member]:
    """Return who lives on a host."""
    return [each for each in model.members.values() if each.host == host and each.phase in (ALIVE, FINISHED)]


class _Empty:
    """The payload of what carries nothing."""

    data = b""

    def __eq__(self, other: object) -> bool:
        return getattr(other, "data", None) == b""

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "no values"

    def value(self) -> None:
        return None


EMPTY = _Empty()


def accept_end(model: Model, member: Member, ended: Ended) -> None:
    """Take an end that the model did not foresee."""
    member.result = Result(packed=ended.packed, error=ended.error)
    member.phase = ENDED
    if member.deadline is not None:
        model.agenda.cancel(member.deadline)
    for action in [each for each in model.agenda.enabled if each.hint == member.pid]:
        model.agenda.disable(action)
    if member.host in model.hosts:
        model.hosts[member.host].processes -= 1
    forget_waits(model, member)
    if member.pid in model.names.values():
        model.agenda.enable(Possible(lambda: ("names", member.path, ""), lambda: release(model, member)))
    else:
        nameless(model, member)
