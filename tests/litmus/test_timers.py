"""Timers against each other and against what happens at their instant (process 3.15, 15.1 A4, N24)."""

from __future__ import annotations

from typing import Any

from simcore import Process

from .harness import Play, answer, litmus, pause


async def waiting(process: Process) -> str:
    return (await process.select(timer=process.after("1s"), message=process.inbox)).name


async def late_sender(process: Process, target: str) -> str:
    await process.sleep("1s")
    return await answer(process.send(target, "t"))


@litmus(
    {
        (
            "timer",
            "ok",
        ): "N24: the timer fired first; the message was accepted before it had ended, or in the same step",
        ("timer", "NotFound"): "N24: the timer fired first, and the process had ended",
        ("message", "ok"): "N24: the message was first, although the timer was due",
    },
    lua=True,
)
def test_timer_against_message(play: Play) -> Any:
    target = play.start(waiting)
    sender = play.start(late_sender, target)
    play.run()
    return play.result(target), play.result(sender)


@litmus(
    {
        "a": "N24: timers of one instant fire in any order",
        "b": "N24: likewise",
    }
)
def test_timer_against_timer(play: Play) -> Any:
    async def selecting(process: Process) -> str:
        return (await process.select(a=process.after("1s"), b=process.after("1s"))).name

    target = play.start(selecting)
    play.run()
    return play.result(target)


async def two_sleepers(process: Process) -> str:
    log: list[str] = []

    async def sleeper(process: Process, name: str) -> None:
        await process.sleep("1s")
        log.append(name)

    process.go(sleeper, "a")
    process.go(sleeper, "b")
    await process.sleep("2s")
    return "".join(log)


@litmus(
    {
        "ab": "N25, N24: waiting commands of one process end in any order",
        "ba": "N25, N24: likewise",
    },
    lua=True,
)
def test_sleep_against_sleep_of_two_coroutines(play: Play) -> Any:
    target = play.start(two_sleepers)
    play.run()
    return play.result(target)


@litmus(
    {
        "work sleep": "A4: time passes only when nothing else can happen; no sleep is shorter than work",
    }
)
def test_sleep_against_work(play: Play) -> Any:
    async def worker(process: Process) -> None:
        for _ in range(5):
            await pause(process)
        play.log.append("work")

    async def sleeper(process: Process) -> None:
        await process.sleep(1)
        play.log.append("sleep")

    play.start(sleeper)
    play.start(worker)
    play.run()
    return " ".join(play.log)


@litmus(
    {
        "early late": "L3, I99: a timer fires at its instant, and never before one that is due earlier",
    }
)
def test_sleeps_of_different_lengths(play: Play) -> Any:
    async def sleeper(process: Process, name: str, duration: str) -> None:
        await process.sleep(duration)
        await pause(process)
        play.log.append(name)

    play.start(sleeper, "late", "2s")
    play.start(sleeper, "early", "1s")
    play.run()
    return " ".join(play.log)


@litmus(
    {
        ("woke", "ok"): "process 9.2, N13: terminate met the step that ended it",
        ("woke", "NotFound"): "N24: the sleeper woke and ended first",
        ("process terminated", "ok"): "N24, O22: it was terminated before the step after its sleep",
    }
)
def test_end_of_a_sleep_against_terminate(play: Play) -> Any:
    async def sleeper(process: Process) -> str:
        await process.sleep("1s")
        return "woke"

    async def killer(process: Process, target: str) -> str:
        await process.sleep("1s")
        return await answer(process.terminate(target))

    sleeping = play.start(sleeper)
    killing = play.start(killer, sleeping)
    play.run()
    return play.result(sleeping), play.result(killing)


@litmus(
    {
        ("linked process failed", 0): "O21: LINK_DOWN wakes a sleeping process and the flush comes before any code",
    }
)
def test_sleep_against_link_down(play: Play) -> Any:
    async def sleeper(process: Process) -> str:
        child = await process.spawn_linked("litmus:crasher", "litmus:processes")
        await process.send(child, "go")
        await process.sleep("1s")
        return "woke"

    async def crasher(process: Process) -> None:
        await process.inbox.receive()
        raise RuntimeError("burst")

    play.define(crasher)
    sleeping = play.start(sleeper)
    play.run()
    return play.result(sleeping), play.world.now_ns
