"""A user's program that says of what it gets from simcore what type it is; two type checkers and a run agree to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from simcore import (
    Actor,
    Cancel,
    Change,
    Changes,
    Channel,
    Event,
    Exit,
    Failure,
    Fifo,
    ItemResult,
    LinkDown,
    Message,
    Options,
    Pid,
    Policy,
    Process,
    ProcessError,
    Random,
    Results,
    RunOutcome,
    Scope,
    Selected,
    SpawnBuilder,
    Uniform,
    UsageError,
    Verdict,
    World,
    allow,
    always,
    deny,
    report,
    run,
    scenario,
    sometimes,
)
from simcore.lua import load_app
from simcore.strategies import Program

HOST = "app:processes"


async def worker(process: Process, words: int) -> str:
    request = await process.inbox.receive()
    assert_type(request, Message)
    assert_type(request.topic, str)
    assert_type(request.sender, Pid | None)
    assert_type(request.payload, Any)
    assert request.sender is not None, "no process sent it"
    assert_type(await process.send(request.sender, "reply", request.payload, words), None)
    return "done"


async def boss(process: Process) -> str:
    assert_type(process.pid, Pid)
    assert_type(process.pid.host, str)
    assert_type(process.now_ns, int)
    assert_type(process.context, Mapping[str, object])
    assert_type(process.actor, Actor | None)
    assert_type(process.scope, Scope | None)
    assert_type(process.can("process.spawn", "app:worker"), bool)
    assert_type(await process.set_options(trap_links=True), None)
    assert_type(process.get_options(), dict[str, bool])
    assert_type(await process.registry.register("boss"), None)
    assert_type(await process.registry.lookup("boss"), Pid)
    assert_type(await process.registry.unregister("boss"), bool)

    child = await process.spawn_linked_monitored("app:worker", HOST, 2)
    assert_type(child, Pid)
    replies = process.listen("reply")
    assert_type(replies, Channel[Any])
    assert_type(await process.send(child, "request", "hello"), None)
    chosen = await process.select(reply=replies, late=process.after("1s"))
    assert_type(chosen, Selected)
    assert_type(chosen.name, str)
    assert_type(chosen.ok, bool)
    assert_type(process.select_nowait(reply=replies), Selected | None)
    await told(process)

    builder = process.with_context({"request": 7}).with_name("second")
    assert_type(builder, SpawnBuilder)
    second = await builder.with_message("request", "hello").spawn_monitored("app:idler", HOST)
    assert_type(second, Pid)
    assert_type(await process.cancel(second, "1s", reason="enough"), None)
    assert_type(await process.terminate(second), None)
    assert_type(await process.call("app:echo", HOST, "word"), Any)
    assert_type(await process.sleep("10ms"), None)
    return chosen.name


async def reader(process: Process) -> Channel:
    """A channel of which nobody says what is in it may hold anything."""
    assert_type(process.events, Channel[Event])
    assert_type(process.listen("word", message=True), Channel[Message])
    assert_type(process.random, Random)
    assert_type(process.random.choice("abc"), str)
    async for instant_ns in process.after("1s"):
        assert_type(instant_ns, int)
    async for message in process.inbox:
        assert_type(message, Message)
        break
    own: Channel[int] = process.channel(3)
    await own.send(3)
    assert_type(await own.receive(), int)
    return own


async def reads(process: Process) -> None:
    await reader(process)


async def idler(process: Process) -> None:
    await process.channel().receive()


async def told(process: Process) -> None:
    event: Event = await process.events.receive()
    match event:
        case Exit(sender=sender, value=value, error=error):
            assert_type(sender, Pid)
            assert_type(value, Any)
            assert_type(error, ProcessError | None)
        case LinkDown(sender=sender, error=error):
            assert_type(sender, Pid)
            assert_type(error, ProcessError | None)
        case Cancel(deadline_ns=deadline_ns):
            assert_type(deadline_ns, int | None)


async def echo(process: Process, word: str) -> str:
    try:
        assert_type(process.policy("app:everything"), Policy)
        assert_type(process.named_scope("app:all"), Scope)
    except ProcessError as error:
        assert_type(error.kind, str)
        assert_type(error.message, str)
    return word


@scenario
def meeting(world: World) -> None:
    world.define("app:boss", boss)
    world.define("app:worker", worker)
    world.define("app:idler", idler)
    world.define("app:echo", echo)
    world.define("app:reads", reads)
    world.send(world.spawn("app:reads", HOST), "word", world.random.random())
    head = world.spawn("app:boss", HOST, actor=Actor("user:ada"), scope=Scope([allow("*", "*"), deny("x", "y")]))
    assert_type(head, Pid)
    assert_type(world.alive(head), bool)
    assert_type(world.run(), None)
    assert_type(world.result(head), Any)
    assert_type(world.now_ns, int)
    assert_type(world.digest, str)
    for pid in [head] if world.alive(head) else []:
        assert_type(world.mailbox(pid), list[Message | Event])
    outcome = world.outcome(head)
    assert outcome is not None
    assert_type(outcome.error, ProcessError | None)
    assert world.result(head) == "reply"


@scenario(schedules=3, expect="failed")
def with_arguments(world: World, *, more: int = 1) -> int:
    return more


@always
def nobody_is_called_nobody(world: World) -> None:
    assert "nobody" not in world.names


@always
def no_link_has_one_end(world: World, changes: Changes) -> None:
    assert_type(changes[0], Change)
    for each in changes.of("linked", "unlinked"):
        assert_type(each.pid, Pid)
        assert world.graph.linked(each.pid, each.other) == world.graph.linked(each.other, each.pid)
    assert_type(changes.at_the_end, bool)


@sometimes
def somebody_ends(world: World) -> None:
    assert world.now_ns


@report("verdicts.txt")
def verdicts(results: Results) -> str:
    assert_type(results.items, list[ItemResult])
    return ", ".join(verdict_of(each) for each in results.items)


def verdict_of(result: ItemResult) -> Verdict:
    return result.verdict


def marked(world: World, results: Results) -> None:
    """A marker leaves a function what it was."""
    assert_type(nobody_is_called_nobody(world), None)
    assert_type(verdicts(results), str)
    assert_type(with_arguments(world, more=2), int)


def in_lua(folder: str) -> World:
    application = load_app(folder)
    assert_type(application.warnings, tuple[str, ...])
    world = World(7, Fifo(), Options(dialect="seed"))
    world.install(application)
    assert_type(world.call("app:main"), Pid)
    return world


def main(seed: int) -> RunOutcome:
    try:
        outcome = run(meeting, seed=seed, strategy=Uniform())
    except (Failure, UsageError) as error:
        assert_type(error, Failure | UsageError)
        raise
    assert_type(outcome, RunOutcome)
    assert_type(outcome.digest, str)
    assert_type(outcome.lives(0), bool)
    return outcome


def of_a_program(program: Program) -> None:
    assert_type(run(program), RunOutcome)
    assert_type(program.seed, int)
