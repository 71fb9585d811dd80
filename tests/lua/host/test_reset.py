"""What a world leaves in a Lua state is gone when the next world gets it, whatever its programs went for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.lua.bridge.engine import LuaEngine
from simcore.lua.bridge.states import LuaStates
from simcore.lua.leaves.table import LEAVES
from tests.lua.attacks import ATTACKS, ENDINGS, OPTIONS, Seen, play, write_app

if TYPE_CHECKING:
    from pathlib import Path

attackers = st.tuples(st.lists(st.sampled_from(sorted(ATTACKS)), max_size=4), st.sampled_from(sorted(ENDINGS)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_app(tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="module")
def alone(folder: Path) -> Seen:
    """What the victim sees in a fresh state."""
    return play(folder, None, "victim")


def test_the_victim_looks_at_what_it_should(alone: Seen) -> None:
    assert len(alone.result) > 500


@settings(database=None, deadline=None, max_examples=40)
@given(worlds=st.lists(attackers, min_size=1, max_size=3))
def test_after_any_attackers_a_world_is_the_same_as_in_a_fresh_state(
    folder: Path, alone: Seen, worlds: list[tuple[list[str], str]]
) -> None:
    states = LuaStates()
    for names, ending in worlds:
        play(folder, states, "attacker", names, ending)
        states.take_back()

    assert play(folder, states, "victim") == alone
    assert states.is_reused


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_after_each_attack_a_world_is_the_same_as_in_a_fresh_state(folder: Path, alone: Seen, attack: str) -> None:
    states = LuaStates()
    play(folder, states, "attacker", [attack], "waits")
    states.take_back()

    assert play(folder, states, "victim") == alone


@settings(database=None, deadline=None, max_examples=15)
@given(attacker=attackers.filter(lambda attacker: attacker[1] != "hoards"))
def test_an_attacker_is_the_same_after_another_one(folder: Path, attacker: tuple[list[str], str]) -> None:
    names, ending = attacker
    states = LuaStates()
    play(folder, states, "attacker", sorted(ATTACKS), "waits")
    states.take_back()

    assert play(folder, states, "attacker", names, ending) == play(folder, None, "attacker", names, ending)


def test_the_bound_of_memory_is_reached_no_later_than_in_a_fresh_state(folder: Path) -> None:
    states = LuaStates()
    for names in (["many formats"], ["globals"], sorted(ATTACKS)):
        play(folder, states, "attacker", names, "waits")
        states.take_back()
        reached = play(folder, states, "attacker", [], "hoards")
        states.take_back()

        assert reached.instructions <= play(folder, None, "attacker", [], "hoards").instructions
        assert "lua_memory_max" in reached.result


@pytest.mark.parametrize(
    ("forget", "ending"),
    [
        ("forget_serials", "waits"),
        ("forget_walks", "waits"),
        ("forget_classes", "waits"),
        ("forget_formats", "waits"),
        ("forget_tasks", "spins"),
    ],
)
def test_the_victim_sees_what_is_not_forgotten(folder: Path, alone: Seen, forget: str, ending: str) -> None:
    states = LuaStates()
    play(folder, states, "attacker", ["serials", "walks", "patterns", "formats"], ending)
    engine = engine_of(states)
    engine.host[forget] = engine.lua.eval("function() end")
    states.take_back()

    assert play(folder, states, "victim") != alone


# One line for all that can be reached from the host: tables by their keys, functions by their upvalues.
_SHAPE: Final = """
local host = ...
local names, lines, queue = { [host] = "H" }, {}, { host }

local function named(value, name)
    local kind = type(value)
    if kind ~= "table" and kind ~= "function" then
        return kind == "userdata" and kind or kind .. " " .. tostring(value)
    elseif not names[value] then
        names[value] = name
        queue[#queue + 1] = value
    end
    return names[value]
end

local function look_at_table(value, name)
    local keys, others = {}, 0
    for key in next, value do
        if type(key) == "table" or type(key) == "function" or type(key) == "userdata" or type(key) == "thread" then
            others = others + 1
        else
            keys[#keys + 1] = key
        end
    end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    lines[#lines + 1] = name .. " has " .. others .. " keys without a name"
    for _, key in ipairs(keys) do
        local place = name .. "." .. tostring(key)
        lines[#lines + 1] = place .. " = " .. named(rawget(value, key), place)
    end
    local metatable = debug.getmetatable(value)
    if metatable then
        lines[#lines + 1] = name .. " is under " .. named(metatable, name .. "/metatable")
    end
end

local function look_at_function(value, name)
    local i = 1
    while true do
        local upvalue, held = debug.getupvalue(value, i)
        if not upvalue then
            return
        end
        lines[#lines + 1] = name .. ":" .. upvalue .. i .. " = " .. named(held, name .. ":" .. upvalue .. i)
        i = i + 1
    end
end

named(_G, "_G")
named(debug.getmetatable(""), "strings")
local at = 1
while queue[at] do
    local value = queue[at]
    if type(value) == "table" then
        look_at_table(value, names[value])
    else
        look_at_function(value, names[value])
    end
    at = at + 1
end
return table.concat(lines, "\\n")
"""


def shape(engine: LuaEngine) -> list[str]:
    """Return what can be reached from the host of *engine*, in words."""
    text: str = engine.lua.execute(_SHAPE, engine.host)
    return text.split("\n")


def test_nothing_that_the_host_holds_is_other_than_in_a_fresh_state(folder: Path) -> None:
    states = LuaStates()
    play(folder, states, "attacker", sorted(ATTACKS), "waits")
    engine = engine_of(states)
    attacked = shape(engine)
    states.take_back()
    fresh = LuaEngine(LEAVES, OPTIONS.lua_memory_max)
    for name in ("limit", "epoch_ns"):
        fresh.host[name] = engine.host[name]

    assert shape(engine) == shape(fresh) != attacked


def test_no_code_of_a_program_runs_in_a_reset(folder: Path) -> None:
    states = LuaStates()
    play(folder, states, "attacker", ["close", "finalizers", "coroutines"], "waits")
    engine = engine_of(states)
    engine.lua.execute(
        """
        local host = ...
        host.calls = 0
        local function count() host.calls = host.calls + 1 end
        host.log, host.operate, host.tostring, host.serial_of = count, count, count, count
    """,
        engine.host,
    )
    states.take_back()

    assert engine.host["calls"] == 0


def engine_of(states: LuaStates) -> LuaEngine:
    """Return the engine that a world has now."""
    state: Any = states._lent
    engine: LuaEngine = state.engine
    return engine
