"""Coroutines of one process, their channels and their time (lua 5, 6.1; process 3.14, 3.15)."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from simcore import Channel, Fifo, InvalidArgument, NotFound, Process, ProcessError, Uniform
from tests.conftest import Make
from tests.worlds import HOST, result_of


def test_a_new_coroutine_runs_when_its_creator_waits_and_before_it_goes_on(make: Make) -> None:
    """G19."""

    async def main(process: Process) -> list[str]:
        log: list[str] = []

        async def other(process: Process, name: str) -> None:
            log.append(name)

        process.go(other, "a")
        process.go(other, "b")
        log.append("creator")
        await process.set_options()
        log.append("creator still")
        channel = process.channel(1)
        await channel.send(1)
        log.append("creator still")
        await process.sleep("1ns")
        log.append("creator again")
        return log

    assert result_of(make, main) == ["creator", "creator still", "creator still", "a", "b", "creator again"]


def test_who_meets_whom_decides_who_runs_first(make: Make) -> None:
    """process 6.1: a sender that meets a receiver goes on first, a receiver that meets a sender goes on first."""

    async def main(process: Process) -> list[str]:
        log: list[str] = []
        channel, back = process.channel(), process.channel()

        async def other(process: Process) -> None:
            log.append(f"other got {await channel.receive()}")
            await back.send(2)
            log.append("other sent")

        process.go(other)
        await process.sleep("1ns")
        await channel.send(1)
        log.append("main sent")
        await process.sleep("1ns")
        log.append(f"main got {await back.receive()}")
        await process.sleep("1ns")
        return log

    assert result_of(make, main) == ["main sent", "other got 1", "main got 2", "other sent"]


def test_closing_wakes_who_waits_before_the_closer(make: Make) -> None:
    """process 6.1."""

    async def main(process: Process) -> list[str]:
        log: list[str] = []
        channel, full = process.channel(), process.channel()

        async def reader(process: Process, name: str) -> None:
            try:
                await channel.receive()
            except NotFound as error:
                log.append(f"{name} {error.message}")

        async def giver(process: Process) -> None:
            try:
                await full.send(1)
            except InvalidArgument as error:
                log.append(error.message)

        for name in ("a", "b"):
            process.go(reader, name)
        process.go(giver)
        await process.sleep("1ns")
        await channel.close()
        log.append("closed")
        await full.close()
        await full.close()
        log.append("closed both")
        with pytest.raises(InvalidArgument, match="send on closed channel"):
            await channel.send(1)
        return log

    assert result_of(make, main) == ["a channel closed", "b channel closed", "closed", "channel closed", "closed both"]


def test_a_channel_inside_a_process_carries_any_value_itself(make: Make) -> None:
    async def main(process: Process) -> bool:
        channel, value = process.channel(1), object()
        await channel.send(value)
        return await channel.receive() is value

    assert result_of(make, main) is True


def test_select_tells_the_name_the_value_and_whether_the_channel_is_open(make: Make) -> None:
    """process 3.14."""

    async def main(process: Process) -> list[Any]:
        one, other = process.channel(1), process.channel(2)
        await other.send("x")
        await other.send("y")
        await other.close()
        log = [list(await process.select(one=one, other=other)) for _ in range(3)]
        await one.send("late")
        return [*log, list(await process.select(one=one, other=other))]

    assert result_of(make, main) == [
        ["other", "x", True],
        ["other", "y", True],
        ["other", None, False],
        ["one", "late", True],
    ]


def test_select_nowait_never_waits_and_takes_what_select_would(make: Make) -> None:
    """Also the value of a coroutine that waits to give it."""

    async def main(process: Process) -> list[Any]:
        log: list[Any] = []
        buffered, direct = process.channel(1), process.channel()

        async def giver(process: Process, channel: Channel, values: list[int]) -> None:
            for value in values:
                await channel.send(value)
                log.append(f"gave {value}")

        log.append(process.select_nowait(a=buffered, b=direct))
        process.go(giver, buffered, [1, 2])
        process.go(giver, direct, [3])
        await process.sleep("1ns")
        for _ in range(4):
            chosen = process.select_nowait(a=buffered, b=direct)
            log.append(chosen and list(chosen))
        await process.sleep("1ns")
        await direct.close()
        log.append(list(process.select_nowait(a=buffered, b=direct) or ()))
        return log

    assert result_of(make, main) == [
        None,
        "gave 1",
        ["a", 1, True],
        ["a", 2, True],
        ["b", 3, True],
        None,
        "gave 2",
        "gave 3",
        ["b", None, False],
    ]


def test_a_channel_of_another_process_is_refused(make: Make) -> None:
    """Isolation: what reached this process by a closure would run its coroutines in the step of the other."""
    held: list[Channel] = []

    async def owner(process: Process) -> None:
        held.append(process.channel())
        await held[0].receive()

    async def main(process: Process) -> list[str]:
        (channel,) = held
        log = []
        for call in (channel.send(1), channel.receive(), channel.close(), process.select(it=channel)):
            try:
                await call
            except InvalidArgument as error:
                log.append(re.sub(r"test_coroutines.py:\d+", "here", error.message.partition(";")[0]))
        return log

    world = make(owner=owner, main=main)
    world.spawn("app:owner", HOST)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == [
        *(
            f"here: the operation {verb} of here belongs to another process, {{app:processes|0x00001}}"
            for verb in ("ChannelSend", "ChannelReceive", "ChannelClose")
        ),
        "a channel is for the coroutines of the process that made it",
    ]


@pytest.mark.parametrize("verb", ["select", "select_nowait"])
def test_the_cases_of_select_are_channels(make: Make, verb: str) -> None:
    async def main(process: Process) -> None:
        getattr(process, verb)(one=5)

    with pytest.raises(InvalidArgument, match="the case one of select is a channel, not an int"):
        result_of(make, main)


def test_go_takes_an_async_function(make: Make) -> None:
    async def main(process: Process) -> None:
        process.go(lambda process: None)  # type: ignore[arg-type,return-value]

    with pytest.raises(InvalidArgument, match="async def"):
        result_of(make, main)


@pytest.mark.parametrize("arguments", [(), (3,)], ids=["none", "one"])
def test_go_says_that_it_passes_the_process(make: Make, arguments: tuple[Any, ...]) -> None:
    async def tick() -> None: ...
    async def tick_with(count: int) -> None: ...

    async def main(process: Process) -> None:
        process.go(tick_with if arguments else tick, *arguments)

    said = r"go passes `process` before the arguments: write `async def tick(_with)?\(process, \.\.\.\)`"
    with pytest.raises(ProcessError, match=rf"TypeError: .*positional argument.*; {said}"):
        result_of(make, main)


ENDLESS = {
    "a sleep that is over at once": "await process.sleep(0)",
    "a refused operation": """
        try:
            await process.send("nobody", "t")
        except NotFound:
            pass""",
    "a foreign awaitable": """
        try:
            await asyncio.sleep(0)
        except InvalidArgument:
            pass""",
    "two coroutines that only talk to each other": """
        await channel.send(1)""",
    "coroutines that make coroutines": """
        process.go(nothing)
        await process.set_options()""",
}
PROGRAM = """
import asyncio
from simcore import Failure, InvalidArgument, NotFound, Options, Process, World

