"""The minimal scenarios of the contract: one table of expectations, which both front ends meet under every schedule.

Each scenario is a process `conformance:<name>` that returns what it saw, a list of texts. Its Lua twin is the entry of
the same name in the application `lua` beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from simcore import (
    Actor,
    Behaviour,
    Cancel,
    Fifo,
    Policy,
    Process,
    ProcessError,
    Scope,
    Uniform,
    World,
    allow,
)
from tests.behaviours import anything, ended, kind, refusal

HOST: Final = "conformance:processes"
LUA: Final = Path(__file__).parent / "lua"
EXPECTED: Final[dict[str, list[str]]] = {
    "send_in_order": ["1", "2", "3", "4", "5"],
    "send_before_listen": ["kept"],
    "listener_and_inbox": ["T 1", "T 3", "inbox U 2"],
    "monitored_child_raises": ["EXIT", "text", "NotFound"],
    "cancelled_child_returns": ["EXIT", "cancelled"],
    "unmonitored_child_is_cancelled": ["nothing"],
    "trapping_parent_of_a_raising_child": ["LINK_DOWN", "alive"],
    "parent_that_does_not_trap": ["EXIT", "linked process failed"],
    "linked_child_returns": ["EXIT", "quiet", "nothing"],
    "chain_without_trapping": ["failed", "failed", "failed", "failed"],
    "chain_with_trapping": ["LINK_DOWN", "nothing", "alive", "alive", "alive", "NotFound"],
    "link_then_unlink": ["nothing"],
    "register_twice": ["true", "true", "AlreadyExists"],
    "names_of_the_dead": ["EXIT", "NotFound", "could not resolve"],
    "terminated_child": ["EXIT process terminated", "LINK_DOWN process terminated"],
    "inherited_identity": ["PermissionDenied", "PermissionDenied"],
    "empty_scope": ["PermissionDenied"] * 13,
    "deadlines": ["Invalid", "Invalid", "true", "true", "2024-01-01T00:00:05Z", "2024-01-01T00:00:00.25Z"],
}
SCOPES: Final[dict[str, list[Policy]]] = {
    "empty_scope": [],
    "inherited_identity": [allow(["process.spawn.*", "process.host", "process.send"], "*")],
}
BEHAVIOURS: Final[dict[str, Behaviour]] = {}


def behaviour(function: Behaviour) -> Behaviour:
    BEHAVIOURS[function.__name__] = function
    return function


# -- those whom the scenarios start


@behaviour
async def raising(process: Process) -> None:
    await process.inbox.receive()
    raise RuntimeError("burst")


@behaviour
async def returning(process: Process) -> str:
    return "quiet"


@behaviour
async def waiting(process: Process) -> None:
    await process.inbox.receive()


@behaviour
async def cancellable(process: Process) -> str:
    event = await process.events.receive()
    return "cancelled" if isinstance(event, Cancel) else "something else"


@behaviour
async def linking(process: Process) -> None:
    await process.spawn_linked("conformance:raising_at_once", HOST)
    await process.inbox.receive()


@behaviour
async def raising_at_once(process: Process) -> None:
    raise RuntimeError("burst")


@behaviour
async def naming(process: Process) -> None:
    await process.registry.register("mine")


@behaviour
async def node(process: Process, boss: str, following: str | None, trap: bool) -> None:
    await process.set_options(trap_links=trap)
    if following is not None:
        await process.link(following)
    await process.send(boss, "ready")
    chosen = await process.select(inbox=process.inbox, events=process.events)
    if chosen.name == "inbox":
        raise RuntimeError("burst")
    await process.send(boss, kind(chosen.value))
    await process.inbox.receive()


@behaviour
async def denied(process: Process, depth: int, boss: str) -> None:
    await process.send(boss, "answer", await refusal(process.registry.register("x")))
    if depth:
        await process.spawn("conformance:denied", HOST, depth - 1, boss)


# -- the scenarios


@behaviour
async def send_in_order(process: Process) -> list[str]:
    for number in range(1, 6):
        await process.send(process.pid, "number", number)
    return [str((await process.inbox.receive()).payload) for _ in range(5)]


@behaviour
async def send_before_listen(process: Process) -> list[str]:
    await process.send(process.pid, "T", "kept")
    return [await process.listen("T").receive()]


@behaviour
async def listener_and_inbox(process: Process) -> list[str]:
    topic, inbox = process.listen("T"), process.inbox
    for name, number in (("T", 1), ("U", 2), ("T", 3)):
        await process.send(process.pid, name, number)
    log = [f"T {await topic.receive()}" for _ in range(2)]
    message = await inbox.receive()
    return [*log, f"inbox {message.topic} {message.payload}"]


@behaviour
async def monitored_child_raises(process: Process) -> list[str]:
    child = await process.spawn_monitored("conformance:raising", HOST)
    await process.send(child, "go")
    event = await ended(process)
    assert event.error is not None
    return [
        kind(event),
        "text" if "burst" in event.error.message else "no text",
        await refusal(process.send(child, "go")),
    ]


@behaviour
async def cancelled_child_returns(process: Process) -> list[str]:
    child = await process.spawn("conformance:cancellable", HOST)
    await process.monitor(child)
    await process.cancel(child)
    event = await ended(process)
    return [kind(event), event.value]


@behaviour
async def unmonitored_child_is_cancelled(process: Process) -> list[str]:
    child = await process.spawn_monitored("conformance:cancellable", HOST)
    await process.unmonitor(child)
    await process.cancel(child)
    return [await anything(process)]


@behaviour
async def trapping_parent_of_a_raising_child(process: Process) -> list[str]:
    await process.set_options(trap_links=True)
    await process.spawn_linked("conformance:raising_at_once", HOST)
    return [kind(await process.events.receive()), "alive"]


@behaviour
async def parent_that_does_not_trap(process: Process) -> list[str]:
    await process.spawn_monitored("conformance:linking", HOST)
    event = await ended(process)
    return [kind(event), str(event.error)]


@behaviour
async def linked_child_returns(process: Process) -> list[str]:
    await process.set_options(trap_links=True)
    await process.spawn_linked_monitored("conformance:returning", HOST)
    event = await ended(process)
    return [kind(event), event.value, await anything(process)]


async def chain(process: Process, *traps: bool) -> list[str]:
    following: str | None = None
    pids: list[str] = []
    for trap in traps:
        following = await process.spawn("conformance:node", HOST, process.pid, following, trap)
        await process.inbox.receive()
        pids.append(following)
    return pids


@behaviour
async def chain_without_trapping(process: Process) -> list[str]:
    pids = await chain(process, False, False, False, False)
    for pid in pids:
        await process.monitor(pid)
    await process.send(pids[0], "go")
    return ["failed" if (await ended(process)).error else "returned" for _ in pids]


@behaviour
async def chain_with_trapping(process: Process) -> list[str]:
    pids = await chain(process, False, True, False, False)
    await process.send(pids[0], "go")
    told = (await process.inbox.receive()).topic
    log = [told, await anything(process)]
    for pid in (*pids[1:], pids[0]):
        answer = await refusal(process.monitor(pid))
        log.append("alive" if answer == "true" else answer)
    return log


@behaviour
async def link_then_unlink(process: Process) -> list[str]:
    await process.set_options(trap_links=True)
    child = await process.spawn("conformance:raising", HOST)
    await process.link(child)
    await process.unlink(child)
    await process.send(child, "go")
    return [await anything(process)]


@behaviour
async def register_twice(process: Process) -> list[str]:
    other = await process.spawn("conformance:waiting", HOST)
    names = process.registry
    return [
        await refusal(names.register("x")),
        await refusal(names.register("x")),
        await refusal(names.register("x", other)),
    ]


@behaviour
async def names_of_the_dead(process: Process) -> list[str]:
    await process.spawn_monitored("conformance:naming", HOST)
    log = [kind(await ended(process)), await refusal(process.registry.lookup("mine"))]
    try:
        await process.send("mine", "x")
    except ProcessError as error:
        log.append("could not resolve" if "could not resolve" in error.message else error.message)
    return log


@behaviour
async def terminated_child(process: Process) -> list[str]:
    await process.set_options(trap_links=True)
    await process.terminate(await process.spawn_linked_monitored("conformance:waiting", HOST))
    log = []
    for _ in range(2):
        event = await process.events.receive()
        assert not isinstance(event, Cancel)
        log.append(f"{kind(event)} {event.error}")
    return log


@behaviour
async def inherited_identity(process: Process) -> list[str]:
    await process.spawn("conformance:denied", HOST, 1, process.pid)
    return [(await process.inbox.receive()).payload for _ in range(2)]


@behaviour
async def empty_scope(process: Process) -> list[str]:
    spawns = (process.spawn, process.spawn_monitored, process.spawn_linked, process.spawn_linked_monitored)
    others = (process.terminate, process.cancel, process.monitor, process.unmonitor, process.link, process.unlink)
    return [
        await refusal(process.send(process.pid, "x")),
        *[await refusal(spawn("conformance:waiting", HOST)) for spawn in spawns],
        *[await refusal(other(process.pid)) for other in others],
        await refusal(process.registry.register("x")),
        await refusal(process.registry.unregister("x")),
    ]


@behaviour
async def deadlines(process: Process) -> list[str]:
    arguments: tuple[Any, ...] = ("abc", {}, "5s", 250)
    log = [await refusal(process.cancel(process.pid, argument)) for argument in arguments]
    for _ in range(2):
        event = await process.events.receive()
        assert isinstance(event, Cancel)
        log.append(str(event.deadline))
    return log


# -- what is expected of both


def python_world(world: World) -> None:
    world.runtime.add_host(HOST)
    for name, function in BEHAVIOURS.items():
        world.define(f"conformance:{name}", function)


def lua_world(world: World) -> None:
    world.load_app(LUA)


def run(prepare: Callable[[World], None], name: str, strategy: Fifo | Uniform) -> list[str]:
    world = World(strategy=strategy)
    prepare(world)
    identity: dict[str, Any] = {}
    if name in SCOPES:
        identity = {"actor": Actor("conformance:actor"), "scope": Scope(SCOPES[name])}
    pid = world.spawn(f"conformance:{name}", HOST, **identity)
    world.run()
    result = world.result(pid)
    assert isinstance(result, list)
    return result


@pytest.mark.parametrize("prepare", [python_world, lua_world], ids=["python", "lua"])
@pytest.mark.parametrize("name", EXPECTED)
def test_the_scenario_gives_what_the_contract_expects(name: str, prepare: Callable[[World], None]) -> None:
    """process B."""
    assert run(prepare, name, Fifo()) == EXPECTED[name]


@pytest.mark.parametrize("prepare", [python_world, lua_world], ids=["python", "lua"])
@pytest.mark.parametrize("name", EXPECTED)
def test_it_does_so_whatever_the_schedule(name: str, prepare: Callable[[World], None]) -> None:
    """process B."""
    assert [run(prepare, name, Uniform(seed)) for seed in range(8)] == [EXPECTED[name]] * 8
