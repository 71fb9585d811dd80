"""What is done from outside is noted when it is done, and only then."""

from __future__ import annotations

import pytest

from simcore import InvalidArgument, Process, World
from tests.worlds import HOST


async def listens(process: Process) -> None:
    await process.inbox.receive()


def test_a_message_that_cannot_be_copied_was_not_sent() -> None:
    world = World()
    log = world.log
    world.define("app:listens", listens)
    pid = world.spawn("app:listens", HOST)
    before = world.digest

    with pytest.raises(InvalidArgument):
        world.send(pid, "topic", object())

    assert [entry.action for entry in log] == ["outside:spawn"]
    assert world.digest == before
