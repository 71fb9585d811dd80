"""Where the user's code is, and whose it is."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import networkx
import pytest

from simcore import Process, World
from simcore.catalog.project import shipped_project
from simcore.catalog.properties import ProjectProperty
from simcore.limits.whereabouts import Whereabouts, Work, is_users, runs_users, whereabouts, work_in
from simcore.runner.always import Watch
from tests.limits.slow import INSIDE, in_file, of_simcore

SEEN: list[Whereabouts] = []


def here() -> FrameType:
    return sys._getframe(1)


def look() -> None:
    SEEN.append(whereabouts(here()))


async def worker(process: Process) -> None:
    await process.sleep("1s")
    helped()


def helped() -> None:
    look()


def run(behaviour: object) -> World:
    SEEN.clear()
    world = World()
    world.define("app:worker", behaviour)  # type: ignore[arg-type]  # each is a behaviour
    world.spawn("app:worker", "app:host")
    world.run()
    return world


def test_of_a_process_it_is_its_path_and_the_lines_that_it_has_called() -> None:
    run(worker)

    assert [each.who for each in SEEN] == ["world/app:worker.0"]
    assert [place.function for place in SEEN[0].places] == ["worker", "helped", "look"]
    assert SEEN[0].said("the scenario") == "world/app:worker.0"
    assert re.fullmatch(r", at last in look \(.*test_whereabouts\.py:\d+\)", SEEN[0].at)


def test_outside_of_every_world_it_is_what_the_caller_says() -> None:
    found = whereabouts(here(), sys._getframe(1))

    assert (found.who, found.said("the scenario")) == (None, "the scenario")
    assert [place.function for place in found.places] == [
        "test_outside_of_every_world_it_is_what_the_caller_says",
    ]
    assert found.way == ()


def test_what_is_asked_between_two_actions_is_named() -> None:
    SEEN.clear()
    world = World()
    asked = ProjectProperty("properties/p.py::holds", lambda world: look(), "")
    watch = Watch([asked])
    watch.attach(world)
    world.define("app:worker", worker)
    world.kernel.attend(watch.ask)
    world.spawn("app:worker", "app:host")
    world.run(until="500ms")

    assert SEEN[0].said("the scenario") == "the property properties/p.py::holds"


def test_what_a_world_does_between_two_actions_is_of_whoever_runs_it() -> None:
    SEEN.clear()
    world = World()
    world.define("app:worker", worker)
    world.kernel.attend(look)
    world.spawn("app:worker", "app:host")
    world.run(until="500ms")

    assert SEEN[0].said("the scenario") == "the scenario"


def test_no_line_is_named_where_there_is_none_of_the_users() -> None:
    assert whereabouts(None).at == ""


def test_what_the_user_has_called_is_the_users_and_simcore_is_not() -> None:
    frames: list[FrameType] = []
    list(map(lambda _: frames.append(here()), [1]))
    assert is_users(frames[0])
    assert not is_users(None)

    world = World()
    world.kernel.attend(lambda: frames.append(sys._getframe(1)))
    world.define("app:worker", worker)
    world.spawn("app:worker", "app:host")
    world.run(until="500ms")
    assert not is_users(frames[1])


OF_SIMCORE = of_simcore()
OF_USER = in_file("scenarios/mine.py")
OF_NETWORKX = in_file(networkx.__file__)
OF_PACKAGE = in_file(Path(networkx.__file__).parents[1] / "somebodys" / "behaviour.py")
SHIPPED = in_file(shipped_project().properties[0] / "messaging.py")
BY_HYPOTHESIS = in_file("scenarios/mine.py", __name__="hypothesis_temporary_module_1")
MADE_OF_TEXT = in_file("<string>", __name__="simcore.world.world")
OF_TEXT_BY_USER = in_file("<string>", __name__=__name__)
IN_LUA = runs_users(in_file(INSIDE, "in_lua"))


@pytest.mark.parametrize(
    ("calls", "work"),
    [
        ([OF_USER], Work.USERS),
        ([OF_USER, OF_NETWORKX], Work.USERS),
        ([OF_USER, OF_TEXT_BY_USER], Work.USERS),
        ([OF_SIMCORE, OF_PACKAGE], Work.USERS),
        ([OF_SIMCORE, OF_PACKAGE, OF_NETWORKX], Work.USERS),
        ([OF_SIMCORE], Work.GOES_ON),
        ([OF_SIMCORE, OF_NETWORKX], Work.GOES_ON),
        ([OF_SIMCORE, MADE_OF_TEXT], Work.GOES_ON),
        ([OF_SIMCORE, SHIPPED], Work.GOES_ON),
        ([OF_SIMCORE, SHIPPED, OF_NETWORKX], Work.GOES_ON),
        ([BY_HYPOTHESIS, OF_NETWORKX], Work.GOES_ON),
        ([OF_USER, OF_SIMCORE], Work.BEGINS),
        ([OF_USER, OF_NETWORKX, OF_SIMCORE, OF_NETWORKX, OF_SIMCORE], Work.BEGINS),
        ([OF_USER, OF_SIMCORE, SHIPPED], Work.BEGINS),
        ([OF_SIMCORE, OF_USER, OF_SIMCORE], Work.BEGINS),
        ([OF_SIMCORE, IN_LUA], Work.USERS),
        ([OF_SIMCORE, IN_LUA, OF_SIMCORE], Work.BEGINS),
    ],
)
def test_a_look_sees_whose_work_it_is(calls: list[Any], work: Work) -> None:
    caller, seen = sys._getframe(), list[Work]()

    def look() -> None:
        # Of no file, so that whoever has called it counts.
        seen.append(work_in(sys._getframe(1), caller))

    calls[0](*calls[1:], in_file("<string>"), look)

    assert seen == [work]


def test_an_operation_goes_on_until_it_has_returned() -> None:
    caller, seen = sys._getframe(), list[Work]()

    def look_twice() -> None:
        seen.extend([work_in(sys._getframe(1), caller), work_in(sys._getframe(1), caller)])

    OF_USER(OF_SIMCORE, look_twice)
    OF_USER(OF_SIMCORE, look_twice)

    assert seen == [Work.BEGINS, Work.GOES_ON, Work.BEGINS, Work.GOES_ON]


def test_a_file_of_simcore_that_the_users_code_imports_is_no_endless_loop() -> None:
    caller, seen = sys._getframe(), list[Work]()
    names = {"frame": sys._getframe, "look": lambda frame: seen.append(work_in(frame, caller))}
    exec(compile("look(frame())", str(INSIDE), "exec"), names)

    assert (seen, set(names)) == ([Work.GOES_ON], {"frame", "look", "__builtins__"})


def test_a_process_that_asks_again_and_again_in_one_step_is_at_work_itself() -> None:
    caller, seen = sys._getframe(), list[Work]()

    class Looking(dict[Any, Any]):
        def get(self, kind: Any, default: Any = None) -> Any:
            seen.append(work_in(sys._getframe(1), caller))
            return super().get(kind, default)

    async def asks(process: Process) -> None:
        await process.set_options(trap_links=True)

    world = World()
    world.define("app:asks", asks)
    world.spawn("app:asks", "app:host")
    world.runtime.handlers = Looking(world.runtime.handlers)
    world.run()

    assert set(seen) == {Work.USERS}
