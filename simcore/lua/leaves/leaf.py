"""What Lua calls in Python besides yielding operations: leaves, whose errors come back as the words of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.bridge.process import LuaProcess
from simcore.lua.bridge.scalars import ANSWERED, RAISED, RETURNED, THROWN, Scalars, parts, payload
from simcore.model.errors import PERMISSION_DENIED, InvalidArgument, ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.state import LuaState
    from simcore.process.state.record import ProcessRecord

    Leaf = Callable[..., Any]


def returning(function: Leaf) -> Leaf:
    """Answer what *function* returns; its error is returned behind nil."""
    return _answering(function, lambda error: RETURNED)


def raising(function: Leaf) -> Leaf:
    """Answer what *function* returns; a denial is raised as an error object, another error as a text (process 13)."""
    return _answering(function, lambda error: THROWN if error.kind == PERMISSION_DENIED else RAISED)


def throwing(function: Leaf) -> Leaf:
    """Answer what *function* returns; its error is raised as an error object."""
    return _answering(function, lambda error: THROWN)


def _answering(function: Leaf, way: Callable[[ProcessError], int]) -> Leaf:
    def leaf(state: LuaState, *arguments: Any) -> Scalars:
        try:
            answer = function(state, *arguments)
        except ProcessError as error:
            return (way(error), *parts(error))
        return (ANSWERED, *answer) if isinstance(answer, tuple) else (ANSWERED, answer)

    return leaf


def process_of(state: LuaState, process: int) -> LuaProcess:
    """Return what Python keeps of the process that Lua calls by this number."""
    found = state.processes[process]
    assert isinstance(found, LuaProcess)
    return found


def record_of(state: LuaState, process: int) -> ProcessRecord:
    """Return the process that Lua calls by this number."""
    return process_of(state, process).record


ABSENT: Final = ""
"""What stands for a value of a wrong kind, where nil would be none at all."""


def mapping(data: str) -> dict[Any, Any]:
    """Return the table that a canonical string holds; an empty one is written as a list, and no data is none.

    Raises:
        InvalidArgument: a key of it is no text.
    """
    value = payload(data).value() if data else {}
    if isinstance(value, list):
        value = dict(enumerate(value, 1))
    for key in value:
        if not isinstance(key, str):
            raise InvalidArgument(f"a key of this table is a text, not {key!r}")
    found: dict[Any, Any] = value
    return found
