"""The steps of processes among each other: who comes next, and who never runs beside itself (N1, G12, G14)."""

from __future__ import annotations

from typing import Any

from simcore import Process

from .harness import Play, answer, litmus


@litmus(
    {
        "a, b": "N1: any ready process may step next",
        "b, a": "N1: likewise",
    }
)
def test_two_ready_processes(play: Play) -> Any:
    async def stepping(process: Process, name: str) -> None:
        play.log.append(name)

    for name in "ab":
        play.start(stepping, name)
    play.run()
    return play.written()


@litmus(
    {
        "x, asks, answers, hears": "G14: the coroutines share one step; the other process was before it",
        "asks, answers, hears, x": "G14: likewise, and it was after it",
    }
)
def test_a_step_of_several_coroutines(play: Play) -> Any:
    """No step, of this process or another, comes between the coroutines of a step, though a message is on its way."""

    async def asking(process: Process) -> None:
        question, reply = process.channel(), process.channel()

        async def answering(process: Process) -> None:
            await question.receive()
            play.log.append("answers")
            await reply.send("so")

        process.go(answering)
        play.log.append("asks")
        await question.send("how")
        await reply.receive()
        play.log.append("hears")

    async def other(process: Process, pid: str) -> None:
        play.log.append("x")
        await answer(process.send(pid, "t"))

    play.start(other, play.start(asking))
    play.run()
    return play.written()


@litmus(
    {
        ("1, 2", "3, 4"): "G12: each channel gives its messages in the order in which the mailbox got them",
    }
)
def test_two_channels_of_one_mailbox(play: Play) -> Any:
    """One outcome: whichever is read first, and however the flushes fall, neither channel changes the order."""

    async def target(process: Process) -> Any:
        topics = [process.listen("T"), process.listen("U")]
        return [", ".join([str(await topic.receive()) for _ in range(2)]) for topic in topics]

    async def sender(process: Process, pid: str) -> None:
        for topic, number in (("U", 3), ("T", 1), ("U", 4), ("T", 2)):
            await process.send(pid, topic, number)

    pid = play.start(target)
    play.start(sender, pid)
    play.run()
    return play.result(pid)
