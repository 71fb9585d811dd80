"""Terminate and cancel against the target's steps, and against each other (process 9)."""

from __future__ import annotations

from typing import Any

from simcore import Cancel, Process

from .harness import Play, answer, cancelling, litmus, terminating


async def idler(process: Process) -> None:
    await process.inbox.receive()


async def obeying(process: Process) -> str:
    """Return on the first CANCEL or message, and say which it was."""
    chosen = await process.select(events=process.events, inbox=process.inbox)
    return "cancelled" if isinstance(chosen.value, Cancel) else "done"


async def sending(process: Process, target: str) -> str:
    return await answer(process.send(target, "go"))


@litmus(
    {
        ("process terminated", "ok", "ok"): "process 9.4, N14: the second came before the target was evicted",
        ("process terminated", "ok", "NotFound"): "N14: the target had ended",
        ("process terminated", "NotFound", "ok"): "N14: likewise, the other way round",
    },
    lua=True,
)
def test_terminate_against_terminate(play: Play) -> Any:
    target = play.start(idler)
    first, second = play.start(terminating, target), play.start(terminating, target)
    play.run()
    return play.result(target), play.result(first), play.result(second)


@litmus(
    {
        ("done", "ok", "ok"): "N3, N17: the message was first; CANCEL is lost unread",
        ("done", "ok", "NotFound"): "process 9.12: it had ended when the cancel came",
        ("cancelled", "ok", "ok"): "process 9.12: CANCEL was first; the message is lost unread",
        ("cancelled", "NotFound", "ok"): "N17: it had ended when the message came",
    },
    lua=True,
)
def test_cancel_against_return(play: Play) -> Any:
    """process 3.14: of two empty channels of capacity 0 the one whose value comes first in the mailbox is taken."""
    target = play.start(obeying)
    sender, canceller = play.start(sending, target), play.start(cancelling, target)
    play.run()
    return play.result(target), play.result(sender), play.result(canceller)


@litmus(
    {
        ("process terminated", "ok", "ok"): "process 9.3, N14: CANCEL came before the eviction, and is lost unread",
        ("process terminated", "ok", "NotFound"): "N14: it had ended",
        (
            "cancelled",
            "ok",
            "ok",
        ): "process 9.2, N13: the step that read CANCEL had begun when terminate came; its result stands",
        ("cancelled", "NotFound", "ok"): "N14: it had ended",
    }
)
def test_terminate_against_cancel(play: Play) -> Any:
    target = play.start(obeying)
    killer, canceller = play.start(terminating, target), play.start(cancelling, target)
    play.run()
    return play.result(target), play.result(killer), play.result(canceller)


@litmus(
    {
        ("", "process terminated", "ok"): "G20: no step had begun",
        ("1", "process terminated", "ok"): "process 15.1.1 rule 2: the step that had begun finishes with its command",
        ("1, 2", "process terminated", "ok"): "likewise, one step later",
        ("1, 2", "done", "ok"): "process 9.2: terminate met the last step, whose normal result stands",
        ("1, 2", "done", "NotFound"): "process 9.4: it had ended",
    }
)
def test_terminate_against_steps_with_commands(play: Play) -> Any:
    """N13: whether the step that terminate meets had begun decides on its commands."""

    async def writer(process: Process) -> None:
        while True:
            play.log.append((await process.inbox.receive()).topic)

    async def target(process: Process, to: str) -> str:
        await process.send(to, "1")
        await process.send(to, "2")
        return "done"

    working = play.start(target, play.start(writer))
    killer = play.start(terminating, working)
    play.run()
    return play.written(), play.result(working), play.result(killer)


@litmus(
    {
        "": "process 9.3: it is terminated by itself, and neither of its coroutines ever goes on",
    }
)
def test_terminate_of_itself(play: Play) -> Any:
    """process 9.5: one outcome under every order."""

    async def other(process: Process) -> None:
        await process.send(process.pid, "t")
        play.log.append("sent")

    async def target(process: Process) -> None:
        process.go(other)
        await process.terminate(process.pid)
        play.log.append("terminated")

    suicidal = play.start(target)
    play.run()
    assert play.result(suicidal) == "process terminated"
    return play.written()
