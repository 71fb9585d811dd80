"""The leaves of the time module: layouts, time zones, and arithmetic that needs more than 64 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.leaves import zone
from simcore.lua.leaves.layout import Instant, format_instant, parse_instant
from simcore.model.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.state import LuaState

ZERO_S: Final = -62_135_596_800
"""Year 1, from which instants are rounded, as seconds since 1970."""


# Layouts and texts stay the bytes that Lua has: what a layout names is ASCII.


def _format_time(state: LuaState, layout: str, *fields: Any) -> str:
    return format_instant(layout, Instant(*fields))


def _parse_time(state: LuaState, layout: str, text: str) -> tuple[Any, ...]:
    try:
        return parse_instant(layout, text)
    except InvalidArgument as error:
        return None, error.message


def _is_zone(state: LuaState, name: str) -> bool:
    return zone.zone(name) is not None


def _zone_at(state: LuaState, name: str, seconds: int) -> tuple[int, str]:
    return zone.offset_at(name, seconds)


def _zone_on_wall(state: LuaState, name: str, seconds: int) -> tuple[int, str]:
    return zone.offset_on_wall(name, seconds)


def _time_remainder(state: LuaState, seconds: int, nanosecond: int, duration_ns: int) -> int:
    # In Python, because nanoseconds since year 1 do not fit into 64 bits.
    return ((seconds - ZERO_S) * 1_000_000_000 + nanosecond) % duration_ns


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    "format_time": _format_time,
    "parse_time": _parse_time,
    "is_zone": _is_zone,
    "zone_at": _zone_at,
    "zone_on_wall": _zone_on_wall,
    "time_remainder": _time_remainder,
}
"""By the name that the host calls."""
