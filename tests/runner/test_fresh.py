"""Schedules share a Lua state; what failed, and each 50th that passed, is played again in a fresh one that counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore import Options, Verdict, World
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties
from simcore.lua.bridge.engine import LuaEngine
from simcore.model.errors import BoundReached, InternalError
from simcore.model.outcome import Outcome
from simcore.model.run import Run
from simcore.runner.fresh import AGAIN_EVERY, SchedulePlayer
from simcore.runner.plan import Plan
from tests.files import write_files
from tests.worlds import HOST

APP = {
    "_index.yaml": """
version: "1.0"
namespace: app
entries:
  - {name: processes, kind: process.host}
  - {name: main, kind: process.lua, source: file://main.lua, method: main}
""",
    "main.lua": "return { main = function(word) print(word) return tostring({}) end }",
}


def run_of(item: Item, schedule: int, plan: Plan | None = None) -> Run:
    plan = plan or Plan()
    (run,) = plan.runs(item, plan.search(), [schedule])
    return run


class Plays:
    """Scenarios of one Lua application, and what is known of the worlds that they were played in.

    Args:
        folder: where the application is.
        after: what a scenario does at its end, given its world and the engine of that world.
    """

    def __init__(self, folder: Path, after: Callable[[World, Any], None]) -> None:
        self.folder = write_files(folder, APP)
        self.after = after
        self.used: list[bool] = []
        self.worlds: list[World] = []
        self.player = SchedulePlayer(
            Item(kind="scenario", id="scenarios/s.py::s", function=self._scenario), ProjectProperties()
        )

    def _scenario(self, world: World) -> None:
        self.worlds.append(world)
        world.load_app(self.folder)
        definition: Any = world.runtime.definitions["app:main"]
        self.used.append(definition.state.is_reused)
        world.spawn("app:main", HOST, "hello")
        world.run()
        self.after(world, definition.state.engine)

    def play(self, schedule: int) -> tuple[Outcome, World]:
        return self.player.play(run_of(self.player.item, schedule), schedule)


@pytest.fixture
def plays(tmp_path: Path) -> Callable[..., Plays]:
    def make(after: Callable[[World, Any], None] = lambda world, engine: None) -> Plays:
        return Plays(tmp_path, after)

    return make


def fail_if_used(world: World, engine: LuaEngine) -> None:
    assert not engine.is_used


def test_the_first_schedule_has_a_fresh_state_and_those_behind_it_have_the_same(plays: Callable[..., Plays]) -> None:
    item = plays()
    outcomes = [item.play(schedule)[0] for schedule in range(1, 6)]

    assert item.used == [False, True, True, True, True]
    assert {outcome.verdict for outcome in outcomes} == {Verdict.PASSED}


def test_every_fiftieth_that_passed_is_played_again_and_the_fresh_world_is_given(plays: Callable[..., Plays]) -> None:
    item = plays()
    for schedule in (1, AGAIN_EVERY - 1, AGAIN_EVERY, AGAIN_EVERY + 1, 2 * AGAIN_EVERY):
        _, world = item.play(schedule)

    assert AGAIN_EVERY == 50
    assert item.used == [False, True, True, False, True, True, False]
    assert world is item.worlds[-1]


def test_what_did_not_pass_is_played_again_and_counts(plays: Callable[..., Plays]) -> None:
    def fail(world: World, engine: LuaEngine) -> None:
        raise BoundReached("actions_max", 5)

    item = plays(fail)
    outcomes = [item.play(schedule)[0] for schedule in (1, 2)]

    assert item.used == [False, True, False]
    assert [outcome.property for outcome in outcomes] == ["actions_max"] * 2


def test_a_schedule_that_is_the_first_of_its_player_is_never_played_twice(plays: Callable[..., Plays]) -> None:
    def fail(world: World, engine: LuaEngine) -> None:
        raise AssertionError("it fails")

    item = plays(fail)
    item.play(AGAIN_EVERY)

    assert item.used == [False]


def test_python_processes_alone_are_never_played_twice() -> None:
    played = []

    def scenario(world: World) -> None:
        played.append(world)
        raise AssertionError("it fails")

    player = SchedulePlayer(Item(kind="scenario", id="scenarios/s.py::s", function=scenario), ProjectProperties())
    for schedule in (1, 2, AGAIN_EVERY):
        player.play(run_of(player.item, schedule), schedule)

    assert len(played) == 3


@pytest.mark.parametrize("schedule", [2, AGAIN_EVERY])
def test_a_difference_is_an_internal_error_with_both_digests_and_the_way_back(
    plays: Callable[..., Plays], schedule: int
) -> None:
    def differ(world: World, engine: LuaEngine) -> None:
        world.spawn("app:main", HOST, f"used: {engine.is_used}")
        world.run()
        assert schedule == AGAIN_EVERY or not engine.is_used

    item = plays(differ)
    item.play(1)

    with pytest.raises(InternalError) as caught:
        item.play(schedule)
    used, alone = item.worlds[1].digest, item.worlds[2].digest
    assert used != alone
    assert f"{alone} in a fresh one" in str(caught.value)
    assert f"{used} in that one" in str(caught.value)
    assert "seen again by: simcore replay" in caught.value.__notes__[0]


def test_an_item_that_differs_from_itself_in_fresh_states_is_not_simcores_mistake(plays: Callable[..., Plays]) -> None:
    def fail(world: World, engine: LuaEngine) -> None:
        raise AssertionError(f"world {len(item.worlds)}")

    item = plays(fail)
    item.play(1)
    outcome, world = item.play(2)

    assert outcome.message.startswith("world 3")
    assert world is item.worlds[2]


@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize("schedule", [2, AGAIN_EVERY])
def test_a_bound_of_memory_that_only_one_of_the_two_reaches_is_no_difference(
    plays: Callable[..., Plays], used: bool, schedule: int
) -> None:
    def run_out(world: World, engine: LuaEngine) -> None:
        if engine.is_used == used:
            assert engine.owner is not None
            raise engine.owner.out_of_memory()

    item = plays(run_out)
    first = item.play(1)[0].property
    outcome, _ = item.play(schedule)

    assert first == ("" if used else "lua_memory_max")
    assert outcome.property == ("lua_memory_max" if not used and schedule == AGAIN_EVERY else "")


def test_a_bound_of_memory_that_the_scenario_expects_is_played_again_too(plays: Callable[..., Plays]) -> None:
    def expect(world: World, engine: LuaEngine) -> None:
        assert engine.owner is not None
        if engine.is_used:
            engine.owner.out_of_memory()

    item = plays(expect)
    item.play(1)
    item.play(2)

    assert item.used == [False, True, False]


def test_memory_that_a_used_state_does_not_give_and_a_fresh_one_does_is_there(tmp_path: Path) -> None:
    write_files(tmp_path, APP)
    (tmp_path / "main.lua").write_text(
        "return { main = function() local t = {} for i = 1, 4000 do t[i] = ('x'):rep(1000) .. i end return #t end }"
    )

    def scenario(world: World) -> None:
        world.load_app(tmp_path)
        pid = world.spawn("app:main", HOST)
        world.run()
        assert world.result(pid) == 4000

    player = SchedulePlayer(Item(kind="scenario", id="scenarios/s.py::s", function=scenario), ProjectProperties())
    plan = Plan(options=Options(lua_memory_max=6 * 1024 * 1024))
    outcomes = [player.play(run_of(player.item, schedule, plan), schedule)[0] for schedule in range(1, 5)]

    assert {outcome.verdict for outcome in outcomes} == {Verdict.PASSED}


def test_the_world_that_is_given_is_whole_until_the_next_play(plays: Callable[..., Plays]) -> None:
    item = plays()
    for schedule in (1, 2):
        _, world = item.play(schedule)
        pid = world.spawn("app:main", HOST, "again")
        world.run()

        assert world.result(pid)


@pytest.mark.slow
def test_ten_thousand_schedules_hold_no_more_than_a_few(plays: Callable[..., Plays]) -> None:
    held: list[int] = []

    def look(world: World, engine: LuaEngine) -> None:
        held.append(engine.lua.get_memory_used())
        item.worlds.clear()

    item = plays(look)
    for schedule in range(1, 10_001):
        item.play(schedule)

    assert max(held) < min(held) + 100_000
