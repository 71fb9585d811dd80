"""The spawn builder: context, identity, name and first messages of what is started (process 7.6 to 7.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import (
    Actor,
    AlreadyExists,
    Behaviour,
    Exit,
    InvalidArgument,
    NotFound,
    Options,
    PermissionDenied,
    Process,
    Scope,
    Uniform,
    World,
    allow,
    deny,
)
from tests.conftest import Make
from tests.worlds import HOST, result_of

EVERYTHING = Scope([allow("*", "*")])


async def context(process: Process, depth: int = 0) -> list[Any]:
    mine = [dict(process.context), process.actor.id if process.actor else None]
    return [mine, *(await process.call("app:context", HOST, depth - 1))] if depth else [mine]


async def server(process: Process) -> list[Any]:
    seen: list[Any] = []
    while True:
        message = await process.inbox.receive()
        if message.topic == "stop":
            return seen
        seen.append([message.topic, message.payload, message.sender])


def world_of(make: Make, main: Any, *, seed: int = 0, options: Options | None = None, **more: Any) -> World:
    strategy = Uniform() if seed else None
    return make(seed=seed, strategy=strategy, options=options, main=main, context=context, server=server, **more)


def play(make: Make, main: Behaviour, **named: Any) -> Any:
    return result_of(make, main, context=context, server=server, **named)


def test_a_builder_never_changes(make: Make) -> None:
    """process 7.10, I63."""

    async def main(process: Process) -> list[Any]:
        first = process.with_context({"a": 1})
        second = first.with_context({"b": 2, "a": 3})
        return [(await each.exec("app:context", HOST))[0][0] for each in (first, second, first)]

    assert play(make, main) == [{"a": 1}, {"a": 3, "b": 2}, {"a": 1}]


def test_context_is_inherited_by_grandchildren_and_not_by_the_parent(make: Make) -> None:
    """process 7.8, I64, I65."""

    async def main(process: Process) -> list[Any]:
        builder = process.with_context({"request": "123"}).with_actor(Actor("robot"))
        inherited = await builder.exec("app:context", HOST, 2)
        return [inherited, dict(process.context), process.actor.id if process.actor else None]

    everyone = [[{"request": "123"}, "robot"]] * 3
    assert play(make, main, scope=EVERYTHING) == [everyone, {}, "me"]


def test_what_is_done_to_a_context_value_is_seen_by_nobody_else(make: Make) -> None:
    """process 7.8: the values are cloned."""

    async def main(process: Process) -> list[Any]:
        value = {"list": [1]}
        builder = process.with_context({"value": value})
        value["list"].append(2)
        seen = (await builder.exec("app:context", HOST))[0][0]
        return [seen, (await builder.exec("app:context", HOST))[0][0]]

    assert play(make, main) == [{"value": {"list": [1]}}] * 2


def test_a_context_key_is_a_text(make: Make) -> None:
    async def main(process: Process) -> str:
        with pytest.raises(InvalidArgument) as caught:
            process.with_context({1: "x"})  # type: ignore[dict-item]
        return caught.value.message

    assert "the key of a context value is a text" in play(make, main)


def test_the_permissions_of_a_builder_are_raised_where_they_are_needed(make: Make) -> None:
    """process 7.9, 12.5: context for with_context, security for actor and scope, none for name and message."""

    async def main(process: Process) -> list[str]:
        builder = process.with_context({})
        builder.with_name("x").with_message("t", 1)
        seen = []
        attempts: list[Callable[[], Any]] = [
            lambda: builder.with_actor(Actor("x")),
            lambda: builder.with_scope(Scope([])),
        ]
        for attempt in attempts:
            with pytest.raises(PermissionDenied) as caught:
                attempt()
            seen.append(caught.value.message)
        return seen

    async def no_context(process: Process) -> str:
        with pytest.raises(PermissionDenied) as caught:
            process.with_context({})
        return caught.value.message

    text = "not allowed to spawn processes with custom security context"
    scope = Scope([allow("process.context", "context")])
    assert play(make, main, scope=scope) == [text, text]
    assert play(make, no_context, scope=Scope([])) == "not allowed to spawn processes with custom context"


def test_a_name_and_messages_are_there_before_the_first_step(make: Make) -> None:
    """process 7.7, G8, G11, I66: contiguous, in the builder's order, without a sender, before all others."""

    async def main(process: Process) -> Any:
        builder = process.with_context({}).with_name("server").with_message("one", 1).with_message("two", 2, 3)
        pid = await builder.spawn_monitored("app:server", HOST)
        await process.send("server", "later")
        await process.send(pid, "stop")
        event = await process.events.receive()
        assert isinstance(event, Exit)
        return event.value

    for seed in range(30):
        seen = play(make, main, seed=seed)
        assert [each[:2] for each in seen] == [["one", 1], ["two", [2, 3]], ["later", None]]
        assert seen[0][2] is None
        assert seen[2][2] is not None


