"""Whose an ending is: who failed by an error of its own, and whether anybody was there to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Options, Process, ProcessError, World, run
from tests.behaviours import bursting, failing, gone, sleeper
from tests.worlds import HOST

Main = Callable[..., Any]
SEEDS = range(20)
BURST = "RuntimeError: burst"


def remarked(scenario: Callable[[World], Any], seed: int = 0) -> list[str]:
    """Return what is remarked of a run of *scenario*."""
    remarks = run(scenario, seed=seed).outcome.remarks
    assert {each.kind for each in remarks} <= {"unobserved"}
    return [each.text for each in remarks]


def body(main: Main, **behaviours: Main) -> Callable[[World], None]:
    """Return a scenario that starts *main* and lets the world run, its processes forgotten."""

    def scenario(world: World) -> None:
        known = {"main": main, "bursting": bursting, "failing": failing, "sleeper": sleeper, "gone": gone, **behaviours}
        for name, behaviour in known.items():
            world.define(f"app:{name}", behaviour)
        world.spawn("app:main", HOST)
        world.run()

    return scenario


# -- nobody looks


async def spawns(process: Process) -> None:
    await process.spawn("app:bursting", HOST)


async def stops_looking(process: Process) -> None:
    pid = await process.spawn_monitored("app:failing", HOST)
    await process.unmonitor(pid)
    await process.link(pid)
    await process.unlink(pid)
    await process.send(pid, "go")


async def looks_at_itself(process: Process) -> None:
    await process.monitor(process.pid)
    await process.link(process.pid)
    raise RuntimeError("burst")


async def spawns_by_a_builder(process: Process) -> None:
    await process.with_context({"a": 1}).with_name("b").spawn("app:bursting", HOST)


async def returns_what_cannot_be_copied(process: Process) -> Any:
    return lambda: None


async def forgets_to_await(process: Process) -> None:
    process.send(process.pid, "t")


async def goes_on_as_what_is_not_there(process: Process) -> None:
    await process.upgrade("app:nothing")  # pyright: ignore[reportGeneralTypeIssues]


async def breaks_in_a_coroutine(process: Process) -> None:
    async def other(process: Process) -> None:
        raise RuntimeError("burst")

    process.go(other)
    await process.inbox.receive()


async def ignores_a_cancel_that_it_never_reads(process: Process) -> None:
    await process.cancel(process.pid)
    raise RuntimeError("burst")


NOBODY = [
    spawns,
    bursting,
    stops_looking,
    looks_at_itself,
    spawns_by_a_builder,
    returns_what_cannot_be_copied,
    forgets_to_await,
    goes_on_as_what_is_not_there,
    breaks_in_a_coroutine,
    ignores_a_cancel_that_it_never_reads,
]


@pytest.mark.parametrize("main", NOBODY)
def test_a_failure_that_nobody_is_told_of_is_remarked_in_every_schedule(main: Main) -> None:
    for seed in SEEDS:
        (told,) = remarked(body(main), seed)
        assert told.startswith("1 process failed and nobody looked: world/app:main.0"), seed


def test_a_remark_names_the_process_the_error_and_its_place() -> None:
    async def breaks(process: Process) -> None:
        raise ValueError("no such order")

    (told,) = remarked(body(breaks))

    line = breaks.__code__.co_firstlineno + 1
    expected = "1 process failed and nobody looked: world/app:main.0: ValueError: no such order"
    assert told == f"{expected} (tests/check/test_endings.py:{line})"


def test_several_are_counted_and_the_first_of_them_named() -> None:
    async def spawns_many(process: Process) -> None:
        for _ in range(5):
            await process.spawn("app:bursting", HOST)

    (told,) = remarked(body(spawns_many))

    assert told.startswith("5 processes failed and nobody looked: world/app:main.0/app:bursting.0: RuntimeError: burst")
    assert "; world/app:main.0/app:bursting.2: " in told
    assert told.endswith("; and 2 more")


# -- somebody looks


async def monitors(process: Process) -> None:
    await process.spawn_monitored("app:bursting", HOST)
    await process.events.receive()


async def monitors_and_never_reads(process: Process) -> None:
    await process.spawn_monitored("app:bursting", HOST)
    await process.inbox.receive()


async def monitors_later(process: Process) -> None:
    pid = await process.spawn("app:failing", HOST)
    await process.monitor(pid)
    await process.send(pid, "go")
    await process.inbox.receive()


async def links(process: Process) -> None:
    await process.set_options(trap_links=True)
    await process.spawn_linked("app:bursting", HOST)
    await process.events.receive()


async def dies_with_it(process: Process) -> None:
    await process.spawn_linked("app:bursting", HOST)
    await process.inbox.receive()


async def calls(process: Process) -> None:
    with pytest.raises(ProcessError):
        await process.call("app:bursting", HOST)


async def executes(process: Process) -> None:
    with pytest.raises(ProcessError):
        await process.exec("app:bursting", HOST)


SOMEBODY = [monitors, monitors_and_never_reads, monitors_later, links, dies_with_it, calls, executes]


@pytest.mark.parametrize("main", SOMEBODY)
def test_a_failure_that_somebody_is_told_of_is_theirs(main: Main) -> None:
    assert [remarked(body(main), seed) for seed in SEEDS] == [[]] * len(SEEDS)


def test_a_service_looks_at_its_process() -> None:
    def scenario(world: World) -> None:
        world.define("app:bursting", bursting)
        world.service("app:s", process="app:bursting", host=HOST, auto_start=True, restart={"max_attempts": 3})
        world.run()

    assert remarked(scenario) == []


def asks_for_the_result(world: World, pid: str) -> None:
    with pytest.raises(ProcessError):
        world.result(pid)


@pytest.mark.parametrize("asks", [World.outcome, asks_for_the_result])
def test_what_the_scenario_asks_for_is_its_own(asks: Callable[[World, str], Any]) -> None:
    def scenario(world: World) -> None:
        world.define("app:bursting", bursting)
        pid = world.spawn("app:bursting", HOST)
        world.run()
        asks(world, pid)

    assert remarked(scenario) == []


def test_who_asks_while_it_lives_has_not_been_told() -> None:
    def scenario(world: World) -> None:
        world.define("app:bursting", bursting)
        assert world.outcome(world.spawn("app:bursting", HOST)) is None
        world.run()

    assert len(remarked(scenario)) == 1


# -- what others made end


async def terminates(process: Process) -> None:
    await process.terminate(await process.spawn("app:sleeper", HOST))


async def obeys_with_an_error(process: Process) -> None:
    await process.events.receive()
    raise RuntimeError("asked to end")


async def cancels(process: Process) -> None:
    await process.cancel(await process.spawn("app:obeys", HOST))


@pytest.mark.parametrize("main", [terminates, cancels])
def test_who_was_made_to_end_is_no_failure(main: Main) -> None:
    scenario = body(main, obeys=obeys_with_an_error)

    assert [remarked(scenario, seed) for seed in SEEDS] == [[]] * len(SEEDS)


def test_who_was_linked_to_a_failure_and_died_of_it_is_none() -> None:
    async def chain(process: Process, length: int) -> None:
        if length == 0:
            raise RuntimeError("burst")
        await process.spawn_linked("app:chain", HOST, length - 1)
        await process.inbox.receive()

    async def starts_chain(process: Process) -> None:
        await process.spawn("app:chain", HOST, 4)

    scenario = body(starts_chain, chain=chain)

    assert [remarked(scenario, seed) for seed in SEEDS] == [[]] * len(SEEDS)


def test_who_is_forced_to_end_by_its_host_is_none() -> None:
    def scenario(world: World) -> None:
        world.define("app:sleeper", sleeper)
        world.spawn("app:sleeper", HOST)
        world.run()
        world.stop_host(HOST, grace="1s")
        world.run()

    assert remarked(scenario) == []


def test_who_fails_while_its_host_stops_is_none() -> None:
    async def late(process: Process) -> None:
        await process.sleep("2s")
        raise RuntimeError("burst")

    def scenario(world: World) -> None:
        world.define("app:late", late)
        world.spawn("app:late", HOST)
        world.run(until="1s")
        world.stop_host(HOST, grace="5s")
        world.run()

    assert remarked(scenario) == []


def test_a_deadline_that_is_enforced_is_none() -> None:
    async def hurries(process: Process) -> None:
        await process.cancel(await process.spawn("app:sleeper", HOST), "1s")

    outcome = run(body(hurries), options=Options(cancel_deadline="enforce"))

    assert outcome.outcome.remarks == ()


# -- whoever was to be told is not there any more


def test_the_failure_of_a_call_whose_caller_has_ended_is_nobodys() -> None:
    """The callee runs to its own end, and its result is dropped (process 8.6)."""

    async def late(process: Process) -> None:
        await process.sleep("2s")
        raise RuntimeError("burst")

    async def caller(process: Process) -> None:
        await process.call("app:late", HOST)

    async def impatient(process: Process) -> None:
        pid = await process.spawn("app:caller", HOST)
        await process.sleep("1s")
        await process.terminate(pid)

    (told,) = remarked(body(impatient, caller=caller, late=late))

    assert "world/app:main.0/app:caller.0/app:late.0: RuntimeError: burst" in told


def test_a_watcher_that_has_ended_before_is_nobody() -> None:
    async def looks_and_leaves(process: Process) -> None:
        pid = await process.spawn_monitored("app:failing", HOST)
        await process.send(pid, "go")

    async def waits_first(process: Process) -> None:
        await process.inbox.receive()
        await process.sleep("1s")
        raise RuntimeError("burst")

    assert len(remarked(body(looks_and_leaves, failing=waits_first))) == 1


# -- what follows from it


def test_where_the_options_say_so_it_is_a_failure() -> None:
    with pytest.raises(AssertionError, match=r"^unobserved: 1 process failed and nobody looked: world/app:main"):
        run(body(spawns), options=Options(unobserved="fail"))


def test_it_changes_nothing_of_what_happens() -> None:
    told, failed = body(spawns), body(spawns)

    assert run(told).digest == run(failed, options=Options(unobserved="tell")).digest
