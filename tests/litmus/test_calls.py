"""Calls: the caller, the callee, and those who end them meanwhile (process 8, N25, N30)."""

from __future__ import annotations

from typing import Any

from simcore import NotFound, Process, ProcessError

from .harness import HOST, Play, answer, boss, gather, litmus, pause, terminating


async def callee(process: Process, boss: str) -> str:
    await process.send(boss, "called")
    return "value"


async def calling(process: Process, boss: str) -> str:
    value = await process.call("litmus:callee", HOST, boss)
    return f"got {value}"


@litmus(
    {
        ("process terminated", "", "ok"): "G20: the caller was terminated before it called",
        ("process terminated", "called", "ok"): "process 8.6, N30: the callee runs to its end, its result is dropped",
        ("got value", "called", "ok"): "process 9.2, N13: terminate met the last step of the caller",
        ("got value", "called", "NotFound"): "process 9.4: the caller had ended",
    },
    lua=True,
)
def test_call_against_terminate_of_the_caller(play: Play) -> Any:
    play.define(callee)
    told = play.start(boss)
    caller = play.start(calling, told)
    killer = play.start(terminating, caller)
    play.run()
    return play.result(caller), play.result(told), play.result(killer)


@litmus(
    {
        ("value", "nobody"): "N19: the callee was not registered yet, or its name was released",
        ("value", "ok"): "process 9.2: terminate met the callee's last step, whose normal result stands",
        ("value", "NotFound"): "process 15.1.2: the callee had ended when terminate came",
        ("process terminated", "ok"): "process 8.7: a call of what is terminated raises its error",
    }
)
def test_call_against_terminate_of_the_callee(play: Play) -> Any:
    async def named(process: Process) -> str:
        await process.registry.register("callee")
        await pause(process)
        return "value"

    async def caller(process: Process) -> str:
        try:
            value = await process.call("litmus:named", HOST)
        except ProcessError as error:
            return error.message
        return str(value)

    async def killer(process: Process) -> str:
        try:
            pid = await process.registry.lookup("callee")
        except NotFound:
            return "nobody"
        return await answer(process.terminate(pid))

    play.define(named)
    waiting, killing = play.start(caller), play.start(killer)
    play.run()
    return play.result(waiting), play.result(killing)


async def two_calls(process: Process) -> str:
    log: list[str] = []

    async def one(process: Process, name: str) -> None:
        log.append(await process.call("litmus:echo", HOST, name))

    process.go(one, "a")
    process.go(one, "b")
    await gather(process)
    return "".join(log)


async def echo(process: Process, word: str) -> str:
    return word


@litmus(
    {
        "ab": "N25: calls of one process come back in any order",
        "ba": "N25: likewise",
    },
    lua=True,
)
def test_two_calls_of_one_process(play: Play) -> Any:
    play.define(echo)
    caller = play.start(two_calls)
    play.run()
    return play.result(caller)


@litmus(
    {
        "hello, value": "process 8.5: another coroutine reads while this one waits; the callee's message was first",
        "value, hello": "N25, N4: the answer was drained with the message, or before the reader's turn",
    }
)
def test_call_against_a_message_of_the_callee(play: Play) -> Any:
    """process 8.3, I67: no EXIT of the callee reaches its caller."""

    async def greeter(process: Process, caller: str) -> str:
        await process.send(caller, "hello")
        return "value"

    async def reader(process: Process) -> None:
        for news in await _first(process):
            play.log.append(news)

    async def _first(process: Process) -> list[str]:
        return [(await process.inbox.receive()).topic]

    async def caller(process: Process) -> None:
        process.go(reader)
        play.log.append(await process.call("litmus:greeter", HOST, process.pid))
        play.log += ["EXIT" for _ in await gather(process, process.events)]

    play.define(greeter)
    play.start(caller)
    play.run()
    return play.written()


@litmus(
    {
        (
            "linked process failed",
            "",
        ): "O21, N30: LINK_DOWN ends a process that waits for a call; nothing was called yet",
        ("linked process failed", "called"): "process 8.6, O21, N30: likewise; the callee runs to its own end",
        ("got value", "called"): "N30: the call came back, and the caller ended, before LINK_DOWN was examined",
    }
)
def test_call_against_failure_of_a_link_of_the_caller(play: Play) -> Any:
    async def crasher(process: Process) -> None:
        raise RuntimeError("burst")

    async def caller(process: Process, told: str) -> str:
        await process.spawn_linked("litmus:crasher", HOST)
        return f"got {await process.call('litmus:callee', HOST, told)}"

    play.define(crasher, callee)
    told = play.start(boss)
    calling = play.start(caller, told)
    play.run()
    return play.result(calling), play.result(told)
