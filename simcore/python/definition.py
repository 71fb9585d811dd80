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
from simcore.model.places import CodePlace, place_of, places_of
from simcore.model.shapes import code_of, name_of, unrun
from simcore.python.front import PythonFrontEnd
from simcore.python.process import Process
from simcore.python.unstarted import Unstarted, passed_first

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
            raise UsageError(f"the behaviour of {id} is an `async def` function, not {_instead(behaviour)}")
        self.id = id
        self._behaviour = behaviour

    def forget(self) -> None:
        """Let go of the behaviour and of all that it holds: nothing is started any more."""
        self._behaviour = _nothing

    def start(self, record: ProcessRecord, arguments: Payload) -> tuple[PythonFrontEnd, Unstarted]:
        """Bind the arguments; nothing of the behaviour runs yet.

        Raises:
            ProcessError: the behaviour does not take these arguments.
        """
        front = PythonFrontEnd(record)
        parameters = (Process(record, front.unawaited), *arguments.values())
        try:
            return front, Unstarted(record, self._behaviour, parameters)
        except TypeError as error:
            hint = "" if _takes_any(self._behaviour) else passed_first(self._behaviour, "a spawn")
            failed = process_error(f"failed to execute script: {self.id}: {error}{hint}", INTERNAL)
            failed.raised_at = places_of(error) or _defined_at(self._behaviour)
            raise failed from error


async def _nothing(*_: Any) -> None: ...


def _instead(behaviour: object) -> str:
    """Say what *behaviour* is instead, where it stands, and what is to be done."""
    if inspect.isclass(behaviour) or not callable(behaviour):
        return f"the class {name_of(behaviour)}" if inspect.isclass(behaviour) else f"an object of {name_of(behaviour)}"
    what, code = unrun(behaviour), code_of(behaviour)
    place = "" if code is None else f" ({place_of(code, None).shown})"
    named = f"{what or 'a plain `def`'}, {name_of(behaviour)}{place}"
    if what == "an `async def`":
        return f"{named}, behind an object that is called; define a function that awaits it"
    return f"{named}; write `async def`, {'and `await` instead of `yield`' if what else 'also where it awaits nothing'}"


def _takes_any(behaviour: Behaviour) -> bool:
    """Tell whether *behaviour* can be called with anything that has no name."""
    parameters = inspect.signature(behaviour).parameters.values()
    return any(each.kind not in (each.KEYWORD_ONLY, each.VAR_KEYWORD) for each in parameters)


def _defined_at(behaviour: Behaviour) -> tuple[CodePlace, ...]:
    code = getattr(inspect.unwrap(behaviour), "__code__", None)
    return () if code is None else (place_of(code, code.co_firstlineno),)
