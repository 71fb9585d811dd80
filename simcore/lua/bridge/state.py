"""What all Lua processes of one world share: the host's entry points, and what Python keeps beside them.

Lua hands Python only numbers, texts and booleans, and Python calls Lua only from the kernel's loop through functions
that were fetched from the main state. So Python never holds an object of a coroutine that may be collected, which
would be a use after free (lua 8.5).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simcore.model.errors import BoundReached, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.engine import LuaEngine
    from simcore.process.state.runtime import Runtime

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ns(epoch: str) -> int:
    """Return the nanoseconds from 1970 to the instant that *epoch* spells."""
    passed = datetime.fromisoformat(epoch) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000_000 + passed.microseconds * 1_000


class LuaState:
    """What all Lua processes of one world share.

    Args:
        runtime: the world's runtime.
        engine: the Lua state proper, which may serve another world after this one.
    """

    def __init__(self, runtime: Runtime, engine: LuaEngine) -> None:
        self.runtime = runtime
        self.epoch_ns: int = epoch_ns(runtime.options.epoch)
        self.processes: dict[int, object] = {}
        """What Python keeps of each process, by the number that Lua knows it by."""
        self.order_hazards = 0
        self.trouble: BaseException | None = None
        self.is_reused: bool = engine.is_used
        """Whether the engine has served another world before."""
        self.ran_out: bool = False
        """Whether the bound of memory was reached."""
        self._ids = 0
        self._engine: LuaEngine | None = engine
        engine.serve(self)
        self._enter(engine.entries.__getitem__)

    def _enter(self, entry_of: Callable[[str], Callable[..., Any]]) -> None:
        self.resume: Callable[..., Any] = entry_of("resume")
        self.open: Callable[..., int] = entry_of("open")
        self.close: Callable[[int], None] = entry_of("close")
        self.sweep: Callable[[int], str] = entry_of("sweep")
        self.define_chunk: Callable[[str, bytes], None] = entry_of("define_chunk")
        self.define_program: Callable[[str, str], None] = entry_of("define_program")
        self.add_step: Callable[[str, str, str, str], None] = entry_of("add_step")

    @property
    def engine(self) -> LuaEngine:
        """The Lua state proper, which lives as long as the world; a world that has left it has none."""
        assert self._engine is not None, "a world leaves its engine once, and has no use for it then"
        return self._engine

    def leave(self) -> LuaEngine:
        """Part from the engine and return it; whatever the world asks of its Lua from now on is refused."""
        engine, self._engine = self.engine, None
        self.processes.clear()
        self._enter(lambda name: _refuse)
        return engine

    def add(self, process: object) -> int:
        """Take in a new process and return the number by which Lua knows it."""
        self._ids += 1
        self.processes[self._ids] = process
        return self._ids

    def out_of_memory(self) -> BoundReached:
        """Note that Lua has no more memory, and return the bound that was reached."""
        self.ran_out = True
        return out_of_memory(self.runtime)


def out_of_memory(runtime: Runtime) -> BoundReached:
    """Return the bound that the world of *runtime* reaches when Lua has no more memory."""
    record = runtime.running
    found = "" if record is None else f"the last to ask for more was {record.pid} ({record.id})"
    return BoundReached("lua_memory_max", runtime.options.lua_memory_max, found)


def _refuse(*arguments: object) -> NoReturn:
    raise UsageError(
        "the Lua programs of this world are gone, since its schedule is over; "
        "what outlives a schedule must not hold its world: make a new one"
    )
