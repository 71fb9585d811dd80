"""The supervisor of a world: declares its services and hosts, and gives the orders of start and stop (process 14).

It holds no rule of one service (``service.py``) or host (``host.py``), and none of who comes first
(``start_order.py``, ``stop_order.py``): it hears what happened to a member and tells the orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.supervision.roster import Roster
from simcore.supervision.service import Service
from simcore.supervision.start_order import StartOrder
from simcore.supervision.stop_order import StopOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.graph.dependencies import Dependencies
    from simcore.process.state.runtime import Host, Runtime
    from simcore.supervision.member import Member
    from simcore.supervision.service import ServiceObserver
    from simcore.supervision.spec import HostSpec, ServiceSpec


class Supervisor:
    """All services and hosts of a world, and what is asked of them.

    Args:
        runtime: where their processes run.
        observer: who is told what happens to services.
    """

    def __init__(self, runtime: Runtime, observer: ServiceObserver) -> None:
        self.runtime = runtime
        self.observer = observer
        self.roster: Roster = Roster(runtime, self)
        self.start_order: StartOrder = StartOrder(self.roster, self._is_stopping)
        self._stop_orders: list[StopOrder] = []
        self._unbooted: list[str] = []

    @property
    def services(self) -> dict[str, Service]:
        """The services by id, in the order of their declaration."""
        return self.roster.services

    @property
    def dependencies(self) -> Dependencies:
        """What services and hosts need."""
        return self.roster.dependencies

    # -- declaring

    def declare(self, spec: ServiceSpec) -> None:
        """Enter a service; it starts with the world, or when it is asked for.

        Raises:
            UsageError: the id is taken, or the service would need itself.
        """
        self.roster.enter_service(Service(spec, self.runtime, self, self.observer))
        self.observer.service_declared(spec)
        if spec.auto_start:
            self._unbooted.append(spec.id)

    def declare_host(self, spec: HostSpec) -> None:
        """Enter a host; one that needs nothing runs at once, unless it is to wait until it is needed.

        Raises:
            UsageError: the id is taken, or the host would need itself.
        """
        member = self.roster.enter_host(spec)
        if spec.auto_start and not member.up:
            self._unbooted.append(spec.id)

    # -- asking

    def boot(self) -> None:
        """Start everything with ``auto_start`` that was declared since the last boot, as one batch (process 14.9)."""
        if self._unbooted:
            ids, self._unbooted = self._unbooted, []
            self.start(ids)

    def start(self, ids: Iterable[str]) -> None:
        """Let services run, and before them whatever they need (process 14.9)."""
        self.start_order.start(ids)

    def stop(self, ids: Iterable[str], hosts: Sequence[Host] = (), *, grace_ns: int | None = None) -> None:
        """Stop services and hosts, before them all that need them (process 14.12).

        Args:
            ids: the services.
            hosts: hosts, after what needs them; where nothing is active on them they begin at once.
            grace_ns: nanoseconds that the processes of *hosts* have; None is the stop timeout of each.
        """
        # A host that nobody declared is no node of the graph yet, and would have no level.
        for host in hosts:
            self.dependencies.add(host.id, self.dependencies.needs(host.id))
        members = self.roster.members(self.dependencies.dependents([*ids, *(host.id for host in hosts)]))
        for member in members:
            member.dismiss()
        graces_ns = {} if grace_ns is None else {host.id: grace_ns for host in hosts}
        active = [member for member in members if member.has_to_stop]
        order = StopOrder(active, self.dependencies, graces_ns, self._stopped)
        if order.is_alone:
            order.at_once()
        elif active:
            self._stop_orders.append(order)
            order.go_on()

    def _stopped(self, order: StopOrder) -> None:
        """Everything of a stop has settled; who was asked to run meanwhile may start."""
        self._stop_orders.remove(order)
        for member in order.members.values():
            self.start_order.try_to_begin(member)

    def _is_stopping(self, member: Member) -> bool:
        return any(member.id in order.members for order in self._stop_orders)

    # -- hearing what happened

    def runs(self, member: Member) -> None:
        """A member runs: what waited for it may begin."""
        self.start_order.try_dependents(member)

    def given_up(self, member: Member) -> None:
        """A first start came to nothing for good: what waited for it does not begin."""
        self.start_order.block_dependents(member)

    def settled(self, member: Member) -> None:
        """A member is done with stopping, or failed while somebody wanted it to."""
        # A copy, since an order that is done takes itself off the list.
        for order in list(self._stop_orders):
            order.settled(member)
        self.start_order.try_to_begin(member)
        # What waited for a host to be gone goes on, and learns that it is.
        self.start_order.try_dependents(member)

    def free(self, member: Member) -> None:
        """Nothing is left of a member's last run."""
        self.start_order.try_to_begin(member)
