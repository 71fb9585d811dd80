"""The invariants of monitors, links, names, and the notices of an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simcore.check.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord


class Relations(Rule):
    """Looks at who watches, is linked to and is named by whom, and at who is told of an end."""

    INVARIANTS: ClassVar[Mapping[str, str]] = {
        "exit-needs-monitor": "I32: an EXIT has an end and a monitor before it",
        "one-exit-per-monitor": "I33, G16: each monitor that stood at the snapshot gives one EXIT",
        "link-down-needs-error": "I35, I36: a LINK_DOWN has an abnormal end and a link before it, a normal end none",
        "exit-before-link-down": "I38, G4, G5: all EXITs of an end come before its LINK_DOWNs, after its last message",
        "links-symmetric": "I41, G16: a link has two ends",
        "gone-is-gone": "I42: no process that is gone is linked or watched",
        "name-has-one-owner": "I55, G15: a name belongs to one process",
        "names-before-notices": "I58, G6: the names of the dead are free before anybody is told",
    }

    def __init__(self) -> None:
        self._ended: dict[Pid, None] = {}
        self._watchers: dict[Pid, dict[Pid, None]] = {}
        self._watched: dict[Pid, dict[Pid, None]] = {}
        self._peers: dict[Pid, dict[Pid, None]] = {}
        self._owners: dict[str, Pid] = {}
        self._open_exits: dict[Pid, dict[Pid, None]] = {}
        self._open_downs: dict[Pid, dict[Pid, None]] = {}

    # -- the end of a process

    def ended(self, record: ProcessRecord) -> None:
        self._ended[record.pid] = None

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        mine = [name for name in names if self._owners.get(name) == record.pid]
        self.hold(
            "names-before-notices", len(mine) == len(names), f"{record.pid} frees {names}, of which it holds {mine}"
        )
        for name in mine:
            del self._owners[name]

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        pid = record.pid
        expected = [watcher for watcher in self._watchers.pop(pid, {}) if watcher != pid]
        message = f"{pid} had the watchers {_list(expected)}, its snapshot has {_list(watchers)}"
        # Sorted: in which order they are told is for the schedule (N5).
        self.hold("one-exit-per-monitor", sorted(expected) == sorted(watchers), message)
        linked = list(self._peers.pop(pid, {}))
        message = f"{pid} had the links {_list(linked)}, its snapshot has {_list(peers)}"
        self.hold("links-symmetric", sorted(linked) == sorted(peers), message)
        self.hold("gone-is-gone", pid not in self.runtime.topology, f"{pid} is gone and still in the topology")
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

    # -- notices

    def exit_sent(self, watcher: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        pid = record.pid
        self.hold("exit-needs-monitor", pid in self._ended, f"an EXIT of {pid}, which has not ended")
        self.hold("names-before-notices", not self.runtime.names.of(pid), f"an EXIT of {pid}, which still has names")
        known = watcher in self._open_exits.get(pid, {})
        self.hold("exit-needs-monitor", known, f"an EXIT of {pid} to {watcher}, which does not watch it (any more)")
        del self._open_exits[pid][watcher]

    def link_down_sent(self, peer: Pid, record: ProcessRecord, *, delivered: bool) -> None:
        pid = record.pid
        self.hold("exit-before-link-down", not self._open_exits.get(pid), f"a LINK_DOWN of {pid} before all its EXITs")
        known = peer in self._open_downs.get(pid, {})
        self.hold("link-down-needs-error", known, f"a LINK_DOWN of {pid} to {peer}: no abnormal end with such a link")
        del self._open_downs[pid][peer]

    # -- relations and names

    def monitored(self, watcher: Pid, target: Pid) -> None:
        self.hold("gone-is-gone", target in self.runtime.topology, f"{watcher} monitors {target}, which is gone")
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
        self.hold(
            "links-symmetric", held, f"after the change {one} and {other} are {'not ' if linked else ''}both linked"
        )

    def named(self, name: str, pid: Pid) -> None:
        owner = self._owners.get(name, pid)
        self.hold("name-has-one-owner", owner == pid, f"{name} is bound to {pid} while {owner} holds it")
        self._owners[name] = pid

    def unnamed(self, name: str, pid: Pid) -> None:
        self._owners.pop(name, None)

    # -- the end of a run

    def quiescent(self) -> None:
        """Look for notices that were promised and never came."""
        for account, what in ((self._open_exits, "EXIT"), (self._open_downs, "LINK_DOWN")):
            for pid, receivers in account.items():
                self.hold("one-exit-per-monitor", not receivers, f"no {what} of {pid} came to {_list(list(receivers))}")


def _list(pids: Sequence[Pid]) -> str:
    return ", ".join(pids) or "nobody"
