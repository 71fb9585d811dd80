"""Telling how a world came to where it is: every process by its name, and who waits for whom."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from simcore import Message, NotFound, Process, World, run
from simcore.story.recordings import recorded
from simcore.story.story import tell
from tests.worlds import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(scenario: Callable[[World], None]) -> list[str]:
    with recorded() as recordings:
        run(scenario)
    ((world, recorder),) = recordings.worlds
    return [line.strip() for line in tell(world, recorder, [])]


async def peer(process: Process, name: str, other: str) -> None:
    """Ask the other and answer nothing until it has answered: the cycle in which nobody reads the question."""
    await process.registry.register(name)
    await process.inbox.receive()
    answers = process.listen("answer")
    await process.send(other, "ping")
    await answers.receive()


async def deaf(process: Process) -> None:
    await process.inbox.receive()


def test_each_of_two_that_ask_one_another_waits_for_the_other() -> None:
    def two_peers(world: World) -> None:
        world.define("app:peer", peer)
        pids = [world.spawn("app:peer", HOST, *names) for names in (("a", "b"), ("b", "a"))]
        world.run()
        for pid in pids:
            world.send(pid, "go")
        world.run()

    lines = "\n".join(told(two_peers))

    assert "peer#1 (a) waits for the topic answer (perhaps for peer#2 (b), which has not answered its ping)" in lines
    assert "peer#2 (b) waits for the topic answer (perhaps for peer#1 (a), which has not answered its ping)" in lines


def test_who_ended_without_an_answer_is_said_to_have_ended() -> None:
    async def asker(process: Process) -> None:
        answers = process.listen("answer")
        await process.send(await process.spawn("app:deaf", HOST), "ping")
        await answers.receive()

    def one_asks(world: World) -> None:
        world.define("app:deaf", deaf)
        world.define("app:asker", asker)
        world.spawn("app:asker", HOST)
        world.run()

    lines = told(one_asks)

    assert "asker#1 waits for the topic answer (perhaps for deaf#2, which ended without answering its ping)" in lines


def test_what_a_spawn_asks_for_is_told_after_the_spawn_and_by_name() -> None:
    async def parent(process: Process) -> None:
        builder = process.with_context({})
        await builder.with_name("child").spawn_linked_monitored("app:deaf", HOST)

    def one_spawns(world: World) -> None:
        world.define("app:deaf", deaf)
        world.define("app:parent", parent)
        world.spawn("app:parent", HOST)
        world.run()

    lines = [line.partition("#")[2].split(maxsplit=1)[-1:] for line in told(one_spawns)]
    start = lines.index([f"parent#1 starts deaf#2 of app:deaf, {{{HOST}|0x00002}}"])

    assert sorted(lines[start + 1 : start + 4]) == [
        ["deaf#2 takes the name child"],
        ["parent#1 and deaf#2 (child) are linked"],
        ["parent#1 monitors deaf#2 (child)"],
    ]


async def service(process: Process) -> None:
    await process.registry.register("clock")
    while True:
        await process.sleep("1s")
        await process.registry.register("tick")
        await process.registry.unregister("tick")


async def asker(process: Process) -> None:
    await process.sleep("20s")
    await process.registry.lookup("nobody")
    raise AssertionError("nobody is there")


def apps(world: World, *, asked: bool = False) -> None:
    """An idle service that talks all the time, and a failure that it has nothing to do with, or has."""
    world.define("app:service", service)
    world.define("app:asker", asker_of_the_clock if asked else asker)
    world.service("app:clock", process="app:service", host=HOST, auto_start=True)
    pid = world.spawn("app:asker", HOST)
    world.run(until="30s")
    assert world.outcome(pid) is not None


async def asker_of_the_clock(process: Process) -> None:
    with contextlib.suppress(NotFound):
        await process.send("clock", "time?")
    await process.sleep("20s")
    raise AssertionError("what is the time?")


BUS = """
version: "1.0"
namespace: app
entries:
  - {name: processes, kind: process.host, host: {max_processes: 10}, lifecycle: {auto_start: true}}
  - name: listener
    kind: process.lua
    modules: [events, logger]
    source: |
      local events, logger = require("events"), require("logger")
      return function()
        local channel = events.subscribe("orders", "*"):channel()
        logger:info("started listener")
        channel:receive()
        logger:info("heard")
        channel:receive()
      end
  - name: bystander
    kind: process.lua
    modules: [logger]
    source: |
      local logger = require("logger")
      return function()
        logger:info("started bystander")
        process.inbox():receive()
      end
  - {name: one, kind: process.service, process: listener, host: processes, lifecycle: {auto_start: true}}
  - {name: two, kind: process.service, process: bystander, host: processes, lifecycle: {auto_start: true}}
  - name: speaker
    kind: function.lua
    modules: [events]
    source: |
      local events = require("events")
      return function() events.send("orders", "made", "/1", {}) end
