"""A Python coroutine before its first step, so that a world can be dropped while coroutines wait for theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model.errors import ArgumentTypeError
from simcore.model.shapes import name_of
from simcore.python.arguments import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from simcore.process.state.record import ProcessRecord, Task


def passed_first(behaviour: object, by: str) -> str:
    """Say that the ``Process`` comes before the arguments, which is what a function forgets that does not take them.

    Args:
        behaviour: the function.
        by: what passes it.
    """
    name = name_of(behaviour).rpartition(".")[2]
    return f"; {by} passes `process` before the arguments: write `async def {name}(process, ...)`"


class Unstarted:
    """Makes the coroutine with its first step, which then takes its place in the task: Python warns of one that was
    made and never started.

    Args:
        record: whose coroutine it is.
        behaviour: the ``async def`` function.
        parameters: what it is called with.

    Raises:
        TypeError: the parameters do not fit.
        ArgumentTypeError: it is no ``async def`` function.
    """

    __slots__ = ("_behaviour", "_coroutine", "_parameters", "_record", "task")

    def __init__(
        self, record: ProcessRecord, behaviour: Callable[..., Coroutine[Any, Any, Any]], parameters: tuple[Any, ...]
    ) -> None:
        self._record = record
        self._behaviour = behaviour
        self._parameters = parameters
        self._coroutine: Coroutine[Any, Any, Any] | None = None
        self.task: Task | None = None
        # Made once to see whether the parameters fit, and closed at once.
        trial = behaviour(*parameters)
        if not hasattr(trial, "cr_frame"):
            raise ArgumentTypeError(f"go takes an `async def` function, not {kind_of(behaviour)}")
        trial.close()

    def send(self, value: Any, /) -> Any:
        """Go on, from the first line where it was not started yet."""
        if self._coroutine is None:
            self._coroutine = self._behaviour(*self._parameters)
            (self.task or self._record.main).coroutine = self._coroutine
        return self._coroutine.send(value)

    @property
    def started(self) -> Coroutine[Any, Any, Any] | None:
        """The behaviour's own coroutine, or None before the first step."""
        return self._coroutine

    def throw(self, error: BaseException, /) -> Any:
        """Go on with an error; one that was not started has nothing that could catch it."""
        if self._coroutine is None:
            raise error
        return self._coroutine.throw(error)
