"""The options of a world: how the program is to be understood, and the bounds of a run."""

from __future__ import annotations

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds in a world; read from ``[tool.simcore.world]`` of a project, or given to ``World``.

    Args:
        dialect: which of the two API generations Lua programs speak (semantics 16.1).
        strict_mode: deny where actor or scope is missing (semantics 12.1).
        epoch: the calendar instant of virtual time zero, ISO 8601 UTC.
        actions_max: actions of a run; more is inconclusive.
        virtual_time_max_ns: nanoseconds of virtual time; more is inconclusive.
        processes_max: processes alive at once; more is inconclusive.
        lua_memory_max: bytes of all Lua states of the world; more is inconclusive.
        instant_actions_max: actions at one instant; more is a livelock.
        lua_instructions_max: Lua instructions in one step; more is a livelock.
    """

    dialect: Literal["seed", "current", "auto"] = "auto"
    strict_mode: bool = False
    epoch: str = "2024-01-01T00:00:00Z"
    actions_max: int = 1_000_000
    virtual_time_max_ns: int = 24 * 3_600 * 1_000_000_000
    processes_max: int = 100_000
    lua_memory_max: int = 512 * 1024 * 1024
    instant_actions_max: int = 100_000
    lua_instructions_max: int = 2_000_000
