"""The one Lua state of a world: the host's entry points, and the few leaf functions that Lua calls in Python.

Lua hands Python only numbers, texts and booleans, and Python calls Lua only from the kernel's loop through functions
that were fetched from the main state. So Python never holds an object of a coroutine that may be collected, which
would be a use after free (lua-environment 8.5).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from lupa import lua54

from simcore.lua import building, notation, securing, timing
from simcore.lua.bridge import parts
from simcore.lua.chunk import host_chunks, new_runtime
from simcore.lua.text import from_lua, to_lua
from simcore.model.durations import format_duration, parse_duration
from simcore.model.errors import BoundReached, InvalidArgument
from simcore.model.payload import pack_data

if TYPE_CHECKING:
    from simcore.lua.bridge import Scalars
    from simcore.lua.process import LuaProcess
    from simcore.process.functions import Future
    from simcore.process.runtime import Runtime

_LOAD: Final = "local code, name, host = ...; load(code, '=' .. name, 'b')(host)"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ns(epoch: str) -> int:
    """Return the nanoseconds from 1970 to the instant that *epoch* spells."""
    passed = datetime.fromisoformat(epoch) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000_000 + passed.microseconds * 1_000


class LuaState:
    """What all Lua processes of one world share.

    Args:
        runtime: the world's runtime.

    Raises:
        BoundReached: ``lua_memory_max`` is too small for the host itself.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.epoch_ns: int = epoch_ns(runtime.options.epoch)
        self.processes: dict[int, LuaProcess] = {}
        self.order_hazards = 0
        self.trouble: BaseException | None = None
        self._ids = 0
        try:
            self._start()
        except lua54.LuaMemoryError:
            raise self.out_of_memory() from None

    def _start(self) -> None:
        self.lua: Any = new_runtime(self.runtime.options.lua_memory_max)
        host = self.lua.table()
        host["limit"] = self.runtime.options.lua_instructions_max
        host["epoch_ns"] = self.epoch_ns
        for name, function in _LEAVES.items():
            host[name] = _leaf(weakref.ref(self), function)
        for name, code in host_chunks():
            self.lua.execute(_LOAD, code, name, host)
        self.resume: Callable[..., Any] = host["resume"]
        self.open: Callable[..., int] = host["open"]
        self.close: Callable[[int], None] = host["close"]
        self.sweep: Callable[[int], str] = host["sweep"]
        self.define_chunk: Callable[[str, bytes], None] = host["define_chunk"]
        self.define_program: Callable[[str, str | None], None] = host["define_program"]
        self.add_step: Callable[[str, str, str, str], None] = host["add_step"]

    def add(self, process: LuaProcess) -> int:
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


def _now(state: LuaState) -> int:
    return state.epoch_ns + state.runtime.now_ns


def _new_channel(state: LuaState, process: int, capacity: int) -> int:
    owner = state.processes[process]
    return owner.made(state.runtime.channel(owner.record, capacity))


def _start_timer(state: LuaState, process: int, duration_ns: int, again: bool) -> int:  # noqa: FBT001 - Lua calls it
    return state.processes[process].start_timer(duration_ns, again=again)


def _stop_timer(state: LuaState, process: int, timer: int) -> bool:
    return state.processes[process].timer(timer).stop()


def _reset_timer(state: LuaState, process: int, timer: int, duration_ns: int) -> bool:
    return state.processes[process].timer(timer).reset(duration_ns)


def _parse_duration(state: LuaState, text: str) -> tuple[int | None, str]:
    try:
        return parse_duration(from_lua(text)), ""
    except InvalidArgument as error:
        return None, to_lua(error.message)


def _format_duration(state: LuaState, duration_ns: int) -> str:
    return to_lua(format_duration(duration_ns))


def _traps_links(state: LuaState, process: int) -> bool:
    return state.processes[process].record.trap_links


def _seed_for(state: LuaState, process: int, name: str) -> int:
    seed = state.runtime.seed_for(f"lua/{name}/{state.processes[process].record.actor}")
    return (seed & 0xFFFF_FFFF_FFFF_FFFF) - 2**63


def _log(state: LuaState, process: int, level: str, message: str, name: str, data: str, place: str) -> None:
    record = state.processes[process].record
    found = pack_data(data.encode("latin-1")).value()
    fields: dict[str, Any] = dict(found) if isinstance(found, dict) else {}
    if name:
        fields["logger"] = from_lua(name)
    state.runtime.log(record, level, from_lua(message), fields, from_lua(place))


def _order_hazard(state: LuaState, process: int, place: str) -> None:
    state.order_hazards += 1
    owner = state.processes[process]
    if not owner.was_warned:
        owner.was_warned = True
        message = "pairs or next walks over tables or functions as keys, whose order nothing decides; use other keys"
        state.runtime.log(owner.record, "warn", message, {}, from_lua(place))


def _future_state(state: LuaState, process: int, number: int) -> Scalars:
    future: Future = state.processes[process].kept(number)
    if not future.is_complete:
        return ("pending",)
    if future.error is None:
        return ("done", future.payload.data)
    return ("canceled" if future.is_canceled else "failed", *parts(future.error))


_LEAVES: Final[dict[str, Callable[..., Any]]] = {
    **securing.LEAVES,
    **building.LEAVES,
    **timing.LEAVES,
    **notation.LEAVES,
    "future_state": _future_state,
    "now": _now,
    "new_channel": _new_channel,
    "start_timer": _start_timer,
    "stop_timer": _stop_timer,
    "reset_timer": _reset_timer,
    "parse_duration": _parse_duration,
    "format_duration": _format_duration,
    "traps_links": _traps_links,
    "seed_for": _seed_for,
    "log": _log,
    "report_hazard": _order_hazard,
}
"""What Lua calls in Python: leaves, which take and return scalars and call nothing in Lua."""
