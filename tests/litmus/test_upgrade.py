"""An upgrade against what happens to the process meanwhile (process 10, N23)."""

from __future__ import annotations

from typing import Any

from simcore import Process

from .harness import HOST, Play, answer, gather, litmus, pause


@litmus(
    {
        "": "N23: both came after the swap, or were not fetched before it",
        "1": "N23: the old code read the first; the second was not lost",
        "1, 2": "N23: the old code read both",
    }
)
def test_upgrade_against_send(play: Play) -> Any:
    """process 10.2, I69: whatever the old code has not read, the new one reads, in order."""

    async def old(process: Process) -> None:
        process.go(reader)
        await pause(process)
        process.upgrade("litmus:new")

    async def reader(process: Process) -> None:
        while True:
            play.log.append((await process.inbox.receive()).topic)

    async def new(process: Process) -> list[str]:
        return [message.topic for message in await gather(process, process.inbox)]

    async def sender(process: Process, target: str) -> None:
        await process.send(target, "1")
        await process.send(target, "2")

    play.define(new)
    target = play.start(old)
    play.start(sender, target)
    play.run()
    assert (*play.log, *play.result(target)) == ("1", "2")
    return play.written()


@litmus(
    {
        "1 2 3": "process 10.2 (O10): what was put into a listened topic's buffer goes back to its place",
    }
)
def test_upgrade_with_a_buffered_message(play: Play) -> Any:
    """The old code prefetches a message and never reads it; the new one gets all in the order of sending."""

    async def old(process: Process) -> None:
        process.listen("T")
        await pause(process)
        process.upgrade("litmus:new")

    async def new(process: Process) -> str:
        return " ".join([message.payload for message in await gather(process, process.inbox)])

    async def sender(process: Process, target: str) -> None:
        for topic, word in (("U", "1"), ("T", "2"), ("T", "3")):
            await process.send(target, topic, word)

    play.define(new)
    target = play.start(old)
    play.start(sender, target)
    play.run()
    return play.result(target)


@litmus(
    {
        "old, 0": "process 10.2: EXIT came before the swap, and was read by the old code",
        "new, 1": "process 10.2: the monitor survives, and the new code reads EXIT",
    }
)
def test_upgrade_against_exit_of_a_monitored(play: Play) -> Any:
    """I33: exactly one EXIT, whoever reads it."""

    async def target(process: Process) -> None:
        await process.inbox.receive()

    async def old(process: Process, target: str) -> None:
        process.go(reader)
        await process.monitor(target)
        await process.send(target, "go")
        process.upgrade("litmus:new")

    async def reader(process: Process) -> None:
        await process.events.receive()
        play.log.append("old")

    async def new(process: Process) -> int:
        events = await gather(process, process.events)
        play.log.extend("new" for _ in events)
        return len(events)

    play.define(new)
    watcher = play.start(old, play.start(target))
    play.run()
    return f"{play.written()}, {play.result(watcher)}"


@litmus(
    {
        ("old told, first line", "lives"): "N21: the old code, which trapped, read LINK_DOWN",
        ("", "linked process failed"): "process 10.4: LINK_DOWN was pending at the swap; no line of the new code runs",
        ("first line, LinkDown", "lives"): "process 10.2, N21: the link survives, the new code set the option in time",
    }
)
def test_upgrade_against_link_down(play: Play) -> Any:
    """process 10.2: ``trap_links`` is false again after an upgrade."""

    async def target(process: Process) -> None:
        await process.inbox.receive()
        raise RuntimeError("burst")

    async def old(process: Process, target: str) -> None:
        process.go(reader)
        await process.set_options(trap_links=True)
        await process.link(target)
        await process.send(target, "go")
        process.upgrade("litmus:new")

    async def reader(process: Process) -> None:
        await process.events.receive()
        play.log.append("old told")

    async def new(process: Process) -> str:
        play.log.append("first line")
        await process.set_options(trap_links=True)
        play.log += [type(event).__name__ for event in await gather(process, process.events)]
        return "lives"

    play.define(new)
    peer = play.start(old, play.start(target))
    play.run()
    return play.written(), play.result(peer)


@litmus(
    {
        ("", "process terminated", "ok"): "G20: it was terminated before its first step",
        ("old", "process terminated", "ok"): "process 10.5: terminate wins over the next step, swapped or not",
        ("old, new", "new value", "ok"): "process 9.2, N13: terminate met the last step",
        ("old, new", "new value", "NotFound"): "process 9.4: it had ended",
    }
)
def test_upgrade_against_terminate(play: Play) -> Any:
    async def old(process: Process) -> None:
        play.log.append("old")
        await pause(process)
        process.upgrade("litmus:new")

    async def new(process: Process) -> str:
        play.log.append("new")
        return "new value"

    async def killer(process: Process, target: str) -> str:
        return await answer(process.terminate(target))

    play.define(new)
    target = play.start(old)
    killing = play.start(killer, target)
    play.run()
    return play.written(), play.result(target), play.result(killing)


@litmus(
    {
        (): "process 10.2: no completion of an old command resumes new code, whichever comes first",
    }
)
def test_upgrade_against_the_answer_of_an_old_command(play: Play) -> Any:
    """I70: the old code's spawn may return after the swap; its coroutine is gone."""

    async def old(process: Process) -> None:
        process.go(spawner)
        await pause(process)
        process.upgrade("litmus:new")

    async def spawner(process: Process) -> None:
        await process.call("litmus:slow", HOST)
        play.log.append("the old code goes on")

    async def slow(process: Process) -> None:
        await process.sleep("1ms")

    async def new(process: Process) -> list[str]:
        return [type(event).__name__ for event in await gather(process, process.inbox, process.events)]

    play.define(new, slow)
    target = play.start(old)
    play.run()
    assert play.log == []
    return play.result(target)
