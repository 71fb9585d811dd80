"""Spawning: what fails leaves nothing behind, and what succeeds is in place before the child runs (process 7)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Behaviour, Exit, Fifo, InvalidArgument, Process, ProcessError, Uniform
from simcore.model.errors import INTERNAL, process_error
from simcore.model.operations import Register
from simcore.model.payload import Payload
from simcore.process.state.record import ProcessRecord
from simcore.process.verbs.naming import perform_shared
from tests.behaviours import tried
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def echo(process: Process, *values: Any) -> list[Any]:
    return list(values)


def play(make: Make, main: Behaviour, *, echo: Behaviour = echo, **named: Any) -> Any:
    return result_of(make, main, echo=echo, **named)


def test_pids_are_counted_for_all_hosts_together_and_a_process_that_never_was_uses_one_up(make: Make) -> None:
    """process 1.3: an unknown definition does not, since its id is drawn after the definition was found."""

    async def main(process: Process) -> list[str]:
        log = [await tried(process.spawn("app:echo", HOST))]
        log.append(await tried(process.spawn("app:nothing", HOST)))
        log.append(await tried(process.spawn("app:echo", HOST)))
        log.append((await tried(process.spawn("app:picky", HOST))).partition(" echo")[0].partition(":")[0])
        log.append(await tried(process.spawn("app:echo", HOST)))
        return log

    async def picky(process: Process, required: int) -> None: ...

    assert play(make, main, picky=picky) == [
        "{app:processes|0x00002}",
        "NotFound factory not found: app:nothing",
        "{app:processes|0x00003}",
        "Internal failed to execute script",
        "{app:processes|0x00005}",
    ]


@pytest.mark.parametrize(
    ("id", "host", "message"),
    [
        ("app:nothing", "no:host", "NotFound host not found: no:host"),
        ("app:nothing", "node:control", "Internal host does not implement process.Host"),
        ("app:echo", "node:functions", "Internal host does not implement process.Host"),
        ("app:nothing", HOST, "NotFound factory not found: app:nothing"),
    ],
)
def test_a_spawn_that_fails_tells_the_first_reason(make: Make, id: str, host: str, message: str) -> None:
    """process 7.3 in its order."""

    async def main(process: Process) -> list[str]:
        verbs = (process.spawn, process.spawn_monitored, process.spawn_linked, process.spawn_linked_monitored)
        log = [await tried(verb(id, host)) for verb in verbs]
        return [*log, (await process.select(events=process.events, after=process.after("1s"))).name]

    assert play(make, main) == [message] * 4 + ["after"]


def test_a_host_takes_as_many_processes_as_it_may_and_has_room_again_when_one_ends(make: Make) -> None:
    """process 7.3 row 6, I8."""

    async def sleeper(process: Process) -> None:
        await process.sleep("1s")

    async def main(process: Process) -> list[str]:
        log = [(await tried(process.spawn("app:sleeper", "app:small"))).partition(":")[0] for _ in range(3)]
        await process.sleep("2s")
        return [*log, (await tried(process.spawn("app:sleeper", "app:small"))).partition(":")[0]]

    world = make(main=main, sleeper=sleeper)
    world.runtime.add_host("app:small", processes_max=2)
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid) == ["{app", "{app", "LimitExceeded max processes limit exceeded", "{app"]


@pytest.mark.parametrize("arguments", [(1, HOST), ("app:echo", None)])
def test_id_and_host_are_texts(make: Make, arguments: Any) -> None:
    """process 7.1: raised at the call."""

    async def main(process: Process) -> None:
        process.spawn(*arguments)

    with pytest.raises(InvalidArgument, match="both texts"):
        play(make, main)


def test_arguments_are_copied_and_nothing_at_the_end_is_lost(make: Make) -> None:
    """process 7.4."""

    async def main(process: Process) -> Any:
        values = [1]
        call = process.spawn_monitored("app:echo", HOST, values, None, None)
        values.append(2)
        await call
        event = await process.events.receive()
        assert isinstance(event, Exit)
        return event.value

    assert play(make, main) == [[1], None, None]


def test_an_argument_that_cannot_be_copied_starts_nothing(make: Make) -> None:
    async def main(process: Process) -> None:
        await process.spawn("app:echo", HOST, object())

    world = make(main=main, echo=echo)
    world.spawn("app:main", HOST)
    world.run()

    assert len(world.runtime.records) == 1


def test_the_answer_of_a_spawn_may_come_after_the_childs_message_and_after_its_end(make: Make) -> None:
    """N9, N10: under some schedule another coroutine of the parent is first."""

    async def child(process: Process, boss: str) -> None:
        await process.send(boss, "hello")

    async def main(process: Process) -> list[str]:
        log: list[str] = []

        async def reader(process: Process) -> None:
            for _ in range(2):
                log.append((await process.select(inbox=process.inbox, events=process.events)).name)

        process.go(reader)
        await process.spawn_monitored("app:child", HOST, process.pid)
        log.append("spawned")
        await process.sleep("1s")
        return log

    results = {tuple(play(make, main, child=child, seed=seed, strategy=Uniform())) for seed in range(80)}
    assert results == {("spawned", "inbox", "events"), ("inbox", "spawned", "events"), ("inbox", "events", "spawned")}


def test_the_childs_first_step_comes_before_or_after_the_answer(make: Make) -> None:
    """process 7.5, N9: the answer promises no life."""

    async def main(process: Process) -> str:
        pid = await process.spawn("app:echo", HOST)
        return (await tried(process.send(pid, "t"))).partition(":")[0]

    assert {play(make, main, seed=seed, strategy=Uniform()) for seed in range(60)} == {
        "None",
        "NotFound process not found",
    }


def test_monitor_and_link_are_in_place_before_the_child_runs(make: Make) -> None:
    """G7, I50."""
    seen: list[Any] = []

    async def child(process: Process) -> None:
        seen.append((world.graph.links(), world.graph.monitors()))

    async def main(process: Process) -> None:
        await process.spawn_linked_monitored("app:child", HOST)
        await process.sleep("1s")

    parent, first = "{app:processes|0x00001}", "{app:processes|0x00002}"
    for strategy in (Fifo(), *(Uniform(seed) for seed in range(10))):
        world = make(strategy=strategy, main=main, child=child)
        world.spawn("app:main", HOST)
        world.run()
    assert seen == [([(parent, first)], [(parent, first)])] * 11


def test_a_child_does_not_inherit_how_its_parent_treats_links(make: Make) -> None:
    """process 7.8, I51."""

    async def child(process: Process) -> dict[str, bool]:
        return process.get_options()

    async def main(process: Process) -> list[dict[str, bool]]:
        await process.set_options(trap_links=True)
        await process.spawn_monitored("app:child", HOST)
        event = await process.events.receive()
        assert isinstance(event, Exit)
        return [process.get_options(), event.value]

    assert play(make, main, child=child) == [{"trap_links": True}, {"trap_links": False}]


def test_the_end_of_a_parent_is_no_concern_of_its_children(make: Make) -> None:
    """process 7.12."""

    async def child(process: Process) -> str:
        await process.sleep("1s")
        return "grown up"

    async def main(process: Process) -> None:
        await process.spawn("app:child", HOST)
        raise RuntimeError("burst")

    world = make(main=main, child=child)
    world.spawn("app:main", HOST)
    world.run()

    assert world.result("{app:processes|0x00002}") == "grown up"


def test_identity_is_stable_and_told_apart_from_the_definition(make: Make) -> None:
    """process 1.5, 1.6."""

    async def child(process: Process) -> list[str]:
        before = process.pid
        await process.sleep("1s")
        return [process.id, str(before == process.pid)]

    async def main(process: Process) -> list[Any]:
        for _ in range(2):
            await process.spawn_monitored("app:child", HOST)
        events = [await process.events.receive() for _ in range(2)]
        return [events[0].sender != events[1].sender, *[event.value for event in events if isinstance(event, Exit)]]

    assert play(make, main, child=child) == [True, ["app:child", "True"], ["app:child", "True"]]


def test_options_are_validated_before_any_is_applied(make: Make) -> None:
    """process 4.9, O17."""

    async def main(process: Process) -> list[Any]:
        log: list[Any] = [await tried(process.set_options())]
        log.append(await tried(process.set_options(trap_links=True, other=1)))
        log.append(await tried(process.set_options(trap_links=1)))
        log.append(process.get_options())
        await process.set_options(trap_links=True)
        return [*log, process.get_options()]

    assert play(make, main) == [
        "None",
        "Invalid option other is not supported",
        "Invalid trap_links must be a boolean",
        {"trap_links": False},
        {"trap_links": True},
    ]


def test_a_process_that_never_came_leaves_no_name(make: Make) -> None:
    """process 7.3, I8: what a module body registered is freed when the body, or the look for the entry, fails."""

    class Broken:
        id = "app:broken"

        def start(self, record: ProcessRecord, arguments: Payload) -> Any:
            perform_shared(record, Register("n", None))
            raise process_error("failed to execute script: boom", INTERNAL)

    async def main(process: Process) -> Any:
        for start in (process.spawn, process.call):
            with pytest.raises(ProcessError, match="boom"):
                await start("app:broken", HOST)
        await process.registry.register("n")
        return await process.registry.lookup("n") == process.pid

    world = make(main=main)
    world.runtime.define(Broken())
    pid = world.spawn("app:main", HOST)
    world.run()

    assert world.result(pid)
