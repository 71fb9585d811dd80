"""Names: each register, look-up and release is one transition, in any order (process 11, N18 to N20)."""

from __future__ import annotations

from typing import Any

from simcore import NotFound, Process, ProcessError

from .harness import HOST, Play, answer, gather, litmus

# -- register, look-up, unregister


async def keeping(process: Process) -> str:
    registered = await answer(process.registry.register("n"))
    await gather(process)
    return registered


@litmus(
    {
        ("ok", "AlreadyExists"): "G15: the first of two concurrent registers has it",
        ("AlreadyExists", "ok"): "G15, N19: likewise, the other way round",
    },
    lua=True,
)
def test_register_against_register(play: Play) -> Any:
    one, other = play.start(keeping), play.start(keeping)
    play.run()
    return play.result(one), play.result(other)


async def passing(process: Process) -> str:
    return await answer(process.registry.register("n"))


@litmus(
    {
        ("ok", "AlreadyExists"): "G15, process 11.8: the first had not released it",
        ("AlreadyExists", "ok"): "likewise, the other way round",
        ("ok", "ok"): "process 11.9: the first had ended and released it, and it was taken at once",
    }
)
def test_register_against_register_and_exit(play: Play) -> Any:
    one, other = play.start(passing), play.start(passing)
    play.run()
    return play.result(one), play.result(other)


async def careful(process: Process) -> str:
    try:
        await process.registry.lookup("n")
        return "found"
    except NotFound:
        registered = await answer(process.registry.register("n"))
    await gather(process)
    return registered


@litmus(
    {
        ("ok", "found"): "N19: the second looked when the first had registered",
        ("found", "ok"): "N19: likewise, the other way round",
        ("ok", "AlreadyExists"): "process 15.1.1: both looked before either registered; look-up, then register, races",
        ("AlreadyExists", "ok"): "likewise, the other way round",
    },
    lua=True,
)
def test_lookup_then_register_twice(play: Play) -> Any:
    one, other = play.start(careful), play.start(careful)
    play.run()
    return play.result(one), play.result(other)


async def unregistering(process: Process) -> bool:
    return await process.registry.unregister("n")


async def looking(process: Process) -> str:
    try:
        await process.registry.lookup("n")
    except NotFound:
        return "nobody"
    return "found"


@litmus(
    {
        (True, False, "found"): "N19: the look-up came before the first removal",
        (True, False, "nobody"): "N19: the look-up came after it",
        (False, True, "found"): "likewise, where the other removed it",
        (False, True, "nobody"): "likewise",
    },
    lua=True,
)
def test_unregister_against_unregister_and_lookup(play: Play) -> Any:
    """process 11.7, I60: who removes a binding is told true, and nobody else is."""
    play.start(keeping)
    play.settle()
    one, other, seeker = play.start(unregistering), play.start(unregistering), play.start(looking)
    play.run()
    return play.result(one), play.result(other), play.result(seeker)


# -- a name that goes from one process to another


@litmus(
    {
        ("ok", ""): "N18, N17: delivered to the old holder, and lost",
        (
            "process not found",
            "",
        ): "process 11.8, 15.1.1 rule 3: the name was resolved to the old one, which ended before the effect",
        ("could not resolve", ""): "process 11.8: the name was free",
        ("ok", "hello"): "N18: delivered to the new owner",
    }
)
def test_send_by_name_against_exit_and_register_of_another(play: Play) -> Any:
    async def old(process: Process) -> None:
        await process.registry.register("n")
        await process.listen("go").receive()

    async def heir(process: Process, old: str) -> str:
        await process.monitor(old)
        await process.send(old, "go")
        await process.events.receive()
        await process.registry.register("n")
        return " ".join([message.topic for message in await gather(process, process.inbox)])

    async def sender(process: Process) -> str:
        try:
            await process.send("n", "hello")
        except ProcessError as error:
            return error.message.partition(":")[0].partition(" '")[0]
        return "ok"

    holder = play.start(old)
    play.settle()
    inheriting = play.start(heir, holder)
    sending = play.start(sender)
    play.run()
    return play.result(sending), play.result(inheriting)


@litmus(
    {
        "register": "N7, process 11.9: the name is taken between its release and the EXIT of its old holder",
        "register after EXIT": "G6: on EXIT the name is free",
        "AlreadyExists": "process 11.8: the old holder had not released it",
    }
)
def test_register_against_the_stages_of_an_end(play: Play) -> Any:
    async def old(process: Process) -> None:
        await process.registry.register("n")
        await process.inbox.receive()

    async def watcher(process: Process, old: str) -> None:
        await process.monitor(old)
        await process.send(old, "go")
        await process.events.receive()
        play.log.append("EXIT")

    async def heir(process: Process) -> str:
        registered = await answer(process.registry.register("n"))
        if registered != "ok":
            return registered
        return "register after EXIT" if "EXIT" in play.log else "register"

    holder = play.start(old)
    play.settle()
    play.start(watcher, holder)
    inheriting = play.start(heir)
    play.run()
    return play.result(inheriting)


# -- with_name


async def named(process: Process) -> list[str]:
    return [message.topic for message in await gather(process, process.inbox)]


async def naming(process: Process, word: str) -> str:
    builder = process.with_context({}).with_name("n").with_message(word)
    return await builder.spawn("litmus:named", HOST)


@litmus(
    {
        ("a", "b"): "N20: the first wins; its own message is first (G11), the other's goes to the same process",
        ("b", "a"): "N20: likewise, the other way round",
    }
)
def test_with_name_twice(play: Play) -> Any:
    """process 7.6, I62: exactly one process is created, and both spawns answer its pid."""
    play.define(named)
    one, other = play.start(naming, "a"), play.start(naming, "b")
    play.run()
    assert play.result(one) == play.result(other)
    return play.result(play.result(one))


@litmus(
    {
        ("old", ("hello",)): "process 7.6: the name was bound; no process is started, and the holder reads the message",
        ("old", ()): "process 7.6, N17: likewise, but the holder ended without reading, or was not yet nameless",
        ("new", ()): "process 11.8: the name had been released, so a process is started",
    }
)
def test_with_name_against_exit_of_the_holder(play: Play) -> Any:
    async def old(process: Process) -> list[str]:
        await process.registry.register("n")
        topics: list[str] = []
        while (topic := (await process.inbox.receive()).topic) != "go":
            topics.append(topic)
        return topics

    async def killer(process: Process, target: str) -> None:
        await process.send(target, "go")

    play.define(named)
    holder = play.start(old)
    play.settle()
    play.start(killer, holder)
    spawner = play.start(naming, "hello")
    play.run()
    answered = play.result(spawner)
    if answered != holder:
        assert play.result(answered) == ("hello",)
    return "old" if answered == holder else "new", play.result(holder)


# -- names as addresses


@litmus(
    {
        ("1", "2", "3", "4"): "G1: first in, first out from one sender to one receiver, by pid and by name",
    }
)
def test_send_by_name_and_by_pid(play: Play) -> Any:
    async def receiver(process: Process) -> list[str]:
        await process.registry.register("n")
        return [message.topic for message in await gather(process, process.inbox)]

    async def sender(process: Process, target: str) -> None:
        await process.send("n", "1")
        await process.send(target, "2")
        await process.send("n", "3")
        await process.send(target, "4")

    target = play.start(receiver)
    play.settle()
    play.start(sender, target)
    play.run()
    return play.result(target)
