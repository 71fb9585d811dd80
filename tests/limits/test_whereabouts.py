"""Where the user's code is, and whose it is."""

from __future__ import annotations

import re
import sys
from types import FrameType

from simcore import Process, World
from simcore.limits.whereabouts import Whereabouts, is_users, whereabouts

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


def test_what_is_asked_between_two_actions_is_nobodys_process() -> None:
    SEEN.clear()
    world = World()
    world.define("app:worker", worker)
    world.kernel.attend(look)
    world.spawn("app:worker", "app:host")
    world.run(until="500ms")

    assert (SEEN[0].who, SEEN[0].said("the scenario")) == ("", "a property that is asked meanwhile")


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
