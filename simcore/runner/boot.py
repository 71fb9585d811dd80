"""The boot of an application: what starts by itself is started, and has to stay up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.durations import SECOND, format_duration
from simcore.model.errors import Failure
from simcore.model.foreign import foreign_use
from simcore.model.places import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.catalog.item import Item
    from simcore.lua.application import Application
    from simcore.model.outcome import Remark
    from simcore.world.services import ServiceStatus
    from simcore.world.world import World

BOOT_NS: Final = 60 * SECOND
"""The virtual time that a boot lasts."""
STABLE_NS_MAX: Final = BOOT_NS // 2
"""Who stays up for so long has stayed up, whatever its own threshold: a longer one has no room in a boot."""


def boot(item: Item, world: World) -> tuple[Remark, ...]:
    """Start what starts by itself and let a minute pass; every such service has to have begun (process 14.9), and to
    have stayed up for its stable threshold if it ever failed."""
    assert item.application is not None
    world.install(item.application)
    world.run(until=BOOT_NS)
    troubles = [*_troubles_of_hosts(item.application, world), *_troubles_of_services(item.application, world)]
    if troubles:
        # What fails by itself is told, and not what is missing in the simulation only.
        raise Failure("boot", min(troubles, key=lambda trouble: bool(foreign_use(trouble))))
    return ()


def _troubles_of_hosts(application: Application, world: World) -> Iterator[str]:
    for id, host in application.hosts.items():
        error = world.hosts[id].error
        if host.auto_start and not host.optional and error is not None:
            yield f"{id} was not started: {error.message}"


def _troubles_of_services(application: Application, world: World) -> Iterator[str]:
    for id, service in application.services.items():
        if service.auto_start and not service.optional:
            yield from _troubles(world.services[id], min(service.stable_threshold_ns, STABLE_NS_MAX))


def _troubles(status: ServiceStatus, stable_ns: int) -> Iterator[str]:
    reason = told(status.error) if status.error is not None else "no reason is known"
    if not status.wanted and status.error is not None:
        yield f"{status.id} was not started: {reason}"
    elif status.state == "Failed" and not status.retrying:
        yield f"{status.id} has failed for good: {reason}"
    elif status.state == "Exited" and status.error is not None and status.longest_up_ns < stable_ns:
        yield f"{status.id} has ended for good: {reason}"
    elif status.state != "Exited" and status.failures and status.longest_up_ns < stable_ns:
        failed = f"failed {_times(status.failures)} and was started again {_times(status.restarts)}"
        yield f"{status.id} never stayed up for {format_duration(stable_ns)}: it {failed}, the last time: {reason}"


def _times(amount: int) -> str:
    return "once" if amount == 1 else f"{amount:,} times"
