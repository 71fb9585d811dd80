"""The leaves of the json module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.bridge.scalars import to_lua
from simcore.lua.leaves import schema
from simcore.lua.leaves.jsontext import quoted, read_json, text_of
from simcore.model.errors import InvalidArgument
from simcore.model.payload import pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.state import LuaState


def _quote(state: LuaState, text: str) -> str:
    return to_lua(quoted(text_of(text)))


def _decode(state: LuaState, text: str) -> tuple[bytes | None, str]:
    try:
        return pack((read_json(text_of(text)),)).data, ""
    except InvalidArgument as error:
        return None, to_lua(error.message)


def _validate(
    state: LuaState,
    definition: str,
    data: str,
    is_written: bool,  # noqa: FBT001 - Lua calls it
    steps_max: int,
) -> tuple[str, str, int]:
    """Answer ``valid``, ``invalid``, ``unsupported`` or ``exhausted``, with what is wrong and the steps it took."""
    try:
        problem, steps = schema.check(
            read_json(text_of(definition)), read_json(text_of(data)), steps_max, empty_is_both=not is_written
        )
    except InvalidArgument as error:
        return "invalid", to_lua(error.message), 0
    except schema.UnsupportedKeyword as error:
        return "unsupported", to_lua(str(error)), 0
    except schema.OutOfSteps:
        return "exhausted", "", steps_max
    return ("valid", "", steps) if problem is None else ("invalid", to_lua(problem), steps)


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    "json_quote": _quote,
    "json_decode": _decode,
    "json_validate": _validate,
}
"""By the name that the host calls."""
