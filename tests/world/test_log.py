"""The log of a world: every action with what it did, for who asks in time; what nobody reads is not written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from simcore import (
    Actor,
    Change,
    Denial,
    Exit,
    LogEntry,
    LogRecord,
    NotFound,
    Process,
    Received,
    Refusal,
    Scope,
    Sent,
    Uniform,
    Upgraded,
    UsageError,
    World,
    allow,
    run,
)
from simcore.model.words import Born
from tests.worlds import HOST, SECOND

INDEX = """
version: "1.0"
namespace: app
entries:
  - {name: host, kind: process.host, lifecycle: {auto_start: true}}
  - {name: main, kind: process.lua, source: "file://main.lua", method: main, modules: [logger]}
"""


async def boss(process: Process) -> Any:
    await process.registry.register("boss")
    await process.spawn_monitored("app:kid", HOST, 3)
    with suppress(NotFound):
        await process.send("nobody", "topic")
    answer = (await process.inbox.receive()).payload
    await process.events.receive()
    await process.sleep("1s")
    return answer


async def kid(process: Process, number: int) -> str:
    await process.send("boss", "hello", number, [1])
    return "over"


def made(strategy: Any = None) -> World:
    world = World(strategy=strategy)
    world.define("app:boss", boss)
    world.define("app:kid", kid)
    return world


def test_each_action_stands_there_with_its_actor_its_instant_and_what_it_did() -> None:
    world = made()
    log = world.log
    head = world.spawn("app:boss", HOST)
    world.run()
    child = "{app:processes|0x00002}"

    first, sends = log[0], [each for each in log if each.action == "do:send"]

    assert first == LogEntry(
        step=0,
        action="outside:spawn",
        actor=None,
        receiver=head,
        subject="world/app:boss.0",
        path="world",
        instant_ns=0,
        effects=(
            Change(kind="spawned", pid=head),
            Born(
                pid=head,
                id="app:boss",
                host=HOST,
                path="world/app:boss.0",
                creator=None,
                parent=None,
                values={},
                actor=None,
                scope=None,
            ),
        ),
    )
    (send,) = sends
    assert (send.actor, send.receiver, send.path) == (child, head, "world/app:boss.0/app:kid.0")
    (sent,) = send.effects
    assert isinstance(sent, Sent)
    assert (sent.sender, sent.receiver, sent.topic, sent.payload) == (child, head, "hello", [3, [1]])
    assert [each.instant_ns for each in log if each.action == "fire:sleep" or each is log[-1]][-1] == SECOND
    assert [each.step for each in log[1:]] == list(range(1, world.kernel.actions + 1))


def test_effects_of_one_kind_are_found_over_all_actions() -> None:
    world = made()
    log = world.log
    head = world.spawn("app:boss", HOST)
    world.run()

    kinds = [each.kind for each in log.of(Change) if each.pid == head]
    told = [each.payload for each in log.of(Sent) if isinstance(each.event, Exit) and each.receiver == head]
    heard = [each.payload for each in log.of(Received) if isinstance(each.event, Exit) and each.receiver == head]
    (refused,) = log.of(Refusal)

    assert kinds == ["spawned", "named", "monitored", "unmonitored", "ended", "unnamed", "gone"]
    assert (told, heard) == (["over"], ["over"])
    assert (refused.pid, refused.verb, refused.subject, refused.error.kind) == (head, "send", "nobody", "NotFound")


def test_what_it_carries_is_a_copy_for_each_reader() -> None:
    world = made()
    log = world.log
    world.spawn("app:boss", HOST)
    world.run()
    sent = next(each for each in log.of(Sent) if each.topic == "hello")

    sent.payload[1].append("mine")

    assert sent.payload == [3, [1]]
    assert repr(sent).endswith("topic='hello', payload=[3, [1]])")


@pytest.mark.parametrize("seed", range(3))
def test_who_reads_the_log_changes_nothing_and_equal_runs_have_equal_ones(seed: int) -> None:
    plain, read, again = made(Uniform(seed)), made(Uniform(seed)), made(Uniform(seed))
    logs = read.log, again.log
    for world in (plain, read, again):
        world.spawn("app:boss", HOST)
        world.run()

    assert plain.digest == read.digest
    assert [repr(each) for each in logs[0]] == [repr(each) for each in logs[1]]


def test_it_grows_while_the_world_runs_and_says_what_was_done_from_outside() -> None:
    world = made()
    log = world.log
    world.host("app:other")
    pid = world.spawn("app:boss", HOST)
    world.run(until="500ms")
    seen = len(log)
    world.send(pid, "late", "word")
    world.policies.add(allow("*", "*", id="app:rule"))
    world.run()

    outside = [(each.action, each.step, each.instant_ns) for each in log if each.action.startswith("outside")]

    assert outside[0][:2] == ("outside:spawn", 0)
    step = log[seen - 1].step
    assert outside[1:] == [("outside:send", step, SECOND // 2), ("outside:policy", step, SECOND // 2)]
    assert log[seen].effects == (log[seen].effects[0],)
    assert repr(log).startswith(f"<Log of {len(log)} actions, the last leave of world/app:boss.0")


def test_a_denial_and_an_upgrade_are_effects() -> None:
    async def old(process: Process) -> None:
        assert await refusal(process)
        process.upgrade("app:new")

    async def refusal(process: Process) -> bool:
        try:
            await process.send(process.pid, "own")
        except Exception:
            return True
        return False

    async def new(process: Process) -> None: ...

    world = World()
    log = world.log
    world.define("app:old", old)
    world.define("app:new", new)
    pid = world.spawn("app:old", HOST, actor=Actor("me"), scope=Scope([]))
    world.run()

    assert list(log.of(Denial)) == list(world.denials)
    assert [each.action for each in log.of(Denial)] == ["process.send"]
    assert list(log.of(Upgraded)) == [Upgraded(pid=pid, id="app:new", old="app:old")]


def test_who_asks_too_late_is_told_how_to_ask() -> None:
    world = made()
    world.spawn("app:boss", HOST)
    world.run()

    with pytest.raises(UsageError, match=r"write `log = world.log` before the first `world.run`"):
        assert world.log


def test_to_define_and_to_spawn_and_a_run_without_an_action_are_not_too_late() -> None:
    world = made()
    world.run()
    world.spawn("app:boss", HOST)
    log = world.log
    world.run()

    assert log[0].action == "outside:spawn"


def test_a_world_of_which_nobody_reads_the_log_writes_none() -> None:
    world = made()
    world.spawn("app:boss", HOST)
    world.run()
    writer = world._writer

    assert world.kernel.on_action is None
    assert world.kernel.trace.on_note is None
    assert not writer._rows
    assert not [each for each in vars(world.runtime.observer).values() if getattr(each, "__self__", None) is writer]


def test_what_a_lua_program_logs_is_an_effect(tmp_path: Path) -> None:
    (tmp_path / "_index.yaml").write_text(INDEX)
    (tmp_path / "main.lua").write_text('return {main = function() require("logger"):info("said", {word = "it"}) end}')
    world = World()
    world.load_app(tmp_path)
    log = world.log
    world.spawn("app:main", "app:host")
    world.run()

    assert [(each.level, each.message, each.fields) for each in log.of(LogRecord)] == [("info", "said", {"word": "it"})]


def test_a_scenario_that_run_plays_has_a_log() -> None:
    def scenario(world: World) -> None:
        log = world.log
        world.define("app:boss", boss)
        world.define("app:kid", kid)
        world.spawn("app:boss", HOST)
        world.run()
        assert len(list(log.of(Sent))) == 2

    assert run(scenario, seed=3).digest
