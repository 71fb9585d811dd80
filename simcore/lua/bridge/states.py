"""Lending one Lua state to the worlds of many schedules, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.lua.bridge.engine import LuaEngine
    from simcore.lua.bridge.state import LuaState
    from simcore.process.state.runtime import Runtime


class LuaStates:
    """A shelf for one Lua state: what a world has left serves the next one.

    Who plays many schedules holds one and gives it to each world (``world.lua_states``). A world that has none makes a
    state of its own.
    """

    def __init__(self) -> None:
        self._idle: LuaEngine | None = None
        self._lent: LuaState | None = None

    @property
    def is_reused(self) -> bool:
        """Whether the state that a world has now served another one before."""
        return self._lent is not None and self._lent.is_reused

    @property
    def ran_out(self) -> bool:
        """Whether the world that has the state has reached the bound of memory, which is nearer than in a new one."""
        return self._lent is not None and self._lent.ran_out

    def lend(self, runtime: Runtime, leaves: Mapping[str, Callable[..., Any]]) -> LuaState:
        """Return a state for the world of *runtime*: the idle one, else a new one.

        Raises:
            BoundReached: ``lua_memory_max`` is too small for the host itself.
        """
        engine, self._idle = self._idle, None
        state = new_state(runtime, leaves, engine)
        # Of two worlds at once the second has a state of its own, which does not come back.
        self._lent = self._lent or state
        return state

    def take_back(self) -> None:
        """Take the state from the world that has it, if one has, and make it as good as new.

        The world must be over: all that it asks of its Lua from now on is refused.
        """
        lent, self._lent = self._lent, None
        if lent is None:
            return
        engine = lent.leave()
        if engine.reset():
            self._idle = engine


def new_state(runtime: Runtime, leaves: Mapping[str, Callable[..., Any]], engine: LuaEngine | None = None) -> LuaState:
    """Return what the Lua processes of a world share.

    Args:
        runtime: of the world.
        leaves: what Lua calls in Python.
        engine: one that has been reset, or None for a new one.

    Raises:
        BoundReached: ``lua_memory_max`` is too small for the host itself.
    """
    # Here, so that who plays Python processes alone never loads Lua.
    from lupa import lua54

    from simcore.lua.bridge.engine import LuaEngine
    from simcore.lua.bridge.state import LuaState, out_of_memory

    try:
        return LuaState(runtime, engine or LuaEngine(leaves, runtime.options.lua_memory_max))
    except lua54.LuaMemoryError:
        raise out_of_memory(runtime) from None
