"""What lets a world go on: it knows when nothing can happen any more."""

from __future__ import annotations

import pytest

from simcore import Deadlock, Process, World
from tests.worlds import HOST


def test_a_result_is_no_deadlock_once_simpy_has_something_to_do_again() -> None:
    world = World()
    event = world.environment.event()

    async def behaviour(process: Process) -> str:
        await process.wait(event)
        return "came"

    world.define("app:waits", behaviour)
    pid = world.spawn("app:waits", HOST)
    world.run()
    with pytest.raises(Deadlock):
        world.result(pid)

    event.succeed()
    with pytest.raises(LookupError, match="run the world until it has ended"):
        world.result(pid)
    world.run()

    assert world.result(pid) == "came"
