"""The project's own ``always`` properties, asked after every change that they could speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model.errors import Failure
from simcore.process.state.observer import Observer
from simcore.runner.judging import claim
from simcore.supervision.service import ServiceObserver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.catalog.properties import ProjectProperty
    from simcore.world.world import World


class Watch(Observer, ServiceObserver):
    """Asks each property after actions that change processes, links, monitors, names or policies."""

    _world: World

    def __init__(self, properties: Sequence[ProjectProperty]) -> None:
        self._properties = tuple(properties)

    def attach(self, world: World) -> None:
        self._world = world

    def ask(self) -> None:
        """Ask every property now.

        Raises:
            Failure: one does not hold; the failure has the property's name.
        """
        for each in self._properties:
            try:
                each.function(self._world)
            except Failure:
                raise
            except AssertionError as error:
                raise Failure(each.id.rpartition("::")[2], f"{each.statement} {claim(error)}") from error

    def _changed(self, *_arguments: Any, **_named: Any) -> None:
        if self._world is not None:
            # Not asked here, in the middle of an action, where the world is half changed, but before the next one.
            self._world.kernel.attend(self.ask)

    if not TYPE_CHECKING:  # a type checker keeps the observer's own signatures
        spawned = ended = nameless = gone = _changed
        monitored = unmonitored = linked = unlinked = named = unnamed = policies_changed = _changed
        host_changed = service_changed = _changed


def holds(world: World, check: Callable[[Any], None]) -> bool:
    """Tell whether a ``sometimes`` holds at the end of this run."""
    try:
        check(world)
    except AssertionError:
        return False
    return True
