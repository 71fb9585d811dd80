"""A process host as a service: it begins after what it needs and stops after what runs on it (process 14.13, 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simcore.supervision.host_stop import stop_host
from simcore.supervision.member import Member
from simcore.supervision.spec import HostSpec

if TYPE_CHECKING:
    from simcore.kernel.action import Action
    from simcore.process.state.runtime import Host, Runtime
    from simcore.supervision.member import Orders


class HostMember(Member):
    """One host. It has no process of its own, so it neither fails nor is tried again."""

    __slots__ = ("host", "spec")
    KIND: ClassVar[str] = "host"

    def __init__(self, host: Host, runtime: Runtime, orders: Orders, spec: HostSpec | None = None) -> None:
        super().__init__(host.id, runtime, orders)
        self.host: Host = host
        self.spec: HostSpec = HostSpec(id=host.id) if spec is None else spec
        self.wanted: bool = host.state != "created"
        self.begun: bool = self.wanted

    @property
    def up(self) -> bool:
        """Whether nobody has to wait for it. One that stops never runs again: what needs it fails by itself."""
        return self.wanted if self.host.state == "running" else self._begun_once

    @property
    def runs_or_will(self) -> bool:
        return self.waiting or self._begun_once

    @property
    def has_to_stop(self) -> bool:
        return self._begun_once

    @property
    def _begun_once(self) -> bool:
        return self.host.state != "created"

    def begin(self) -> None:
        """Take processes in from now on."""
        self.action: Action | None = None
        self.waiting = False
        self.begun = True
        self.host.state = "running"
        self.runtime.observer.host_changed(self.host)
        self.orders.runs(self)

    def stop(self, grace_ns: int | None = None) -> None:
        """Begin the stop of process 2.6; one that was asked for before keeps its deadline."""
        grace_ns = self.spec.stop_timeout_ns if grace_ns is None else grace_ns
        stop_host(self.runtime, self.host, grace_ns, lambda: self.orders.settled(self))
