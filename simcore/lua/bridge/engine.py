"""A Lua state with the host in it: what is dear to make, and serves one world after the other."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lupa import lua54

from simcore.limits.whereabouts import nothing_raised_in
from simcore.lua.bridge.chunk import host_chunks, new_runtime
from simcore.model.errors import InternalError, first_raised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.lua.bridge.state import LuaState

GROWTH_MAX: Final = 1024 * 1024
"""Bytes that an engine may hold beyond a fresh one, after a reset."""
ENTRIES: Final = ("resume", "open", "close", "sweep", "define_chunk", "define_program", "add_step", "reset")
_LOADER: Final = "return function(code, name, host) load(code, '=' .. name, 'b')(host) end"
Leaf: TypeAlias = "Callable[..., Any]"


class LuaEngine:
    """A Lua state with the host in it, in the service of one world at a time.

    Args:
        leaves: what Lua calls in Python, by name: each takes the state of the world and scalars, and calls nothing in
            Lua.
        memory_max: bytes that it may use.

    Raises:
        lupa.lua54.LuaMemoryError: *memory_max* is too small for the host itself.
    """

    def __init__(self, leaves: Mapping[str, Leaf], memory_max: int) -> None:
        self.owner: LuaState | None = None
        """The state of the world that it serves; None between two worlds, when every leaf refuses."""
        self.is_used: bool = False
        """Whether it has served a world before."""
        self.lua: Any = new_runtime(memory_max)
        self.host: Any = self.lua.table()
        for name, function in leaves.items():
            self.host[name] = _leaf(weakref.ref(self), function)
        # In their order, each finding in `host` what the earlier ones have put there.
        load: Callable[[bytes, str, Any], None] = self.lua.execute(_LOADER)
        for name, code in host_chunks():
            load(code, name, self.host)
        self.entries: dict[str, Callable[..., Any]] = {name: self.host[name] for name in ENTRIES}
        """What Python calls of the host."""
        self._lent: list[str] = []
        self._held_fresh = self._held()

    def serve(self, owner: LuaState) -> None:
        """Belong to the world of *owner*, with the bounds of its options."""
        assert self.owner is None, "an engine serves one world at a time"
        self.owner = owner
        options = owner.runtime.options
        self.host["limit"] = options.lua_instructions_max
        self.host["epoch_ns"] = owner.epoch_ns
        # At which byte the bound is reached depends on when Lua collects and how its own tables have grown before. No
        # world may pass here that reaches it in a fresh engine, and one that reaches it here is played again in a fresh
        # one, which counts: so who needs more than half is always judged there.
        self.lua.set_max_memory(options.lua_memory_max // 2 if self.is_used else options.lua_memory_max)

    def lend(self, name: str, leaf: Leaf) -> None:
        """Let the Lua of the world that is served call one more *leaf*, until the engine is reset."""
        self.host[name] = _leaf(weakref.ref(self), leaf)
        self._lent.append(name)

    def reset(self) -> bool:
        """Forget all of the world that it served; tell whether it can serve another one.

        It cannot where it holds too much more than a fresh one: something was kept that nobody knows of.
        """
        # First, so that nothing which runs from here on can reach a world.
        self.owner = None
        self.is_used = True
        while self._lent:
            self.host[self._lent.pop()] = None
        try:
            self.entries["reset"]()
        except lua54.LuaMemoryError:
            return False
        return self._held() <= self._held_fresh + GROWTH_MAX

    def _held(self) -> int:
        """Collect all garbage and return how many bytes are left."""
        self.lua.gccollect()
        held: int = self.lua.get_memory_used()
        return held


def _leaf(engine: weakref.ref[LuaEngine], function: Leaf) -> Leaf:
    """Wrap *function* so that it never raises into Lua, where the program could catch it.

    The reference is weak because Lua's references to Python are hidden from the collector: a world whose Lua state held
    it would never be freed.
    """

    @nothing_raised_in
    def leaf(*arguments: Any) -> Any:
        mine = engine()
        owner = None if mine is None else mine.owner
        if owner is None:
            raise InternalError("Lua called Python between two worlds")
        try:
            return function(owner, *arguments)
        except BaseException as error:
            owner.trouble = first_raised(owner.trouble, error)
            return None

    return leaf
