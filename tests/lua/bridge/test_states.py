"""A shelf lends one Lua state to one world after the other; a world that is over gets at nobody's Lua any more."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from simcore import Uniform, World
from simcore.lua.bridge.states import LuaStates
from simcore.model.errors import UsageError
from simcore.model.options import Options
from tests.files import write_files
from tests.worlds import HOST

if TYPE_CHECKING:
    from pathlib import Path

APP = {
    "_index.yaml": """
version: "1.0"
namespace: app
entries:
  - {name: processes, kind: process.host}
  - {name: echo, kind: process.lua, source: file://echo.lua, method: main}
""",
    "echo.lua": """
return { main = function()
    local inbox = process.inbox()
    while true do
        local message = inbox:receive()
        if message:topic() == "stop" then return tostring({}) end
    end
end }
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path, APP)


def world_of(folder: Path, states: LuaStates | None, **options: Any) -> World:
    world = World(1, Uniform(), Options(**options))
    world.lua_states = states
    world.load_app(folder)
    return world


def played(world: World) -> tuple[str, str]:
    pid = world.spawn("app:echo", HOST)
    world.send(pid, "stop")
    world.run()
    return world.result(pid), world.digest


def engine_of(world: World) -> Any:
    definition: Any = world.runtime.definitions["app:echo"]
    return definition.state.engine


def test_what_one_world_has_left_serves_the_next(folder: Path) -> None:
    states = LuaStates()
    first = world_of(folder, states)
    engine, seen, reused = engine_of(first), played(first), [states.is_reused]
    states.take_back()
    second = world_of(folder, states)
    reused.append(states.is_reused)

    assert engine_of(second) is engine
    assert played(second) == seen
    assert reused == [False, True]


def test_a_world_without_a_shelf_has_a_state_of_its_own(folder: Path) -> None:
    states = LuaStates()
    kept = [world_of(folder, states), world_of(folder, None), world_of(folder, None)]

    assert len({id(engine_of(world)) for world in kept}) == 3


def test_of_two_worlds_at_once_the_second_has_a_state_of_its_own(folder: Path) -> None:
    states = LuaStates()
    first, second = world_of(folder, states), world_of(folder, states)
    assert engine_of(first) is not engine_of(second)
    engine = engine_of(first)
    states.take_back()

    assert played(second)[0]
    assert engine_of(world_of(folder, states)) is engine


def test_taking_back_what_nobody_has_does_nothing() -> None:
    states = LuaStates()
    states.take_back()
    states.take_back()

    assert not states.is_reused


def test_a_world_that_is_over_is_refused_and_does_nothing_to_the_next_one(folder: Path) -> None:
    states = LuaStates()
    over = world_of(folder, states)
    pid = over.spawn("app:echo", HOST)
    over.run()
    states.take_back()
    world = world_of(folder, states)
    living = world.spawn("app:echo", HOST)
    world.run()
    assert living == pid

    over.send(pid, "stop")
    with pytest.raises(UsageError, match="its schedule is over"):
        over.run()
    with pytest.raises(UsageError, match="its schedule is over"):
        over.spawn("app:echo", HOST)
    with pytest.raises(UsageError, match="its schedule is over"):
        over.load_app(folder)
    world.send(living, "stop")
    world.run()
    assert world.result(living) == played(world_of(folder, None))[0]


def test_what_is_known_of_a_world_that_is_over_can_still_be_asked(folder: Path) -> None:
    states = LuaStates()
    over = world_of(folder, states)
    pid = over.spawn("app:echo", HOST)
    over.send(pid, "stop")
    over.run()
    known = (over.result(pid), over.digest, over.now_ns, over.alive(pid))
    states.take_back()

    assert (over.result(pid), over.digest, over.now_ns, over.alive(pid)) == known


def test_a_world_that_nobody_holds_is_freed_once_its_state_was_taken_back(folder: Path) -> None:
    states = LuaStates()
    world = world_of(folder, states)
    played(world)
    watched = weakref.ref(world)
    states.take_back()
    del world
    gc.collect()

    assert watched() is None


def test_a_state_that_has_grown_is_not_lent_again(folder: Path) -> None:
    states = LuaStates()
    engine = engine_of(world_of(folder, states))
    engine.lua.execute("local host = ...; host.kept = ('x'):rep(2 ^ 21 // 1 | 0)", engine.host)
    states.take_back()
    world = world_of(folder, states)

    assert engine_of(world) is not engine
    assert not states.is_reused
