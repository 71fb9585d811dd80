"""A spawn, and what its child does before the parent has its answer (process 7, 15.1.1: waiting commands)."""

from __future__ import annotations

from typing import Any

from simcore import Process

from .harness import HOST, Play, answer, crasher, gather, leaver, litmus

# -- spawn_monitored, spawn_linked


@litmus(
    {
        "spawned alive, EXIT": "N9: the answer came before the child had ended",
        "spawned ended, EXIT": "process 7.5, N9: the answer came when the child had ended, but EXIT was read later",
        "EXIT, spawned ended": "process 5.9, N10: another coroutine of the parent reads EXIT before the spawn returns",
    }
)
def test_spawn_monitored_against_exit(play: Play) -> Any:
    """I49: exactly one EXIT. "EXIT, spawned alive" cannot be: EXIT follows *ended* (G6)."""

    async def reader(process: Process) -> None:
        while True:
            await process.events.receive()
            play.log.append("EXIT")

    async def parent(process: Process) -> None:
        process.go(reader)
        child = await process.spawn_monitored("litmus:leaver", HOST)
        play.log.append("spawned alive" if play.world.alive(child) else "spawned ended")
        await process.inbox.receive()

    play.define(leaver)
    play.start(parent)
    play.run()
    return play.written()


async def two_readers(process: Process) -> list[str]:
    log: list[str] = []

    async def reader(process: Process) -> None:
        event: Any = await process.events.receive()
        log.append(f"EXIT {event.value}")

    process.go(reader)
    await process.spawn_monitored("litmus:leaver", HOST)
    log.append("spawned")
    await gather(process)
    return log


@litmus(
    {
        ("spawned", "EXIT done"): "N10: the answer came first",
        ("EXIT done", "spawned"): "process 5.9, N10: another coroutine of the parent reads EXIT before the answer",
    },
    lua=True,
)
def test_return_of_spawn_monitored_against_exit(play: Play) -> Any:
    play.define(leaver)
    parent = play.start(two_readers)
    play.run()
    return play.result(parent)


@litmus(
    {
        (
            "",
            "linked process failed",
        ): "process 6.10, G9: LINK_DOWN came before the step to which the spawn would have returned",
        ("spawned", "linked process failed"): "process 6.10: the parent of a child that fails at once is always told",
    }
)
def test_spawn_linked_against_crash_of_the_child(play: Play) -> Any:
    """I50."""

    async def parent(process: Process) -> None:
        await process.spawn_linked("litmus:crasher", HOST)
        play.log.append("spawned")
        await process.inbox.receive()

    play.define(crasher)
    linked = play.start(parent)
    play.run()
    return play.written(), play.result(linked)


async def catching(process: Process) -> str:
    await process.spawn_linked("litmus:crasher", HOST)
    await process.set_options(trap_links=True)
    return " ".join([type(event).__name__ for event in await gather(process, process.events)])


@litmus(
    {
        "linked process failed": "N21, process 6.10: LINK_DOWN came before the spawn returned",
        "LinkDown": "N21, G10: the parent traps in the step to which the spawn returns",
    }
)
def test_trap_against_crash_of_a_child(play: Play) -> Any:
    play.define(crasher)
    parent = play.start(catching)
    play.run()
    return play.result(parent)


async def quick(process: Process) -> str:
    await process.spawn_linked("litmus:crasher", HOST)
    return "returned"


@litmus(
    {
        "linked process failed": "process 6.10: LINK_DOWN came before the spawn returned",
        "returned": "process 6.14: the parent had returned, or was in its last step; its result stands",
    },
    lua=True,
)
def test_return_of_the_parent_against_crash_of_a_child(play: Play) -> Any:
    play.define(crasher)
    parent = play.start(quick)
    play.run()
    return play.result(parent)


# -- the child's first step


@litmus(
    {
        "spawned, hello, ok": "N9: the spawn returned first; the child lived when it was sent to",
        "spawned, ok, hello": "N9: likewise, and the child's message was read later than that",
        "hello, spawned, ok": "N9: the child's message was read before the spawn returned; it was not ended yet",
        "hello, spawned, NotFound": "N9, process 7.5: the child had ended before the parent knew its pid",
        "spawned, hello, NotFound": "process 7.5: the child ended between the spawn's return and the send's effect",
        "spawned, NotFound, hello": "N4: likewise; its message was drained with the send's answer, or later",
    }
)
def test_first_step_of_a_child_against_the_return_of_its_spawn(play: Play) -> Any:
    async def child(process: Process, parent: str) -> None:
        await process.send(parent, "hello")

    async def reader(process: Process) -> None:
        play.log.append((await process.inbox.receive()).topic)

    async def parent(process: Process) -> None:
        process.go(reader)
        pid = await process.spawn("litmus:child", HOST, process.pid)
        play.log.append("spawned")
        play.log.append(await answer(process.send(pid, "t")))
        await gather(process)

    play.define(child)
    play.start(parent)
    play.run()
    return play.written()


@litmus(
    {
        "ab": "N25: in the order of their issue",
        "ba": "N25: the answers of two waiting commands of one process come in any order",
    }
)
def test_two_spawns_of_one_process(play: Play) -> Any:
    async def spawner(process: Process, name: str) -> None:
        await process.spawn("litmus:leaver", HOST)
        play.log.append(name)

    async def parent(process: Process) -> None:
        for name in "ab":
            process.go(spawner, name)
        await gather(process)

    play.define(leaver)
    play.start(parent)
    play.run()
    return "".join(play.log)


# -- a builder's messages


@litmus(
    {
        "1 2 own": "process 7.7, G11: the batch is first; the stranger came before the name was bound",
        "1 2 own other": "N3: the batch is first; the spawner and the stranger come in any order",
        "1 2 other own": "N3, N9: likewise; the stranger knows the name before the spawn has returned",
    }
)
def test_messages_of_a_builder_against_those_of_others(play: Play) -> Any:
    async def child(process: Process) -> str:
        first = [await process.inbox.receive() for _ in range(3)]
        return " ".join([message.topic for message in (*first, *await gather(process, process.inbox))])

    async def parent(process: Process) -> None:
        builder = process.with_context({}).with_name("child").with_message("1").with_message("2")
        pid = await builder.spawn("litmus:child", HOST)
        await process.send(pid, "own")

    async def stranger(process: Process) -> None:
        await answer(process.send("child", "other"))

    play.define(child)
    play.start(parent)
    play.start(stranger)
    play.run()
    child_pid = next(pid for pid, record in play.world.runtime.records.items() if record.id == "litmus:child")
    return play.result(child_pid)
