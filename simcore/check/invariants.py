"""The invariants of every run, checked as things happen; no event costs more where there are more processes.

Each check keeps its own account of what it was told, so that a mistake of the runtime's tables is seen and not shared.
I1 to I100 are the invariants of process 17, G1 to G20 the guarantees of process 15.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.errors import Failure
from simcore.model.messages import RESERVED_PREFIX
from simcore.process.state.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.pid import Pid
    from simcore.process.state.envelope import Envelope
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime

INVARIANTS: Final = {
    "pid-unique": "I1: no two processes have one pid, and the unique parts increase",
    "one-result": "I4: a process ends once",
    "dead-do-nothing": "I5: a process that has ended takes no step, and sends nothing but what it had issued before",
    "terminated-steps-no-more": "G20: a process that was terminated begins no further step",
    "received-once": "I18: what is received was enqueued before, and is received once",
    "reserved-topic": "I22: no message of a program has a topic that begins with @",
    "exit-needs-monitor": "I32: an EXIT has an end and a monitor before it",
    "one-exit-per-monitor": "I33, G16: each monitor that stood at the snapshot gives one EXIT",
    "link-down-needs-error": "I35, I36: a LINK_DOWN has an abnormal end and a link before it; a normal end gives none",
    "exit-before-link-down": "I38, G4, G5: all EXITs of an end come before its LINK_DOWNs, both after its last message",
    "links-symmetric": "I41, G16: a link has two ends",
    "gone-is-gone": "I42: no process that is gone is linked or watched",
    "name-has-one-owner": "I55, G15: a name belongs to one process",
    "names-before-notices": "I58, G6: the names of the dead are free before anybody is told",
    "no-leaks": "I97: the dead hold no names, links, monitors, timers or subscriptions",
    "time-goes-on": "I99: virtual time never decreases",
}
"""What each name stands for."""


class Invariants(Observer):
    """Looks on and raises ``Failure`` in the action that breaks an invariant."""

    def __init__(self) -> None:
        self._runtime: Runtime | None = None
        self._last_unique = 0
        self._ended: dict[Pid, None] = {}
        self._stopped: dict[Pid, None] = {}
        self._in_mailbox: dict[Envelope, ProcessRecord] = {}
        self._watchers: dict[Pid, dict[Pid, None]] = {}
        self._watched: dict[Pid, dict[Pid, None]] = {}
        self._peers: dict[Pid, dict[Pid, None]] = {}
        self._owners: dict[str, Pid] = {}
        self._open_exits: dict[Pid, dict[Pid, None]] = {}
        self._open_downs: dict[Pid, dict[Pid, None]] = {}
        self._issued: dict[Pid, int] = {}
        self._now_ns = 0

    def attach(self, runtime: Runtime) -> None:
        """Look at *runtime* from now on."""
        self._runtime = runtime

    @property
    def runtime(self) -> Runtime:
        """What is looked at."""
        assert self._runtime is not None
        return self._runtime

    # -- life

    def spawned(self, record: ProcessRecord) -> None:
        unique = int(record.pid.unique, 16)
        _hold("pid-unique", unique > self._last_unique, f"{record.pid} was given after {self._last_unique:#07x}")
        self._last_unique = unique

    def stepping(self, record: ProcessRecord) -> None:
        # Written out, here and wherever messages pass: `_hold` would have its message made each time, true or not.
        if record.pid in self._stopped:
            name = "dead-do-nothing" if record.pid in self._ended else "terminated-steps-no-more"
            raise _failure(name, f"{record.pid} takes a step after its end or its termination")
        now_ns = record.runtime.kernel.now_ns
        if now_ns < self._now_ns:
            raise _failure("time-goes-on", f"{now_ns} ns after {self._now_ns} ns")
        self._now_ns = now_ns

    def end_requested(self, record: ProcessRecord) -> None:
        self._stopped[record.pid] = None

    def ended(self, record: ProcessRecord) -> None:
        _hold("one-result", record.pid not in self._ended, f"{record.pid} ends again")
        self._ended[record.pid] = self._stopped[record.pid] = None
        for envelope in [each for each in (*record.incoming, *record.unread()) if each in self._in_mailbox]:
            del self._in_mailbox[envelope]

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        mine = [name for name in names if self._owners.get(name) == record.pid]
        _hold("names-before-notices", len(mine) == len(names), f"{record.pid} frees {names}, of which it holds {mine}")
        for name in mine:
            del self._owners[name]

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        pid = record.pid
        expected = [watcher for watcher in self._watchers.pop(pid, {}) if watcher != pid]
        message = f"{pid} had the watchers {_list(expected)}, its snapshot has {_list(watchers)}"
        # Sorted: in which order they are told is for the schedule (N5).
        _hold("one-exit-per-monitor", sorted(expected) == sorted(watchers), message)
        linked = list(self._peers.pop(pid, {}))
        message = f"{pid} had the links {_list(linked)}, its snapshot has {_list(peers)}"
        _hold("links-symmetric", sorted(linked) == sorted(peers), message)
        _hold("gone-is-gone", pid not in self.runtime.topology, f"{pid} is gone and still in the topology")
        self._forget(pid, expected, linked)
        self._open_exits[pid] = dict.fromkeys(watchers)
        abnormal = record.outcome is not None and record.outcome.error is not None
        self._open_downs[pid] = dict.fromkeys(peers) if abnormal else {}

    def _forget(self, pid: Pid, watchers: list[Pid], peers: list[Pid]) -> None:
        for target in self._watched.pop(pid, {}):
            self._watchers.get(target, {}).pop(pid, None)
        for watcher in watchers:
            self._watched.get(watcher, {}).pop(pid, None)
        for peer in peers:
            self._peers.get(peer, {}).pop(pid, None)

    # -- mailboxes

    def enqueued(self, record: ProcessRecord, envelope: Envelope) -> None:
        if envelope.event is None:
            if envelope.topic[:1] == RESERVED_PREFIX:
                raise _failure("reserved-topic", f"a message on {envelope.topic} was enqueued to {record.pid}")
            if envelope.sender in self._ended:
                self._sends_dead(envelope)
        self._in_mailbox[envelope] = record

    def forced(self, record: ProcessRecord) -> None:
        """What it issued in its last step is still performed (process 15.1.1 rule 1), and no more than that."""
        self._issued[record.pid] = len(record.commands)

    def _sends_dead(self, envelope: Envelope) -> None:
        sender = envelope.sender
        assert sender is not None
        left = self._issued.get(sender, 0)
        if not left:
            raise _failure("dead-do-nothing", f"{sender} sends {envelope.topic} after its end")
        self._issued[sender] = left - 1

    def received(self, record: ProcessRecord, envelope: Envelope) -> None:
        if self._in_mailbox.pop(envelope, None) is not record:
            raise _failure("received-once", f"{record.pid} receives {envelope.topic}, which is not in its mailbox")

    def put_back(self, record: ProcessRecord, envelope: Envelope) -> None:
        self._in_mailbox[envelope] = record

    # -- notices

    def exit_sent(self, watcher: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        pid = record.pid
        _hold("exit-needs-monitor", pid in self._ended, f"an EXIT of {pid}, which has not ended")
        _hold("names-before-notices", not self.runtime.names.of(pid), f"an EXIT of {pid}, which still has names")
        known = watcher in self._open_exits.get(pid, {})
        _hold("exit-needs-monitor", known, f"an EXIT of {pid} to {watcher}, which does not watch it (any more)")
        del self._open_exits[pid][watcher]

    def link_down_sent(self, peer: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        pid = record.pid
        _hold("exit-before-link-down", not self._open_exits.get(pid), f"a LINK_DOWN of {pid} before all its EXITs")
        known = peer in self._open_downs.get(pid, {})
        _hold("link-down-needs-error", known, f"a LINK_DOWN of {pid} to {peer}: no abnormal end with such a link")
        del self._open_downs[pid][peer]

    # -- relations and names

    def monitored(self, watcher: Pid, target: Pid) -> None:
        _hold("gone-is-gone", target in self.runtime.topology, f"{watcher} monitors {target}, which is gone")
        self._watchers.setdefault(target, {})[watcher] = None
        self._watched.setdefault(watcher, {})[target] = None

    def unmonitored(self, watcher: Pid, target: Pid) -> None:
        self._watchers.get(target, {}).pop(watcher, None)
        self._watched.get(watcher, {}).pop(target, None)

    def linked(self, one: Pid, other: Pid) -> None:
        self._check_pair(one, other, linked=True)
        self._peers.setdefault(one, {})[other] = None
        self._peers.setdefault(other, {})[one] = None

    def unlinked(self, one: Pid, other: Pid) -> None:
        self._check_pair(one, other, linked=False)
        self._peers.get(one, {}).pop(other, None)
        self._peers.get(other, {}).pop(one, None)

    def _check_pair(self, one: Pid, other: Pid, *, linked: bool) -> None:
        topology = self.runtime.topology
        held = topology.linked(one, other) == topology.linked(other, one) == linked
        _hold("links-symmetric", held, f"after the change {one} and {other} are {'not ' if linked else ''}both linked")

    def named(self, name: str, pid: Pid) -> None:
        owner = self._owners.get(name, pid)
        _hold("name-has-one-owner", owner == pid, f"{name} is bound to {pid} while {owner} holds it")
        self._owners[name] = pid

    def unnamed(self, name: str, pid: Pid) -> None:
        self._owners.pop(name, None)

    # -- the end of a run

    def quiescent(self) -> None:
        """Look for what the dead still hold, and for notices that were promised and never came."""
        runtime = self.runtime
        for account, what in ((self._open_exits, "EXIT"), (self._open_downs, "LINK_DOWN")):
            for pid, receivers in account.items():
                _hold("one-exit-per-monitor", not receivers, f"no {what} of {pid} came to {_list(list(receivers))}")
        stale = "stale_name_binding" in runtime.options.quirks
        for name, pid in () if stale else runtime.names.items():
            _hold("no-leaks", runtime.living(pid), f"the name {name} belongs to {pid}, which has ended")
        for pid in runtime.topology.graph.nodes:
            if not runtime.living(pid):
                raise _failure("no-leaks", f"{pid} has ended and is still in the topology")
        for record in runtime.records.values():
            if (record.pending or record.subscriptions or record.tasks) and not runtime.living(record.pid):
                text = f"{record.pid} has ended and still has timers, subscriptions or coroutines"
                raise _failure("no-leaks", text)


def _failure(name: str, message: str) -> Failure:
    return Failure(name, f"{message} (invariant {INVARIANTS[name]})")


def _hold(name: str, held: object, message: str) -> None:
    if not held:
        raise _failure(name, message)


def _list(pids: Sequence[Pid]) -> str:
    return ", ".join(pids) or "nobody"
