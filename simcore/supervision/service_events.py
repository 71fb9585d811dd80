"""What comes to a service by itself: its process is gone, or a time is over (A5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.action import Action, Label
from simcore.kernel.kernel import Timer
from simcore.process.state.runtime import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.errors import ProcessError
    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime


class Watcher:
    """Tells a service that its child is gone, by an action in any order with what else goes on.

    Args:
        id: the service.
        child: its process.
        then: what is told.
    """

    __slots__ = ("_child", "_id", "_then")

    def __init__(self, id: str, child: ProcessRecord, then: Callable[[ProcessRecord], None]) -> None:
        self._id = id
        self._child = child
        self._then = then

    @property
    def record(self) -> ProcessRecord | None:
        """None: nobody called, so nobody's end can cancel the call."""
        return None

    @property
    def waits(self) -> bool:
        """A service hears of the end of its process, whatever it is told to do meanwhile."""
        return True

    def enable(self, payload: Payload, error: ProcessError | None = None) -> None:
        """Let the service learn of it from now on."""
        self._child.runtime.kernel.enable(ChildEnded(self._id, self._child, self._then))


class ChildEnded(Action):
    """Learn that a service's process is gone."""

    __slots__ = ("_child", "_id", "_then")

    def __init__(self, id: str, child: ProcessRecord, then: Callable[[ProcessRecord], None]) -> None:
        super().__init__()
        self._id = id
        self._child = child
        self._then = then

    def label(self) -> Label:
        return Label("service:exit", f"{WORLD}/{self._id}")

    def perform(self) -> None:
        self._then(self._child)


class ServiceTimer(Timer):
    """A retry, or the end of somebody's patience; in any order with what else is due at the instant (N24)."""

    __slots__ = ("_id", "_then", "_verb")

    def __init__(self, runtime: Runtime, id: str, verb: str, delay_ns: int, then: Callable[[], None]) -> None:
        self._id = id
        self._verb = verb
        self._then = then
        super().__init__(runtime.kernel, runtime.now_ns + delay_ns)

    def label(self) -> Label:
        return Label(f"service:{self._verb}", f"{WORLD}/{self._id}")

    def fire(self) -> None:
        self._then()
