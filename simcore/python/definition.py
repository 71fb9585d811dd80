"""Behaviours as definitions: what a spawn of a Python process starts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from simcore.model.errors import (
    INTERNAL,
    UsageError,
    process_error,
)
from simcore.python.front import PythonFrontEnd
from simcore.python.process import Process
from simcore.python.unstarted import Unstarted

if TYPE_CHECKING:
    from simcore.model.payload import Payload
    from simcore.process.state.record import ProcessRecord


Behaviour: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]
"""An ``async def`` whose first parameter is the ``Process``; its return value is the process's result."""


class PythonDefinition:
    """A behaviour under the id by which it is spawned.

    Raises:
        UsageError: the behaviour is no ``async def`` function.
    """

    def __init__(self, id: str, behaviour: Behaviour) -> None:
        if not inspect.iscoroutinefunction(behaviour):
            raise UsageError(f"the behaviour of {id} is an `async def` function, not {behaviour!r}")
        self.id = id
        self._behaviour = behaviour

    def start(self, record: ProcessRecord, arguments: Payload) -> tuple[PythonFrontEnd, Unstarted]:
        """Bind the arguments; nothing of the behaviour runs yet.

        Raises:
            ProcessError: the behaviour does not take these arguments.
        """
        front = PythonFrontEnd()
        parameters = (Process(record, front.unawaited), *arguments.values())
        try:
            return front, Unstarted(record, self._behaviour, parameters)
        except TypeError as error:
            raise process_error(f"failed to execute script: {self.id}: {error}", INTERNAL) from error
