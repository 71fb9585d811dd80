"""The leaves that everything of a process needs: channels, timers, durations, its log, its futures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.lua.bridge.scalars import from_lua, parts, to_lua
from simcore.lua.leaves.leaf import process_of, record_of, returning, throwing
from simcore.model.durations import format_duration, parse_duration
from simcore.model.errors import InvalidArgument
from simcore.model.payload import pack_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.bridge.scalars import Scalars
    from simcore.lua.bridge.state import LuaState
    from simcore.process.verbs.functions import Future
    from simcore.process.verbs.timing import TimerWord


def _now(state: LuaState) -> int:
    return state.epoch_ns + state.runtime.now_ns


def _new_channel(state: LuaState, process: int, capacity: int) -> int:
    owner = process_of(state, process)
    return owner.made(state.runtime.channel(owner.record, capacity))


def _start_timer(state: LuaState, process: int, word: TimerWord, duration_ns: int) -> int:
    return process_of(state, process).start_timer(word, duration_ns)


def _stop_timer(state: LuaState, process: int, timer: int) -> bool:
    return process_of(state, process).timer(timer).stop()


def _reset_timer(state: LuaState, process: int, timer: int, duration_ns: int) -> tuple[bool, int]:
    return process_of(state, process).reset_timer(timer, duration_ns)


def _parse_duration(state: LuaState, text: str) -> tuple[int | None, str]:
    try:
        return parse_duration(from_lua(text)), ""
    except InvalidArgument as error:
        return None, to_lua(error.message)


def _format_duration(state: LuaState, duration_ns: int) -> str:
    return to_lua(format_duration(duration_ns))


def _traps_links(state: LuaState, process: int) -> bool:
    record = record_of(state, process)
    if record.runtime.scribe is not None:
        record.runtime.scribe.looked(record, "options", {"trap_links": record.trap_links})
    return record.trap_links


def _seed_for(state: LuaState, process: int, name: str) -> int:
    # What else is derived, such as ids, decides hardly anything.
    state.runtime.kernel.choices.serve_programs |= name == "math.random"
    seed = state.runtime.seed_for(f"lua/{name}/{record_of(state, process).path}")
    # As Lua's integers are, with a sign: lupa refuses a larger one (lua 10.11).
    return (seed & 0xFFFF_FFFF_FFFF_FFFF) - 2**63


def _log(state: LuaState, process: int, level: str, message: str, name: str, data: str, place: str) -> None:
    record = record_of(state, process)
    found = pack_data(data.encode("latin-1")).value()
    fields: dict[str, Any] = dict(found) if isinstance(found, dict) else {}
    if name:
        fields["logger"] = from_lua(name)
    state.runtime.log(record, level, from_lua(message), fields, from_lua(place))


def _order_hazard(state: LuaState, process: int, place: str) -> None:
    state.order_hazards += 1
    owner = process_of(state, process)
    if not owner.was_warned:
        owner.was_warned = True
        message = "pairs or next walks over tables or functions as keys, whose order nothing decides; use other keys"
        state.runtime.log(owner.record, "warn", message, {}, from_lua(place))


def _future_state(state: LuaState, process: int, number: int) -> Scalars:
    future: Future = process_of(state, process).kept(number)
    future.is_looked_at = True
    if not future.is_complete:
        return ("pending",)
    if future.error is None:
        return ("done", future.payload.data)
    return ("canceled" if future.is_canceled else "failed", *parts(future.error))


LEAVES: Final[dict[str, Callable[..., Any]]] = {
    "future_state": _future_state,
    "now": _now,
    "new_channel": _new_channel,
    "start_timer": returning(_start_timer),
    "stop_timer": _stop_timer,
    "reset_timer": throwing(_reset_timer),
    "parse_duration": _parse_duration,
    "format_duration": _format_duration,
    "traps_links": _traps_links,
    "seed_for": _seed_for,
    "log": _log,
    "report_hazard": _order_hazard,
}
"""By the name that the host calls."""
