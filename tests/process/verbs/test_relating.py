"""Monitors tell, links share fate, and the races between them and an end have just the outcomes of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Behaviour, Exit, InvalidArgument, LinkDown, Process, ProcessError, Uniform, World
from tests.behaviours import bursting, failing, sleeper, tried_in_short
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def quiet(process: Process) -> str:
    return "quiet"


def play(make: Make, main: Behaviour, **named: Any) -> Any:
    return result_of(make, main, bystander=sleeper, failing=failing, instant=bursting, quiet=quiet, **named)


def test_relations_with_the_dead_fail_and_their_ends_do_not(make: Make) -> None:
    """process 5.2, 5.6, 6.2, 6.5, O3; no event comes of it."""

    async def main(process: Process) -> list[str]:
        gone = await process.spawn("app:quiet", HOST)
        await process.sleep("1s")
        log = []
        for target in (gone, "{no:host|0x00001}", "nobody"):
            for verb in (process.monitor, process.link, process.unmonitor, process.unlink):
                log.append(await tried_in_short(verb(target)))
        chosen = await process.select(events=process.events, after=process.after("1s"))
        return [*log, chosen.name]

    unresolved = ["NotFound could not resolve 'nobody' as PID or registered name"] * 4
    assert play(make, main) == [
        *["NotFound pid not registered", "NotFound pid not registered", "None", "None"] * 2,
        *unresolved,
        "after",
    ]


def test_a_second_monitor_fails_and_leaves_one_exit(make: Make) -> None:
    """process 5.3, I43."""

    async def main(process: Process) -> list[str]:
        pid = await process.spawn_monitored("app:bystander", HOST)
        log = [
            await tried_in_short(process.monitor(pid)),
            await tried_in_short(process.link(pid)),
            await tried_in_short(process.link(pid)),
        ]
        await process.send(pid, "go")
        log.append(type(await process.events.receive()).__name__)
        return [*log, (await process.select(events=process.events, after=process.after("1s"))).name]

    assert play(make, main) == ["AlreadyExists already monitoring pid", "None", "None", "Exit", "after"]


def test_an_unmonitor_and_an_unlink_before_the_end_leave_no_event(make: Make) -> None:
    """process 5.6, 6.5, I40; afterwards both can be made again."""

    async def main(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        pid = await process.spawn_linked_monitored("app:failing", HOST)
        await process.unmonitor(pid)
        await process.unlink(pid)
        other = await process.spawn("app:failing", HOST)
        await process.monitor(other)
        await process.unmonitor(other)
        await process.monitor(other)
        for each in (pid, other):
            await process.send(each, "go")
        event = await process.events.receive()
        return [
            type(event).__name__,
            str(event.sender == other),
            (await process.select(events=process.events, after=process.after("1s"))).name,
        ]

    assert play(make, main) == ["Exit", "True", "after"]


def test_monitoring_and_linking_oneself_has_no_effect(make: Make) -> None:
    """process 5.5, 6.9."""

    async def main(process: Process) -> str:
        await process.monitor(process.pid)
        await process.link(process.pid)
        return "fine"

    assert play(make, main) == "fine"


def test_a_spawned_child_that_ends_at_once_is_still_told(make: Make) -> None:
    """process 5.9, 6.10, G7, I49."""

    async def main(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:instant", HOST)
        return [type(await process.events.receive()).__name__ for _ in range(2)]

    for seed in range(30):
        assert play(make, main, seed=seed, strategy=Uniform()) == ["Exit", "LinkDown"]


def test_a_normal_end_is_no_concern_of_the_linked(make: Make) -> None:
    """process 6.6, I36."""

    async def main(process: Process) -> list[Any]:
        await process.set_options(trap_links=True)
        await process.spawn_linked_monitored("app:quiet", HOST)
        event: Any = await process.events.receive()
        return [event.value, (await process.select(events=process.events, after=process.after("1s"))).name]

    assert play(make, main) == ["quiet", "after"]


async def node(process: Process, following: str | None, *, trap: bool = False) -> None:
    if trap:
        await process.set_options(trap_links=True)
    if following is not None:
        await process.link(following)
    await process.inbox.receive()
    raise RuntimeError("burst")


async def trapping(process: Process, following: str | None) -> None:
    await node(process, following, trap=True)


def chain(make: Make, *kinds: str, seed: int) -> tuple[World, list[Any]]:
    world = make(seed=seed, strategy=Uniform(), node=node, trapping=trapping)
    pids: list[Any] = [None]
    for kind in kinds:
        pids.append(world.spawn(f"app:{kind}", HOST, pids[-1]))
    world.run(until=1)
    world.send(pids[-1], "go")
    world.run()
    return world, pids[1:]


def messages(world: World, pids: list[Any]) -> list[str | None]:
    return [(outcome.error.message if (outcome := world.outcome(pid)) and outcome.error else None) for pid in pids]


@pytest.mark.parametrize("seed", range(10))
def test_an_abnormal_end_ends_the_whole_chain(make: Make, seed: int) -> None:
    """process 6.7, 4.8, I47, I48."""
    world, pids = chain(make, "node", "node", "node", "node", seed=seed)

    assert messages(world, pids) == ["linked process failed"] * 3 + ["RuntimeError: burst"]
    assert world.history.count(LinkDown) == 3


@pytest.mark.parametrize("seed", range(10))
def test_a_chain_ends_at_whom_traps_links(make: Make, seed: int) -> None:
    """process 6.7, I46."""
    world, pids = chain(make, "node", "trapping", "node", "node", seed=seed)

    assert messages(world, pids) == [None, None, "linked process failed", "RuntimeError: burst"]
    assert [world.alive(pid) for pid in pids] == [True, True, False, False]


def test_a_ring_of_links_ends_and_nobody_is_told_twice(make: Make) -> None:
    """process 6.8, I37, I48."""
    for seed in range(10):
        world = make(seed=seed, strategy=Uniform(), node=node)
        pids = [world.spawn("app:node", HOST, f"{{app:processes|0x0000{number}}}") for number in (2, 3, 1)]
        world.run(until=1)
        world.send(pids[0], "go")
        world.run()
        assert messages(world, pids) == ["RuntimeError: burst", "linked process failed", "linked process failed"]


def test_a_link_down_before_the_first_step_precludes_the_first_line(make: Make) -> None:
    """process 4.6, G9, I45: even if that line would trap links."""
    ran = set()

    async def child(process: Process, log: None = None) -> None:
        ran.add(seed)
        await process.set_options(trap_links=True)
        await process.inbox.receive()

    async def parent(process: Process) -> None:
        process.go(spawner)
        await process.sleep("0")
        await process.send(process.pid, "x")
        raise RuntimeError("burst")

    async def spawner(process: Process) -> None:
        await process.spawn_linked("app:child", HOST)

    ends = {}
    for seed in range(40):
        world = make(seed=seed, strategy=Uniform(), parent=parent, child=child)
        world.spawn("app:parent", HOST)
        world.run()
        ends[seed] = world.alive("{app:processes|0x00002}")

    assert any(ends[seed] is False and seed not in ran for seed in ends)
    assert any(seed in ran and ends[seed] for seed in ends)


def test_what_counts_is_the_option_when_the_link_down_is_looked_at(make: Make) -> None:
    """process 4.6, G10: kept unread under true, deadly once the option is false again."""

    async def main(process: Process) -> str:
        await process.set_options(trap_links=True)
        pid = await process.spawn_linked("app:instant", HOST)
        await process.sleep("1s")
        assert await tried_in_short(process.send(pid, "t")) == "NotFound process not found"
        await process.set_options(trap_links=False)
        await process.sleep("1s")
        return "survived"

    with pytest.raises(ProcessError, match="linked process failed") as caught:
        play(make, main)
    assert caught.value.kind == "Internal"


def test_a_link_down_under_false_is_never_handed_to_a_reader(make: Make) -> None:
    """process 3.5 rule 1: a flush in the middle of a step looks at the option too."""
    log: list[str] = []

    async def main(process: Process) -> None:
        await process.set_options(trap_links=True)
        for _ in range(2):
            await process.spawn_linked("app:instant", HOST)
        await process.sleep("1s")
        signal = process.channel()

        async def reader(process: Process) -> None:
            log.append(type(await process.events.receive()).__name__)
            await signal.send(None)
            log.append(type(await process.events.receive()).__name__)

        process.go(reader)
        await signal.receive()
        await process.set_options(trap_links=False)
        log.append(type(process.inbox).__name__)
        await process.sleep("1s")
        log.append("survived")

    with pytest.raises(ProcessError, match="linked process failed"):
        play(make, main)
    assert log == ["LinkDown", "Channel"]


def test_trapping_in_time_or_too_late_both_occur(make: Make) -> None:
    """N21."""

    async def main(process: Process) -> str:
        await process.spawn_linked("app:instant", HOST)
        await process.set_options(trap_links=True)
        return type(await process.events.receive()).__name__

    results = set()
    for seed in range(40):
        try:
            results.add(play(make, main, seed=seed, strategy=Uniform()))
        except ProcessError as error:
            results.add(error.message)
    assert results == {"LinkDown", "linked process failed"}


def test_exit_and_link_down_of_one_end_come_together_or_apart(make: Make) -> None:
    """process 6.11, N8: a watcher that does not trap dies blind, or sees the EXIT first."""

    async def main(process: Process) -> str:
        await process.spawn_linked_monitored("app:instant", HOST)
        await process.events.receive()
        return "saw it"

    results = set()
    for seed in range(60):
        try:
            results.add(play(make, main, seed=seed, strategy=Uniform()))
        except ProcessError as error:
            results.add(error.message)
    assert results == {"saw it", "linked process failed"}


def test_a_monitor_either_succeeds_and_brings_one_exit_or_fails(make: Make) -> None:
    """process 5.7, N16, G16."""

    async def main(process: Process) -> str:
        pid = await process.spawn("app:quiet", HOST)
        answer = await tried_in_short(process.monitor(pid))
        chosen = await process.select(events=process.events, after=process.after("1s"))
        return f"{answer}, {chosen.name}"

    results = {play(make, main, seed=seed, strategy=Uniform()) for seed in range(60)}
    assert results == {"None, events", "NotFound pid not registered, after"}


def test_an_unmonitor_either_comes_in_time_or_the_exit_still_comes(make: Make) -> None:
    """process 5.8, N15: an EXIT that was on its way comes although the call has succeeded."""

    async def main(process: Process) -> str:
        pid = await process.spawn_monitored("app:quiet", HOST)
        await process.unmonitor(pid)
        return (await process.select(events=process.events, after=process.after("1s"))).name

    assert {play(make, main, seed=seed, strategy=Uniform()) for seed in range(60)} == {"events", "after"}


def test_a_watcher_that_ended_is_told_nothing(make: Make) -> None:
    """process 5.10, 5.13."""
    world = make(failing=failing, watcher=node)

    async def watcher(process: Process, target: str) -> None:
        await process.monitor(target)

    world.define("app:watcher", watcher)
    target = world.spawn("app:failing", HOST)
    world.spawn("app:watcher", HOST, target)
    world.run()
    world.send(target, "go")
    world.run()

    assert world.history.count(Exit) == 0


@pytest.mark.parametrize("verb", ["monitor", "unmonitor", "link", "unlink", "terminate", "cancel"])
def test_a_destination_is_a_text(make: Make, verb: str) -> None:
    """process 5.1, 6.1, 9.1, 9.8."""

    async def main(process: Process) -> None:
        getattr(process, verb)(7)

    with pytest.raises(InvalidArgument, match="destination is a text, not an int"):
        play(make, main)


def test_a_name_stands_for_its_owner_in_every_relation(make: Make) -> None:
    async def main(process: Process) -> list[str]:
        pid = await process.spawn("app:bystander", HOST)
        await process.registry.register("it", pid)
        log = [
            await tried_in_short(verb("it"))
            for verb in (process.monitor, process.monitor, process.link, process.unlink, process.unmonitor)
        ]
        await process.terminate("it")
        return log

    assert play(make, main) == ["None", "AlreadyExists already monitoring pid", "None", "None", "None"]


@pytest.mark.parametrize("touch", ["inbox", "buffered", "command"])
def test_a_kept_link_down_kills_at_the_next_flush_whatever_the_option_is_afterwards(make: Make, touch: str) -> None:
    """process 4.6, 3.5, G10: kept while links were trapped, it is looked at when they are not, and is not forgotten."""

    async def main(process: Process) -> str:
        await process.set_options(trap_links=True)
        await process.spawn_linked("app:bad", HOST)
        await process.sleep("1s")
        await process.set_options(trap_links=False)
        if touch == "inbox":
            _ = process.inbox
        elif touch == "buffered":
            channel = process.channel(1)
            await channel.send(1)
            await channel.receive()
        else:
            await process.unlink("{app:processes|0x00fff}")
        await process.set_options(trap_links=True)
        return type(await process.events.receive()).__name__

    async def bad(process: Process) -> None:
        raise RuntimeError("burst")

    world = make(main=main, bad=bad)
    pid = world.spawn("app:main", HOST)
    world.run()

    outcome = world.outcome(pid)
    assert outcome is not None
    assert outcome.error is not None
    assert outcome.error.message == "linked process failed"


@pytest.mark.parametrize("leaves", [SystemExit(3), GeneratorExit()])
def test_an_exception_that_is_no_exception_ends_its_process_and_not_the_run(make: Make, leaves: BaseException) -> None:
    """process 2.4: an uncaught raise is the process's result."""

    async def main(process: Process) -> None:
        raise leaves

    world = make(main=main)
    pid = world.spawn("app:main", HOST)
    world.run()

    outcome = world.outcome(pid)
    assert outcome is not None
    assert outcome.error is not None
    assert type(leaves).__name__ in outcome.error.message
