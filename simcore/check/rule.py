"""What all families of invariants have in common: they look on, and say which of their invariants does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simcore.model.errors import Failure
from simcore.process.state.observer import Observer
from simcore.supervision.service import ServiceObserver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.state.runtime import Runtime
    from simcore.supervision.supervisor import Supervisor


class Rule(Observer, ServiceObserver):
    """One family of invariants. It raises ``Failure`` in the action that breaks one of them.

    A family keeps its own account of what it was told, so that a mistake of the runtime's tables is seen and not
    shared; and no event costs it more where there are more processes.
    """

    INVARIANTS: ClassVar[Mapping[str, str]] = {}
    """The names of its invariants, each with its number in process 17 and what it stands for."""

    runtime: Runtime
    supervisor: Supervisor

    def attach(self, world: Any) -> None:
        self.runtime = world.runtime
        self.supervisor = world.supervisor

    def quiescent(self) -> None:
        """Look for what should have happened, now that nothing can happen any more."""

    def failure(self, name: str, message: str) -> Failure:
        """Return what says that the invariant *name* does not hold."""
        return Failure(name, f"{message} (invariant {self.INVARIANTS[name]})")

    def hold(self, name: str, held: object, message: str) -> None:
        """Raise ``Failure`` of the invariant *name* unless it *held*."""
        if not held:
            raise self.failure(name, message)
