"""All services and hosts of a world, and who needs whom (process 14.1, 14.9, 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.graph.dependencies import Dependencies
from simcore.model.errors import NotFound, UsageError
from simcore.supervision.host import HostMember

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.process.state.runtime import Host, Runtime
    from simcore.supervision.member import Member, Orders
    from simcore.supervision.service import Service
    from simcore.supervision.spec import HostSpec


class Roster:
    """The members by id, and the graph of what they need.

    ``provided`` holds ids that count as running although they are no service and no host: entries of an application
    that are no part of a simulation.
    """

    def __init__(self, runtime: Runtime, orders: Orders) -> None:
        self.services: dict[str, Service] = {}
        self.dependencies: Dependencies = Dependencies()
        self.provided: dict[str, None] = {}
        self._runtime = runtime
        self._orders = orders
        self._hosts: dict[str, HostMember] = {}

    # -- entering

    def enter_service(self, service: Service) -> None:
        """Enter a service, which needs its host too (process 14.13).

        Raises:
            UsageError: the id is taken, or it would need itself.
        """
        id = service.id
        if id in self.services or id in self._runtime.hosts:
            what = "service" if id in self.services else "host"
            raise UsageError(f"the id {id} is taken by another {what}; rename one of the two")
        self._need(id, [*service.spec.depends_on, service.spec.host])
        self.services[id] = service

    def enter_host(self, spec: HostSpec) -> HostMember:
        """Enter a host with its settings; one that runs already keeps what runs on it.

        Raises:
            UsageError: the id is taken, or it would need itself.
        """
        if spec.id in self.services:
            raise UsageError(f"the id {spec.id} is taken by another service; rename one of the two")
        if spec.depends_on:
            self._need(spec.id, spec.depends_on)
        known = spec.id in self._runtime.hosts
        host = self._runtime.add_host(spec.id, processes_max=spec.processes_max)
        if not known and (spec.depends_on or not spec.auto_start):
            host.state = "created"
            if self._runtime.scribe is not None:
                self._runtime.scribe.host_declared(host)
        member = self._hosts[spec.id] = HostMember(host, self._runtime, self._orders, spec)
        return member

    def _need(self, id: str, needs: Sequence[str]) -> None:
        old = self.dependencies.needs(id)
        self.dependencies.add(id, needs)
        cycle = self.dependencies.cycle()
        if cycle:
            # The graph as it was: the error may be caught, and the world goes on.
            self.dependencies.add(id, old)
            raise UsageError(f"services need each other in a circle: {' -> '.join([*cycle, cycle[0]])}; break it")

    # -- looking up

    def service(self, id: str) -> Service:
        """Return the service *id*.

        Raises:
            NotFound: there is no such service.
        """
        if id not in self.services:
            raise NotFound(f"service not found: {id}")
        return self.services[id]

    def host(self, host: Host) -> HostMember:
        """Return *host* as a member, also where nobody declared it."""
        if host.id not in self._hosts:
            self._hosts[host.id] = HostMember(host, self._runtime, self._orders)
        return self._hosts[host.id]

    def member(self, id: str) -> Member | None:
        """Return the service or the host *id*; None is something that is provided, or unknown."""
        if id in self.services:
            return self.services[id]
        host = self._runtime.hosts.get(id)
        return None if host is None else self.host(host)

    def members(self, ids: Iterable[str]) -> list[Member]:
        """Return the services and hosts among *ids*, in their order."""
        found = [self.member(id) for id in ids]
        return [member for member in found if member is not None]

    def unknown(self, member: Member) -> list[str]:
        """Return what *member* needs and nobody knows."""
        needs = self.dependencies.needs(member.id)
        return [id for id in needs if self.member(id) is None and id not in self.provided]

    def needed_by(self, member: Member) -> list[Member]:
        """Return who needs *member* itself."""
        return self.members(self.dependencies.needed_by(member.id))

    def needs(self, member: Member) -> list[Member]:
        """Return the services and hosts that *member* needs itself."""
        return self.members(self.dependencies.needs(member.id))
