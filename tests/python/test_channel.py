"""`async for` over a channel: one value after the other, until the channel is closed and empty."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Process, Uniform, World
from tests.conftest import Make
from tests.worlds import HOST, result_of


def test_a_loop_over_a_channel_takes_what_is_inside_and_ends_with_the_close(make: Make) -> None:
    async def main(process: Process) -> list[Any]:
        channel = process.channel(3)
        for number in range(3):
            await channel.send(number)
        await channel.close()
        return [value async for value in channel]

    assert result_of(make, main) == [0, 1, 2]


def test_a_close_wakes_the_loop_that_waits(make: Make) -> None:
    async def main(process: Process) -> list[Any]:
        channel, read = process.channel(), list[Any]()

        async def closing(process: Process) -> None:
            await channel.send("value")
            await process.sleep("1s")
            await channel.close()

        process.go(closing)
        async for value in channel:
            read.append(value)
        return [*read, process.now_ns]

    assert result_of(make, main) == ["value", 1_000_000_000]


def test_loops_end_with_a_timer_and_with_an_unlisten(make: Make) -> None:
    async def main(process: Process) -> list[Any]:
        instants = [instant async for instant in process.after("2s")]
        topic = process.listen("topic")

        async def unlistening(process: Process) -> None:
            await process.send(process.pid, "topic", "value")
            await process.sleep("1s")
            process.unlisten(topic)

        process.go(unlistening)
        return [*instants, *[value async for value in topic]]

    assert result_of(make, main) == [2_000_000_000, "value"]


@pytest.mark.parametrize("seed", range(3))
def test_a_loop_over_the_inbox_reads_as_receives_do_and_can_be_left(make: Make, seed: int) -> None:
    async def teller(process: Process, boss: str) -> None:
        for number in range(4):
            await process.send(boss, "told", number)

    async def main(process: Process) -> list[Any]:
        await process.spawn("app:teller", HOST, process.pid)
        read = list[Any]()
        async for message in process.inbox:
            read.append(message.payload)
            if len(read) == 2:
                break
        # What was not taken is still there, for another loop or a plain receive.
        read.append((await process.inbox.receive()).payload)
        async for message in process.inbox:
            return [*read, message.payload]
        return []

    assert result_of(make, main, seed=seed, teller=teller) == [0, 1, 2, 3]


def test_a_loop_over_the_inbox_ends_with_the_process_alone() -> None:
    """A server that reads for ever is idle, and no deadlock; a terminate ends it in the loop."""
    left = list[str]()

    async def server(process: Process) -> None:
        try:
            async for message in process.inbox:
                left.append(message.payload)
            left.append("over")
        finally:
            left.append("finally")

    world = World(strategy=Uniform())
    world.define("app:server", server)
    world.define("app:ending", ending)
    pid = world.spawn("app:server", HOST)
    world.send(pid, "topic", "read")
    world.run()
    assert (world.alive(pid), left) == (True, ["read"])

    world.spawn("app:ending", HOST, pid)
    world.run()

    assert (world.alive(pid), left) == (False, ["read", "finally"])


async def ending(process: Process, pid: str) -> None:
    await process.terminate(pid)


def test_what_a_loop_asks_for_and_does_not_await_is_told(make: Make) -> None:
    async def main(process: Process) -> None:
        aiter(process.inbox).__anext__()

    with pytest.raises(Exception, match=r"test_channel.py:\d+: the operation ChannelReceive was never awaited"):
        result_of(make, main)
