"""The project's own ``always`` properties, asked after every change that they could speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.changes import Change, Changes
from simcore.model.errors import Failure
from simcore.process.state.observer import Observer
from simcore.runner.handed_back import refuse_result
from simcore.runner.judging import claim
from simcore.supervision.service import ServiceObserver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.catalog.properties import ProjectProperty
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Host
    from simcore.supervision.service import Service
    from simcore.world.world import World


class Watch(Observer, ServiceObserver):
    """Asks each property after actions that change processes, links, monitors, names or policies.

    What has changed is kept until the properties are asked, and no longer: it grows neither with the run nor with the
    world.
    """

    _world: World

    def __init__(self, properties: Sequence[ProjectProperty]) -> None:
        self._properties = tuple(properties)
        self._changes: list[Change] = []
        self._mistake: BaseException | None = None

    def attach(self, world: World) -> None:
        self._world = world

    def ask(self) -> None:
        """Ask every property now.

        Raises:
            Failure: one does not hold; the failure has the property's name.
        """
        self._ask(at_the_end=False)

    def ask_at_the_end(self) -> None:
        """Ask every property once more, of a run that is over; raises as ``ask``, and what a property has raised before
        that could not be asked."""
        if self._mistake is not None:
            raise self._mistake
        self._ask(at_the_end=True)

    def _ask(self, *, at_the_end: bool) -> None:
        changes = Changes(self._changes, at_the_end=at_the_end)
        self._changes.clear()
        for each in self._properties:
            try:
                result = each.function(self._world, changes) if each.wants_changes else each.function(self._world)
                if result is not None:
                    _refuse(result, each)
            except Failure:
                raise
            except AssertionError as error:
                raise Failure(each.id.rpartition("::")[2], f"{each.statement} {claim(error)}") from error
            except BaseException as error:
                # The body may swallow it; what could not be asked did not hold for all that.
                self._mistake = self._mistake or error
                raise

    def _note(self, change: Change) -> None:
        self._changes.append(change)
        # Not asked here, in the middle of an action, where the world is half changed, but before the next one.
        self._world.kernel.attend(self.ask)

    # -- processes

    def spawned(self, record: ProcessRecord) -> None:
        self._note(Change(kind="spawned", pid=record.pid))

    def ended(self, record: ProcessRecord) -> None:
        self._note(Change(kind="ended", pid=record.pid))

    def nameless(self, record: ProcessRecord, names: Sequence[str]) -> None:
        for name in names:
            self._note(Change(kind="unnamed", pid=record.pid, name=name))

    def gone(self, record: ProcessRecord, watchers: Sequence[Pid], peers: Sequence[Pid]) -> None:
        for watcher in watchers:
            self._note(Change(kind="unmonitored", pid=watcher, other=record.pid))
        for peer in peers:
            self._note(Change(kind="unlinked", pid=record.pid, other=peer))
        self._note(Change(kind="gone", pid=record.pid))

    # -- relations and names

    def monitored(self, watcher: Pid, target: Pid) -> None:
        self._note(Change(kind="monitored", pid=watcher, other=target))

    def unmonitored(self, watcher: Pid, target: Pid) -> None:
        self._note(Change(kind="unmonitored", pid=watcher, other=target))

    def linked(self, one: Pid, other: Pid) -> None:
        self._note(Change(kind="linked", pid=one, other=other))

    def unlinked(self, one: Pid, other: Pid) -> None:
        self._note(Change(kind="unlinked", pid=one, other=other))

    def named(self, name: str, pid: Pid) -> None:
        self._note(Change(kind="named", pid=pid, name=name))

    def unnamed(self, name: str, pid: Pid) -> None:
        self._note(Change(kind="unnamed", pid=pid, name=name))

    # -- policies, hosts and services

    def policies_changed(self, change: str, policy_id: str, group: str) -> None:
        self._note(Change(kind="policies", name=policy_id))

    def host_changed(self, host: Host) -> None:
        self._note(Change(kind="host", name=host.id))

    def service_changed(self, service: Service, old: str) -> None:
        self._note(Change(kind="service", name=service.id))


def watching(properties: Sequence[ProjectProperty]) -> list[Watch]:
    """Return who asks *properties*: nobody where there are none, so that those who claim nothing pay nothing."""
    return [Watch(properties)] if properties else []


def holds(world: World, property: ProjectProperty) -> bool:
    """Tell whether a ``sometimes`` holds at the end of this run.

    Raises:
        UsageError: it returns something.
    """
    try:
        _refuse(property.function(world), property)
    except AssertionError:
        return False
    return True


def _refuse(result: object, property: ProjectProperty) -> None:
    place, name = property.source_line, property.id.rpartition("::")[2]
    refuse_result(result, f"{place}: {name}" if place else name, "a property")
