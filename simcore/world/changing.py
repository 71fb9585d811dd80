"""How what observers hear becomes a ``Change``: one translation, for ``always`` and for the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.changes import Change
from simcore.process.state.observer import Observer
from simcore.supervision.service import ServiceObserver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Host
    from simcore.supervision.service import Service


class Changing(Observer, ServiceObserver):
    """Hears of changes of processes, links, monitors, names, policies, hosts and services, one after the other."""

    def note(self, change: Change) -> None:
        """There was this change; it is told in the middle of an action, where the world is half changed."""
        raise NotImplementedError

    # -- processes

    def spawned(self, record: ProcessRecord) -> None:
        self.note(Change(kind="spawned", pid=record.pid))

    def ended(self, record: ProcessRecord) -> None:
        self.note(Change(kind="ended", pid=record.pid))

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        for name in names:
            self.note(Change(kind="unnamed", pid=record.pid, name=name))

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        for watcher in watchers:
            self.note(Change(kind="unmonitored", pid=watcher, other=record.pid))
        for peer in peers:
            self.note(Change(kind="unlinked", pid=record.pid, other=peer))
        self.note(Change(kind="gone", pid=record.pid))

    # -- relations and names

    def monitored(self, watcher: Pid, target: Pid) -> None:
        self.note(Change(kind="monitored", pid=watcher, other=target))

    def unmonitored(self, watcher: Pid, target: Pid) -> None:
        self.note(Change(kind="unmonitored", pid=watcher, other=target))

    def linked(self, one: Pid, other: Pid) -> None:
        self.note(Change(kind="linked", pid=one, other=other))

    def unlinked(self, one: Pid, other: Pid) -> None:
        self.note(Change(kind="unlinked", pid=one, other=other))

    def named(self, name: str, pid: Pid) -> None:
        self.note(Change(kind="named", pid=pid, name=name))

    def unnamed(self, name: str, pid: Pid) -> None:
        self.note(Change(kind="unnamed", pid=pid, name=name))

    # -- policies, hosts and services

    def policies_changed(self, change: str, policy_id: str, group: str) -> None:
        self.note(Change(kind="policies", name=policy_id))

    def host_changed(self, host: Host) -> None:
        self.note(Change(kind="host", name=host.id))

    def service_changed(self, service: Service, old: str) -> None:
        self.note(Change(kind="service", name=service.id))
