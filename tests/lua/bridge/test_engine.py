"""An engine serves one world at a time, with that world's bounds, and is dropped when it has grown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore import Options, World
from simcore.lua.bridge.engine import GROWTH_MAX, LuaEngine
from simcore.lua.bridge.state import LuaState
from simcore.lua.leaves.table import LEAVES
from simcore.model.errors import InternalError

if TYPE_CHECKING:
    from pathlib import Path

MEMORY_MAX = 8 * 1024 * 1024


@pytest.fixture
def engine() -> LuaEngine:
    return LuaEngine(LEAVES, MEMORY_MAX)


def test_it_serves_one_world_at_a_time(engine: LuaEngine) -> None:
    kept = LuaState(World().runtime, engine)

    with pytest.raises(AssertionError, match="one world at a time"):
        LuaState(World().runtime, engine)
    assert engine.owner is kept


def test_it_has_the_bounds_and_the_epoch_of_the_world_that_it_serves(engine: LuaEngine) -> None:
    LuaState(World().runtime, engine).leave()
    engine.reset()
    options = Options(lua_instructions_max=5, epoch="1970-01-01T00:00:01Z", lua_memory_max=MEMORY_MAX)
    state = LuaState(World(options=options).runtime, engine)

    assert (engine.host["limit"], engine.host["epoch_ns"]) == (5, 1_000_000_000)
    assert state.epoch_ns == 1_000_000_000


def test_a_world_may_use_all_its_memory_in_a_fresh_one_and_half_of_it_in_a_used_one(engine: LuaEngine) -> None:
    options = Options(lua_memory_max=MEMORY_MAX)
    state = LuaState(World(options=options).runtime, engine)
    assert engine.lua.get_max_memory() == MEMORY_MAX
    state.leave().reset()
    LuaState(World(options=options).runtime, engine)

    assert engine.lua.get_max_memory() == MEMORY_MAX // 2


def test_between_two_worlds_every_leaf_refuses(engine: LuaEngine) -> None:
    state = LuaState(World().runtime, engine)
    state.leave()
    engine.reset()

    for name in LEAVES:
        with pytest.raises(InternalError, match="between two worlds"):
            engine.lua.execute("local leaf = ...; leaf()", engine.host[name])


def test_one_that_holds_a_mebibyte_more_than_a_fresh_one_serves_no_more(engine: LuaEngine) -> None:
    engine.lua.execute("local host, size = ...; host.kept = string.rep('x', size)", engine.host, GROWTH_MAX - 65_536)
    assert engine.reset()
    engine.lua.execute("local host, size = ...; host.more = string.rep('x', size)", engine.host, 2 * 65_536)

    assert not engine.reset()


def test_one_without_memory_for_its_reset_serves_no_more(engine: LuaEngine) -> None:
    engine.lua.set_max_memory(1)

    assert not engine.reset()


def test_what_a_world_has_made_is_collected(engine: LuaEngine, tmp_path: Path) -> None:
    before = engine.lua.get_memory_used()
    for _ in range(3):
        state = LuaState(World().runtime, engine)
        state.define_chunk("app:x", b"\0" * 100_000)
        state.define_program("app:x", "main")
        assert engine.lua.get_memory_used() > before + 90_000
        state.leave()
        assert engine.reset()

    assert engine.lua.get_memory_used() < before + 10_000