def test_a_taken_name_is_signalled_and_nothing_is_started(make: Make) -> None:
    """process 7.6, O5: the holder's pid and no error, even for an unknown definition; no monitor is made."""

    async def main(process: Process) -> list[Any]:
        builder = process.with_context({}).with_name("server")
        first = await builder.spawn("app:server", HOST)
        second = await builder.with_message("hello", 1).spawn_monitored("app:unknown", HOST)
        await process.send(first, "stop")
        await process.sleep("1s")
        return [first == second, process.select_nowait(events=process.events)]

    assert play(make, main) == [True, None]


def test_a_taken_name_can_be_an_error(make: Make) -> None:
    """process 7.6, the switch of O5 (the API page's error "Name already registered")."""

    async def main(process: Process) -> str:
        builder = process.with_context({}).with_name("server")
        await builder.spawn("app:server", HOST)
        with pytest.raises(AlreadyExists) as caught:
            await builder.spawn("app:server", HOST)
        return caught.value.message

    assert "name already registered" in play(make, main, options=Options(name_conflict="error"))


def test_of_two_spawns_under_one_name_one_process_comes_and_both_get_its_pid(make: Make) -> None:
    """N20, G15, I62."""

    async def starter(process: Process) -> str:
        return await process.with_context({}).with_name("only").spawn("app:server", HOST)

    async def main(process: Process) -> int:
        return 0

    for seed in range(30):
        world = world_of(make, main, seed=seed, starter=starter)
        starters = [world.spawn("app:starter", HOST) for _ in range(3)]
        world.run()
        assert {world.result(each) for each in starters} == {world.names["only"]}


def test_names_and_messages_can_be_made_to_need_permissions(make: Make) -> None:
    """process 7.6, strict_builder_permissions; off by default."""

    async def main(process: Process) -> list[str]:
        seen = []
        for name in ("free", "taken", "secret"):
            try:
                await process.with_context({}).with_name(name).with_message("t").spawn("app:server", HOST)
            except PermissionDenied as denial:
                seen.append(denial.message.partition("{")[0])
        return seen

    async def holder(process: Process) -> None:
        await process.registry.register("taken")
        await process.inbox.receive()

    scope = Scope(
        [
            allow("*", "*"),
            deny("process.registry.register", "secret"),
            deny("process.send", "*"),
        ]
    )

    def denials(options: Options) -> Any:
        world = world_of(make, main, options=options, holder=holder)
        world.spawn("app:holder", HOST)
        world.run()
        pid = world.spawn("app:main", HOST, actor=Actor("me"), scope=scope)
        world.run()
        return world.result(pid)

    assert denials(Options()) == []
    assert denials(Options(strict_builder_permissions=True)) == [
        "not allowed to send: ",
        "not allowed to register name: secret",
    ]


def test_a_name_that_cannot_be_and_a_reserved_topic_are_refused_at_once(make: Make) -> None:
    """process 7.6, 7.7, 11.13, 13."""

    async def main(process: Process) -> list[str]:
        builder = process.with_context({})
        seen = []
        attempts: list[Callable[[], Any]] = [
            lambda: builder.with_name(""),
            lambda: builder.with_name("{a|b}"),
            lambda: builder.with_message("@x"),
        ]
        for attempt in attempts:
            with pytest.raises(InvalidArgument) as caught:
                attempt()
            seen.append(caught.value.message)
        return seen

    assert play(make, main) == [
        "name cannot be empty",
        "name cannot have the shape of a pid: {a|b}",
        "cannot send to @ topics: @x",
    ]


def test_a_failed_spawn_of_a_builder_leaves_no_name(make: Make) -> None:
    """process 7.3, I8."""

    async def main(process: Process) -> str:
        with pytest.raises(NotFound):
            await process.with_context({}).with_name("nobody").spawn("app:unknown", HOST)
        with pytest.raises(NotFound) as caught:
            await process.registry.lookup("nobody")
        return caught.value.message

    assert play(make, main) == "name not registered: nobody"


def test_an_exec_of_a_builder_has_its_name_and_messages_too(make: Make) -> None:
    """process 7.7, 8.1; a taken name is an error here, since the holder was not started for this call."""

    async def main(process: Process) -> list[Any]:
        builder = process.with_context({}).with_name("server").with_message("one", 1).with_message("stop")
        seen = [(await builder.exec("app:server", HOST))[0][:2]]
        await process.registry.register("server")
        with pytest.raises(AlreadyExists, match="exec failed: name already registered"):
            await builder.exec("app:server", HOST)
        return seen

    assert play(make, main) == [["one", 1]]


def test_an_exec_of_a_builder_with_a_name_needs_the_permission_as_a_spawn_does(make: Make) -> None:
    """process 7.6, strict_builder_permissions."""

    async def main(process: Process) -> str:
        try:
            return str(await process.with_context({}).with_name("n").exec("app:server", HOST))
        except PermissionDenied as denial:
            return denial.message

    scope = Scope([allow("*", "*"), deny("process.registry.register", "n")])
    world = world_of(make, main, options=Options(strict_builder_permissions=True))
    pid = world.spawn("app:main", HOST, actor=Actor("me"), scope=scope)
    world.run()

    assert world.result(pid) == "not allowed to register name: n"