async def main(process: Process) -> None:
    channel = process.channel()

    async def nothing(process: Process) -> None: ...

    async def reader(process: Process) -> None:
        while True:
            await channel.receive()

    process.go(reader)
    while True:
        BODY

world = World(options=Options(instant_actions_max=1_000))
world.define("app:main", main)
world.spawn("app:main", "app:processes")
try:
    world.run()
except Failure as failure:
    print(failure.property_name)
"""


@pytest.mark.parametrize("body", ENDLESS.values(), ids=list(ENDLESS))
def test_a_step_without_end_is_a_livelock(body: str) -> None:
    """process 15.4: the simulator bounds steps. Run in another interpreter, since one that fails would not come
    back."""
    program = PROGRAM.replace("BODY", body)
    try:
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        pytest.fail("the run never came back")
    assert (ran.stdout, ran.stderr) == ("livelock\n", "")


# -- time


def test_a_sleep_ends_at_its_instant_and_not_before(make: Make) -> None:
    """I99; one that is not positive is over at once."""

    async def main(process: Process) -> list[int]:
        log = []
        for duration in ("1s", 5, "0", -5, "1m"):
            await process.sleep(duration)
            log.append(process.now_ns)
        return log

    assert result_of(make, main) == [1_000_000_000, 1_000_000_005, 1_000_000_005, 1_000_000_005, 61_000_000_005]


@pytest.mark.parametrize("duration", ["soon", 1.5, None, True])
def test_a_sleep_takes_a_duration(make: Make, duration: Any) -> None:
    async def main(process: Process) -> None:
        await process.sleep(duration)

    with pytest.raises(InvalidArgument, match="invalid duration format"):
        result_of(make, main)


def test_a_timer_channel_gives_one_instant_and_is_then_closed(make: Make) -> None:
    """process 3.15."""

    async def main(process: Process) -> list[Any]:
        early, late = process.after("1s"), process.after("2s")
        log = [list(await process.select(late=late, early=early))]
        log.append(list(await process.select(early=early)))
        await process.sleep("5s")
        # The firing waits in the channel, since there is room for it.
        log.append([await late.receive()])
        with pytest.raises(NotFound, match="channel closed"):
            await late.receive()
        return log

    assert result_of(make, main) == [["early", 1_000_000_000, True], ["early", None, False], [2_000_000_000]]


@pytest.mark.parametrize("duration", [0, "0s", "-1s", -1])
def test_a_timer_channel_takes_a_duration_above_zero(make: Make, duration: Any) -> None:
    """process 18, O29."""

    async def main(process: Process) -> None:
        process.after(duration)

    with pytest.raises(InvalidArgument, match=r"^after: duration must be positive$"):
        result_of(make, main)


def test_a_value_of_the_programs_own_is_not_in_the_way_of_a_timers(make: Make) -> None:
    """lua 5.7: where the channel is full, the value waits; then it closes the channel."""

    async def main(process: Process) -> list[Any]:
        channel: Channel[Any] = process.after("1s")
        await channel.send("own")
        await process.sleep("2s")
        read = [await channel.receive(), await channel.receive()]
        with pytest.raises(NotFound, match="channel closed"):
            await channel.receive()
        return read

    assert result_of(make, main) == ["own", 1_000_000_000]


def test_a_program_may_close_the_channel_of_a_timer(make: Make) -> None:
    """process 3.14, 3.15: its value is stale; nothing opens the channel again."""

    async def main(process: Process) -> None:
        channel = process.after("1s")
        await channel.close()
        await process.sleep("2s")
        with pytest.raises(NotFound, match="channel closed"):
            await channel.receive()

    assert result_of(make, main) is None


def test_a_timer_of_an_ended_process_does_not_move_the_clock(make: Make) -> None:
    async def main(process: Process) -> None:
        process.after("1h")

        async def sleeper(process: Process) -> None:
            await process.sleep("2h")

        process.go(sleeper)
        await process.sleep("1s")

    world = make(main=main)
    world.spawn("app:main", HOST)
    world.run()

    assert world.now_ns == 1_000_000_000


def test_sleeps_of_one_instant_end_in_any_order(make: Make) -> None:
    """N24, N25."""

    async def main(process: Process) -> str:
        log: list[str] = []

        async def sleeper(process: Process, name: str) -> None:
            await process.sleep("1s")
            log.append(name)

        for name in "abc":
            process.go(sleeper, name)
        await process.sleep("2s")
        return "".join(log)

    assert result_of(make, main, strategy=Fifo()) == "abc"
    assert len({result_of(make, main, seed=seed, strategy=Uniform()) for seed in range(60)}) == 6


def test_waiting_for_an_event_of_simpy_gives_its_value_or_raises_what_it_holds(make: Make) -> None:
    """At the next turn where the event was processed already."""

    async def main(process: Process) -> list[Any]:
        log: list[Any] = [await process.wait(environment.timeout(5, "value")), process.now_ns]
        past = environment.event()
        past.succeed("past")
        await process.sleep(1)
        log.append(await process.wait(past))
        for failure in (RuntimeError("broken"), NotFound("gone")):
            event = environment.event()
            event.fail(failure)
            try:
                await process.wait(event)
            except Exception as error:
                log.append(error is failure)
        return log

    world = make(main=main)
    environment = world.environment
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == ["value", 5, "past", True, True]


@pytest.mark.parametrize("seed", range(8))
def test_a_simpy_process_that_fails_is_told_to_who_waits_for_it_under_every_schedule(make: Make, seed: int) -> None:
    """The failure may come before the command is performed, and it has somebody to be told all the same."""

    def ordinary() -> Any:
        yield world.environment.timeout(0)
        raise RuntimeError("broken")

    async def main(process: Process) -> str:
        try:
            await process.wait(world.environment.process(ordinary()))
        except RuntimeError as error:
            return str(error)
        return "fine"

    world = make(main=main, seed=seed, strategy=Uniform())
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == "broken"


def test_only_events_of_this_world_can_be_waited_for(make: Make) -> None:
    async def main(process: Process) -> None:
        await process.wait(event)

    event = make().environment.event()
    with pytest.raises(InvalidArgument, match=r"world\.environment"):
        result_of(make, main)


def test_processes_and_ordinary_processes_of_simpy_share_one_clock(make: Make) -> None:
    log: list[tuple[str, int]] = []

    async def main(process: Process) -> None:
        for _ in range(2):
            await process.sleep(3)
            log.append(("simcore", process.now_ns))

    def ordinary() -> Any:
        for _ in range(2):
            yield world.environment.timeout(2)
            log.append(("simpy", world.now_ns))

    world = make(main=main)
    world.spawn("app:main", HOST)
    world.environment.process(ordinary())
    world.run()

    assert log == [("simpy", 2), ("simcore", 3), ("simpy", 4), ("simcore", 6)]
