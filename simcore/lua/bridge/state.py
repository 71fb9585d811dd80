"""The one Lua state of a world: the host's entry points, and the few leaf functions that Lua calls in Python.

Lua hands Python only numbers, texts and booleans, and Python calls Lua only from the kernel's loop through functions
that were fetched from the main state. So Python never holds an object of a coroutine that may be collected, which
would be a use after free (lua 8.5).
"""

from __future__ import annotations

import weakref
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lupa import lua54

from simcore.lua.bridge.chunk import host_chunks, new_runtime
from simcore.model.errors import BoundReached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.process.state.runtime import Runtime

_LOAD: Final = "local code, name, host = ...; load(code, '=' .. name, 'b')(host)"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ns(epoch: str) -> int:
    """Return the nanoseconds from 1970 to the instant that *epoch* spells."""
    passed = datetime.fromisoformat(epoch) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000_000 + passed.microseconds * 1_000


Leaf: TypeAlias = "Callable[..., Any]"


class LuaState:
    """What all Lua processes of one world share.

    Args:
        runtime: the world's runtime.
        leaves: what Lua calls in Python, by name: each takes this state and scalars, and calls nothing in Lua.

    Raises:
        BoundReached: ``lua_memory_max`` is too small for the host itself.
    """

    def __init__(self, runtime: Runtime, leaves: Mapping[str, Leaf]) -> None:
        self.runtime = runtime
        self.epoch_ns: int = epoch_ns(runtime.options.epoch)
        self.processes: dict[int, object] = {}
        """What Python keeps of each process, by the number that Lua knows it by."""
        self.order_hazards = 0
        self.trouble: BaseException | None = None
        self._ids = 0
        try:
            self._start(leaves)
        except lua54.LuaMemoryError:
            raise self.out_of_memory() from None

    def _start(self, leaves: Mapping[str, Leaf]) -> None:
        self.lua: Any = new_runtime(self.runtime.options.lua_memory_max)
        host = self.lua.table()
        host["limit"] = self.runtime.options.lua_instructions_max
        host["epoch_ns"] = self.epoch_ns
        for name, function in leaves.items():
            host[name] = _leaf(weakref.ref(self), function)
        # In their order, each finding in `host` what the earlier ones have put there.
        for name, code in host_chunks():
            self.lua.execute(_LOAD, code, name, host)
        self.resume: Callable[..., Any] = host["resume"]
        self.open: Callable[..., int] = host["open"]
        self.close: Callable[[int], None] = host["close"]
        self.sweep: Callable[[int], str] = host["sweep"]
        self.define_chunk: Callable[[str, bytes], None] = host["define_chunk"]
        self.define_program: Callable[[str, str | None], None] = host["define_program"]
        self.add_step: Callable[[str, str, str, str], None] = host["add_step"]

    def add(self, process: object) -> int:
        """Take in a new process and return the number by which Lua knows it."""
        self._ids += 1
        self.processes[self._ids] = process
        return self._ids

    def out_of_memory(self) -> BoundReached:
        """Return the bound that was reached when Lua has no more memory."""
        return BoundReached("lua_memory_max", self.runtime.options.lua_memory_max)


def _leaf(state: weakref.ref[LuaState], function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap *function* so that it never raises into Lua, where the program could catch it.

    The reference is weak because Lua's references to Python are hidden from the collector: a world whose Lua state held
    it would never be freed.
    """

    def leaf(*arguments: Any) -> Any:
        owner = state()
        assert owner is not None, "a Lua state outlives no world"
        try:
            return function(owner, *arguments)
        except BaseException as error:
            owner.trouble = owner.trouble or error
            return None

    return leaf
