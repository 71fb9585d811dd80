"""What the body of an item was told of its world and has caught: never lost without a word."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final

import pytest

from simcore import Deadlock, Options, Process, World, run
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.model.errors import BoundReached, ProcessError
from simcore.model.outcome import CAUGHT, DEADLOCK_CAUGHT, Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.stage import Stage, play
from simcore.world import runs

HOST: Final = "app:host"
NO_RESULT: Final = "has no result, and nothing can happen any more"
Body = Callable[[World], Any]


def outcome_of(body: Body, *, options: Options | None = None, always: Body | None = None) -> Outcome:
    claims = (ProjectProperty(id="a.py::claim", function=always, statement="it holds"),) if always else ()
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=lambda world: (body(world), None)[1])
    given = Run(item=item.reference, options=options or Options(), seed=0, strategy="fifo")
    return play(item, Stage(given, ProjectProperties(always=claims)))


def caught(outcome: Outcome) -> list[str]:
    assert outcome.verdict is Verdict.PASSED, outcome
    return [each.text for each in outcome.remarks if each.kind in (CAUGHT, DEADLOCK_CAUGHT)]


async def serves(process: Process) -> None:
    async for _ in process.inbox:
        pass


async def calls(process: Process) -> None:
    await process.call("app:serves", HOST)


async def ticks(process: Process) -> None:
    while True:
        await process.sleep("1s")


async def spins(process: Process) -> None:
    while True:
        await process.send(str(process.pid), "again")


async def fails(process: Process) -> None:
    raise ValueError("its own")


def started(world: World, *names: str) -> list[str]:
    for behaviour in (serves, calls, ticks, spins, fails):
        world.define(f"app:{behaviour.__name__}", behaviour)
    return [world.spawn(f"app:{name}", HOST) for name in names]


def serving(world: World) -> None:
    started(world, "serves")
    world.run()


def ticking(world: World) -> None:
    started(world, "ticks")
    world.run()


def by_except(world: World, pid: str) -> None:
    with contextlib.suppress(Deadlock):
        world.result(pid)


def by_raises(world: World, pid: str) -> None:
    with pytest.raises(Deadlock):
        world.result(pid)


def by_suppress(world: World, pid: str) -> None:
    with contextlib.suppress(Exception):
        world.result(pid)


def by_another_name(world: World, pid: str) -> None:
    with contextlib.suppress(LookupError):
        world.result(pid)


@pytest.mark.parametrize("catching", [by_except, by_raises, by_suppress, by_another_name])
def test_a_deadlock_that_the_body_was_told_and_caught_is_remarked(catching: Callable[[World, str], None]) -> None:
    def body(world: World) -> None:
        (pid,) = started(world, "calls")
        world.run()
        catching(world, pid)

    assert caught(outcome_of(body)) == [f"1 deadlock was caught by the test itself: world/app:calls.0 {NO_RESULT}"]


def test_it_is_one_however_often_the_body_asks_and_several_are_counted() -> None:
    def body(world: World) -> None:
        pids = started(world, "calls", "serves")
        world.run()
        for pid in pids * 2:
            by_except(world, pid)

    (said,) = caught(outcome_of(body))

    assert said == f"2 deadlocks were caught by the test itself, the first: world/app:calls.0 {NO_RESULT}"


def test_an_event_that_cannot_come_is_remarked_too() -> None:
    def body(world: World) -> None:
        started(world, "serves")
        with contextlib.suppress(Deadlock):
            world.run(until=world.environment.event())

    (said,) = caught(outcome_of(body))

    assert said.startswith("1 deadlock was caught by the test itself: the event of run(until=event) cannot come")


def test_of_a_world_that_the_body_plays_it_is_told_as_well() -> None:
    def inner(world: World) -> None:
        (pid,) = started(world, "calls")
        world.run()
        by_except(world, pid)

    def afterwards(world: World) -> None:
        other = run(serving).world
        by_except(other, next(iter(other.runtime.records)))

    assert len(caught(outcome_of(lambda world: run(inner)))) == 1
    assert len(caught(outcome_of(afterwards))) == 1


def test_what_the_body_ends_by_was_not_caught() -> None:
    def body(world: World) -> None:
        (pid,) = started(world, "calls")
        world.run()
        by_except(world, pid)
        world.result(pid)

    outcome = outcome_of(body)

    assert (outcome.verdict, outcome.property, outcome.remarks) == (Verdict.FAILED, "deadlock", ())


def test_an_error_of_a_process_that_the_body_reads_is_no_remark() -> None:
    def body(world: World) -> None:
        (pid,) = started(world, "fails")
        world.run()
        with pytest.raises(ProcessError, match="its own"):
            world.result(pid)

    assert caught(outcome_of(body)) == []


def test_one_that_lives_and_may_still_go_on_has_no_result_yet_and_is_no_remark() -> None:
    def body(world: World) -> None:
        (pid,) = started(world, "ticks")
        world.run(until="5s")
        with pytest.raises(LookupError):
            world.result(pid)

    assert caught(outcome_of(body)) == []


# -- what counts whoever catches it


def swallows(*names: str) -> Body:
    def body(world: World) -> None:
        started(world, *names)
        with contextlib.suppress(BaseException):
            world.run()

    return body


@pytest.mark.parametrize("around", [lambda body: body, lambda body: lambda world: run(body)], ids=["itself", "run"])
def test_no_catching_makes_a_green_of_a_run_that_was_cut_short(around: Callable[[Body], Body]) -> None:
    few = Options(actions_max=50)

    outcome = outcome_of(around(swallows("ticks")), options=few)

    assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "actions_max")
    assert "process ticks#1 repeats: sleep 1s" in outcome.message


def test_a_bound_that_the_body_itself_reaches_counts_as_well() -> None:
    def spawns(world: World) -> None:
        with pytest.raises(BoundReached):
            started(world, "serves", "serves", "serves")

    def sends(world: World) -> None:
        (pid,) = started(world, "ticks")
        for _ in range(5):
            world.send(pid, "more")
        with pytest.raises(BoundReached):
            world.send(pid, "more")
        world.run(until="1s")

    assert outcome_of(spawns, options=Options(processes_max=2)).property == "processes_max"
    assert outcome_of(sends, options=Options(mailbox_messages_max=5)).property == "mailbox_messages_max"


def test_in_a_world_that_goes_on_after_its_run_a_bound_counts_too() -> None:
    def body(world: World) -> None:
        other = run(serving).world
        other.spawn("app:ticks", HOST)
        with contextlib.suppress(BoundReached):
            other.run()

    outcome = outcome_of(body, options=Options(actions_max=50))

    assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "actions_max")


def test_no_catching_makes_a_green_of_a_livelock_a_breach_or_a_wrong_use() -> None:
    def never(world: World) -> None:
        assert not list(world.runtime.routes), "somebody lives"

    def reenters(world: World) -> None:
        async def enters(process: Process) -> None:
            world.run()

        world.define("app:enters", enters)
        world.spawn("app:enters", HOST)
        with contextlib.suppress(BaseException):
            world.run()

    assert outcome_of(swallows("spins"), options=Options(instant_actions_max=100)).property == "livelock"
    assert outcome_of(swallows("serves"), always=never).property == "claim"
    assert outcome_of(lambda world: run(swallows("serves")), always=never).property == "claim"
    assert outcome_of(reenters).verdict is Verdict.ERROR


# -- a body that runs worlds without end


def quick(world: World) -> None:
    world.define("app:serves", serves)
    world.spawn("app:serves", HOST)
    world.run()


def by_run() -> None:
    run(quick)


def by_hand() -> None:
    quick(World())


@pytest.mark.parametrize("play_one", [by_run, by_hand])
def test_a_body_that_runs_worlds_without_end_reaches_a_bound(
    play_one: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "OF_A_WORLD", 1_000_000)

    def body(world: World) -> None:
        while True:
            play_one()

    outcome = outcome_of(body)

    assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "actions_max")
    assert "the item has run 10 worlds, with 10 actions together" in outcome.message


def test_a_body_that_swallows_that_is_inconclusive_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "OF_A_WORLD", 1_000_000)

    def body(world: World) -> None:
        for _ in range(30):
            with contextlib.suppress(BaseException):
                by_run()

    assert outcome_of(body).property == "actions_max"


def test_the_worlds_of_a_body_are_bounded_by_their_actions_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LEAST", 1)
    monkeypatch.setattr(runs, "OF_A_WORLD", 0)

    def body(world: World) -> None:
        for _ in range(30):
            with contextlib.suppress(BoundReached):
                run(ticking)

    outcome = outcome_of(body, options=Options(actions_max=50))

    assert "the item has run 10 worlds, with 500 actions together" in outcome.message


def test_the_own_world_of_a_body_may_be_run_as_often_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "OF_A_WORLD", 1_000_000)

    def body(world: World) -> None:
        (pid,) = started(world, "serves")
        for at in range(1, 50):
            world.send(pid, "more")
            world.run(until=at)

    assert outcome_of(body).verdict is Verdict.PASSED
