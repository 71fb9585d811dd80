"""Messages on their way: what orders there are between senders, topics and readers (process 3)."""

from __future__ import annotations

from typing import Any

from simcore import Message, Process

from .harness import Play, gather, litmus, pause


async def collector(process: Process) -> str:
    return " ".join([message.topic for message in await gather(process, process.inbox)])


async def telling(process: Process, target: str, *topics: str) -> None:
    for topic in topics:
        await process.send(target, topic)


# -- senders


@litmus(
    {
        "1 2 other": "N3: no order between unrelated senders",
        "1 other 2": "N3: likewise",
        "other 1 2": "N3: likewise; but 2 never comes before 1 (G1)",
    },
    lua=True,
)
def test_two_senders(play: Play) -> Any:
    target = play.start(collector)
    play.start(telling, target, "1", "2")
    play.start(telling, target, "other")
    play.run()
    return play.result(target)


@litmus(
    {
        "cause effect": "G2: a send has enqueued before it returns (G3), so what follows from it comes later",
    },
    lua=True,
)
def test_causal_chain(play: Play) -> Any:
    """I31."""
    target = play.start(collector)
    middle = play.start(relaying, target)
    play.start(causing, target, middle)
    play.run()
    return play.result(target)


async def causing(process: Process, target: str, middle: str) -> None:
    await process.send(target, "cause")
    await process.send(middle, "go")


async def relaying(process: Process, target: str) -> None:
    await process.inbox.receive()
    await process.send(target, "effect")


@litmus(
    {
        "T U T V": "G1, process 3.4: first in, first out from one sender, across topics",
    }
)
def test_topics_of_one_sender(play: Play) -> Any:
    target = play.start(collector)
    play.start(telling, target, "T", "U", "T", "V")
    play.run()
    return play.result(target)


@litmus(
    {
        "a b c": "process 3.4, N2: commands are performed in the order of their issue, whichever coroutine issued them",
    }
)
def test_senders_in_one_process(play: Play) -> Any:
    async def parent(process: Process, target: str) -> None:
        for topic in "abc":
            process.go(telling, target, topic)
        await process.inbox.receive()

    target = play.start(collector)
    play.start(parent, target)
    play.run()
    return play.result(target)


@litmus(
    {
        "1 2 3": "N2: the stranger came after both of the step's commands",
        "1 3 2": "N2: others act between two commands of one step",
        "3 1 2": "N3: the stranger came first",
    }
)
def test_commands_of_one_step_against_a_stranger(play: Play) -> Any:
    """The two sends are issued in one step; a stranger's may still come between them."""

    async def parent(process: Process, target: str) -> None:
        process.go(telling, target, "1")
        process.go(telling, target, "2")
        await process.inbox.receive()

    target = play.start(collector)
    play.start(parent, target)
    play.start(telling, target, "3")
    play.run()
    return play.result(target)


# -- listen, unlisten


async def listening(process: Process) -> list[str]:
    """Read the inbox in one coroutine; in the other, a step later, listen to T."""
    log: list[str] = []

    async def reader(process: Process) -> None:
        message = await process.inbox.receive()
        log.append(f"inbox {message.topic}")

    process.go(reader)
    await pause(process)
    log.extend([f"topic {value}" for value in await gather(process, process.listen("T"))])
    return log


async def posting(process: Process, target: str) -> None:
    await process.send(target, "T", "x")


@litmus(
    {
        ("inbox T",): "N22: a flush handed it to the waiting reader of the inbox before there was a listener",
        ("topic x",): "N22, process 3.6: the listener takes precedence, where the message comes later",
    },
    lua=True,
)
def test_listen_against_send(play: Play) -> Any:
    """process 3.5: where a message goes is decided by the flush, not by the arrival."""
    target = play.start(listening)
    play.start(posting, target)
    play.run()
    return play.result(target)


@litmus(
    {
        ("", "1 2"): "N22, process 3.13: nothing had come when the subscription ended; all goes to the inbox",
        (
            "1",
            "2",
        ): "process 3.13, I27: what is in the buffer (one at most) stays readable, the rest goes to the inbox",
    }
)
def test_unlisten_against_send(play: Play) -> Any:
    """No message is lost, whenever the listener goes."""

    async def target(process: Process) -> tuple[str, str]:
        channel = process.listen("T")
        await pause(process)
        process.unlisten(channel)
        buffered: list[str] = []
        while (selected := process.select_nowait(topic=channel)) is not None and selected.ok:
            buffered.append(selected.value)
        later: list[Message] = await gather(process, process.inbox)
        return " ".join(buffered), " ".join([message.payload for message in later])

    async def sender(process: Process, target: str) -> None:
        await process.send(target, "T", "1")
        await process.send(target, "T", "2")

    unlistening = play.start(target)
    play.start(sender, unlistening)
    play.run()
    return play.result(unlistening)


@litmus(
    {
        "inbox, T": "process 3.14: a topic's value comes before the select, the message before it had a reader",
        "T, inbox": "N4, process 3.14: both had come when it selected; the buffered topic is ready, the inbox never is",
    }
)
def test_a_buffered_topic_against_the_inbox(play: Play) -> Any:
    """process 3.14: a listened topic is prefetched, so that case order wins over the order in the mailbox."""

    async def target(process: Process) -> str:
        topic, inbox = process.listen("T"), process.inbox
        await pause(process)
        order: list[str] = []
        for _ in range(2):
            order.append((await process.select(T=topic, inbox=inbox)).name)
        return ", ".join(order)

    async def sender(process: Process, target: str) -> None:
        await process.send(target, "U")
        await process.send(target, "T")

    selecting = play.start(target)
    play.start(sender, selecting)
    play.run()
    return play.result(selecting)