"""


def test_what_a_service_does_that_nobody_asked_is_left_out_and_counted() -> None:
    lines = told(apps)

    assert not [line for line in lines if "loses the name tick" in line]
    assert [line for line in lines if " fails: " in line]
    (header,) = [line for line in lines if line.startswith("the last events")]
    assert "left out among them: " in header
    assert "which have had nothing to do with these" in header


def test_a_service_that_was_asked_is_told_of_even_if_it_had_no_name_yet() -> None:
    lines = told(lambda world: apps(world, asked=True))

    assert len([line for line in lines if "loses the name tick" in line]) == 2
    assert any("... 19 times in all, the last one from 19s" in line for line in lines)
    assert [line for line in lines if "asker#1 fails: " in line], "however long ago it was"
    assert "the last events:" in lines


def test_a_service_that_fails_is_told_of_though_nobody_asked_it() -> None:
    async def broken(process: Process) -> None:
        await process.sleep("2s")
        raise ValueError("no clock")

    def scenario(world: World) -> None:
        world.define("app:broken", broken)
        world.define("app:asker", asker)
        world.service("app:clock", process="app:broken", host=HOST, auto_start=True, restart={"max_attempts": 1})
        world.spawn("app:asker", HOST)
        world.run(until="30s")

    assert [line for line in told(scenario) if "the service app:clock is Failed" in line]


def test_who_listens_to_the_bus_has_to_do_with_who_speaks_there(tmp_path: Path) -> None:
    (tmp_path / "_index.yaml").write_text(BUS, encoding="utf-8")

    def scenario(world: World) -> None:
        world.load_app(tmp_path)
        world.run(until="1s")
        world.call("app:speaker")
        world.run(until="2s")

    lines = told(scenario)

    assert [line for line in lines if "logs info: heard" in line]
    assert [line for line in lines if "logs info: started" in line and "bystander" in line] == []


def test_a_process_on_a_stopping_host_is_seen_to_wait() -> None:
    async def waiter(process: Process) -> None:
        await process.listen("never").receive()

    def scenario(world: World) -> None:
        world.define("app:waiter", waiter)
        pid = world.spawn("app:waiter", HOST)
        world.run()
        world.send(pid, "unread")
        world.stop_host(HOST, grace="1h")
        world.run(until="1m")
        assert [message.topic for message in world.mailbox(pid) if isinstance(message, Message)] == ["unread"]

    assert "waiter#1 waits for the topic never; unread in its mailbox: unread" in "\n".join(told(scenario))


def test_what_was_made_and_is_not_awaited_is_told_of_who_waits() -> None:
    """One that holds such an operation for ever is told of it nowhere else, since it does not end."""

    async def asking(process: Process) -> None:
        answer = process.send(process.pid, "question")
        await process.listen("answer").receive()
        await answer

    def scenario(world: World) -> None:
        world.define("app:asking", asking)
        world.spawn("app:asking", HOST)
        world.run()

    line = asking.__code__.co_firstlineno + 1
    assert (
        "asking#1 waits for the topic answer; made and not awaited: Send (tests/story/test_story.py:"
        f"{line})" in "\n".join(told(scenario))
    )
