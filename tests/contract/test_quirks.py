"""Each oddity of the observed runtime: what the contract says, and what the flag shows instead (process 18.1)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import (
    Behaviour,
    InvalidArgument,
    Options,
    PermissionDenied,
    Process,
    ProcessError,
    Scope,
    Uniform,
    allow,
)
from simcore.model.options import QUIRKS
from tests.behaviours import gone
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def server(process: Process, *_: Any) -> list[Any]:
    return [(await process.inbox.receive()).payload]


async def set_options_partial(process: Process) -> Any:
    with pytest.raises(InvalidArgument):
        await process.set_options(trap_links=True, unknown=1)
    return process.get_options()["trap_links"]


async def host_check_only_plain_spawn(process: Process) -> Any:
    seen = []
    for spawn in (process.spawn, process.spawn_monitored, process.with_context({}).spawn):
        try:
            await spawn("app:server", HOST)
            seen.append("spawned")
        except PermissionDenied:
            seen.append("denied")
    return seen


async def chained_context_needs_security(process: Process) -> Any:
    builder = process.with_context({"a": 1})
    try:
        builder.with_context({"b": 2})
    except PermissionDenied:
        return "denied"
    return "allowed"


async def upgrade_drops_stalled(process: Process, *state: Any) -> Any:
    if state:
        case = await process.select(inbox=process.inbox, late=process.after("1s"))
        return case.name
    for number in range(2):
        await process.send(process.pid, "t", number)
    await process.inbox.receive()
    process.upgrade(None, "again")


async def command_errors_internal(process: Process) -> Any:
    seen = []
    gone = await process.spawn_monitored("app:short", HOST)
    await process.events.receive()
    calls = (lambda: process.monitor(gone), lambda: process.terminate(gone), lambda: process.call("app:none", HOST))
    for call in calls:
        try:
            await call()
        except ProcessError as error:
            seen.append([error.kind, error.message.split(":")[0]])
    return seen


async def stale_name_binding(process: Process) -> Any:
    gone = await process.spawn_monitored("app:short", HOST)
    await process.events.receive()
    try:
        await process.registry.register("ghost", gone)
    except ProcessError as error:
        return error.kind
    return await process.registry.lookup("ghost") == gone


NO_HOST = Scope([allow(["process.spawn", "process.spawn.monitored", "process.context"], "*")])
ALL_BUT_SECURITY = Scope([allow(["process.context", "process.spawn"], "*")])

# name -> (behaviour, what the contract says, what the quirk shows, scope)
TABLE: dict[str, tuple[Any, Any, Any, Scope | None]] = {
    "set_options_partial": (set_options_partial, False, True, None),
    "host_check_only_plain_spawn": (
        host_check_only_plain_spawn,
        ["denied", "denied", "denied"],
        ["denied", "spawned", "spawned"],
        NO_HOST,
    ),
    "chained_context_needs_security": (chained_context_needs_security, "allowed", "denied", ALL_BUT_SECURITY),
    "upgrade_drops_stalled": (upgrade_drops_stalled, "inbox", "late", None),
    "command_errors_internal": (
        command_errors_internal,
        [["NotFound", "pid not registered"], ["NotFound", "process not found"], ["NotFound", "exec failed"]],
        [["Internal", "monitor failed"], ["Internal", "terminate failed"], ["Internal", "exec failed"]],
        None,
    ),
    "stale_name_binding": (stale_name_binding, "NotFound", True, None),
}
ELSEWHERE = {
    "builder_no_copy": "test_a_builder_can_be_made_to_share_its_values",
    "weak_with_message": "test_a_builders_messages_can_be_made_late",
    "orphan_on_dead_parent": "tests/supervision/test_host_stop.py",
    "flat_backoff": "tests/supervision/test_service.py",
    "leak_on_stop_timeout": "tests/supervision/test_service_stopping.py",
}


def play(make: Make, main: Behaviour, scope: Scope | None, *quirks: str) -> Any:
    return result_of(make, main, scope=scope, options=Options(quirks=quirks), server=server, short=gone)


def test_every_quirk_is_off_documented_and_tested() -> None:
    assert Options().quirks == ()
    assert sorted([*TABLE, *ELSEWHERE]) == sorted(QUIRKS)
    assert all(QUIRKS.values())


@pytest.mark.parametrize("quirk", TABLE)
def test_a_quirk_shows_what_the_contract_leaves_out(make: Make, quirk: str) -> None:
    behaviour, contract, observed, scope = TABLE[quirk]

    assert play(make, behaviour, scope) == contract
    assert play(make, behaviour, scope, quirk) == observed


def test_an_unknown_quirk_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no quirk 'nonsense'; choose from builder_no_copy"):
        Options(quirks=("nonsense",))


def test_a_builder_can_be_made_to_share_its_values(make: Make) -> None:
    """process 3.7: the receiver gets the very object, with what was done to it since."""

    async def reader(process: Process) -> Any:
        return (await process.inbox.receive()).payload

    async def main(process: Process) -> Any:
        value = [1]
        builder = process.with_context({}).with_message("t", value)
        value.append(2)
        pid = await builder.spawn_monitored("app:reader", HOST)
        event: Any = await process.events.receive()
        assert event.sender == pid
        return event.value

    def seen(*quirks: str) -> Any:
        world = make(options=Options(quirks=quirks), main=main, reader=reader)
        pid = world.spawn("app:main", HOST)
        world.run()
        return world.result(pid)

    assert seen() == [1]
    assert seen("builder_no_copy") == [1, 2]


def test_a_builders_messages_can_be_made_late(make: Make) -> None:
    """process 7.7, N12: another's message, or the child's own first step, may come before them."""

    async def first(process: Process) -> str:
        topic: str = (await process.inbox.receive()).topic
        return topic

    async def main(process: Process) -> Any:
        builder = process.with_context({}).with_name("child").with_message("builder")
        await process.spawn("app:rival", HOST)
        await builder.spawn_monitored("app:first", HOST)
        event: Any = await process.events.receive()
        return event.value

    async def rival(process: Process) -> None:
        for _ in range(4):
            try:
                await process.send("child", "rival")
            except ProcessError:
                continue
            return

    def seen(*quirks: str) -> set[str]:
        topics = set()
        for seed in range(1, 200):
            world = make(
                seed=seed, strategy=Uniform(), options=Options(quirks=quirks), main=main, first=first, rival=rival
            )
            pid = world.spawn("app:main", HOST)
            world.run()
            topics.add(world.result(pid))
        return topics

    assert seen() == {"builder"}
    assert seen("weak_with_message") == {"builder", "rival"}


@pytest.mark.parametrize("seed", range(20))
def test_late_messages_of_a_builder_still_precede_what_the_spawner_sends(make: Make, seed: int) -> None:
    """G11, N12, process 2.2: the spawn returns after the batch."""

    async def main(process: Process) -> None:
        pid = await process.with_context({}).with_message("t", 1).with_message("t", 2).spawn("app:child", HOST)
        await process.send(pid, "t", 3)

    async def child(process: Process) -> list[int]:
        return [(await process.inbox.receive()).payload for _ in range(3)]

    options = Options(quirks=("weak_with_message",))
    world = make(seed=seed, strategy=Uniform(), options=options, main=main, child=child)
    world.spawn("app:main", HOST)
    world.run()
    (pid,) = [pid for pid, record in world.runtime.records.items() if record.id == "app:child"]

    assert world.result(pid) == [1, 2, 3]
