"""What nobody awaits outside of every process: an item that does so has not passed."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import BoundReached, Process, UsageError, World, run
from simcore.catalog.item import Item
from simcore.model.options import Options
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.stage import Stage, play
from simcore.strategies.attempt import Attempt
from tests.worlds import HOST

HERE = "test_forgotten.py"
OPERATION = "and cannot be outside of its process; let a process do it, or use what the World offers"
COROUTINE = "and cannot be outside of a process; make it a plain `def`, or let a process await it"


async def check(world: World) -> None:
    """Hold nothing, since nobody awaits it."""
    raise AssertionError(world)


CHECK = f"{HERE}:{check.__code__.co_firstlineno}"


def outcome_of(body: Callable[[World], None], options: Options | None = None) -> Outcome:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    return play(item, Stage(Run(item=item.reference, seed=0, options=options or Options())))


def line(function: Any, further: int = 1) -> str:
    """Return the place of a line of *function*, counted from its first."""
    return f"{HERE}:{function.__code__.co_firstlineno + further}"


def handle(world: World, *, ends: bool) -> Process:
    """Return the handle of a process of *world*, which has run."""
    kept: list[Process] = []

    async def main(process: Process) -> None:
        kept.append(process)
        if not ends:
            await process.inbox.receive()

    world.define("app:main", main)
    world.spawn("app:main", HOST)
    world.run()
    return kept[0]


# -- operations


@pytest.mark.parametrize("ends", [True, False])
def test_an_operation_that_the_scenario_makes_is_told_with_its_line(*, ends: bool) -> None:
    def body(world: World) -> None:
        process = handle(world, ends=ends)
        process.send(process.pid, "lost")

    outcome = outcome_of(body)

    assert (outcome.verdict, outcome.property) == (Verdict.ERROR, "usage")
    assert outcome.message == f"{line(body, 2)}: the operation Send was never awaited, {OPERATION}"


def test_an_operation_that_somebody_holds_is_told_too() -> None:
    held: list[Any] = []

    def body(world: World) -> None:
        held.append(handle(world, ends=True).sleep("1s"))

    assert outcome_of(body).message.startswith(f"{line(body)}: the operation Sleep was never awaited")


def test_an_operation_of_one_process_that_another_forgets_is_told() -> None:
    def body(world: World) -> None:
        process = handle(world, ends=False)

        async def other(own: Process) -> None:
            process.registry.register("lost")

        world.define("app:other", other)
        world.spawn("app:other", HOST)
        world.run()

    assert "the operation Register was never awaited" in outcome_of(body).message


def test_of_many_the_first_three_are_told() -> None:
    def body(world: World) -> None:
        process = handle(world, ends=False)
        for topic in "abcde":
            process.send(process.pid, topic)

    lines = outcome_of(body).message.split("\n")

    assert (len(lines), lines[-1]) == (4, "and 2 more")


def test_what_failed_has_failed_and_the_rest_is_remarked() -> None:
    def body(world: World) -> None:
        process = handle(world, ends=True)
        process.send(process.pid, "lost")
        raise AssertionError("it was not sent")

    outcome = outcome_of(body)

    assert outcome.verdict is Verdict.FAILED
    assert [each.text.partition(",")[0] for each in outcome.remarks if each.kind == "forgotten"] == [
        f"{line(body, 2)}: the operation Send was never awaited"
    ]


def test_what_a_process_was_going_to_await_in_a_step_that_was_cut_short_is_not_forgotten() -> None:
    def body(world: World) -> None:
        async def main(process: Process) -> None:
            calls = [process.send(process.pid, topic) for topic in "ab"]
            await process.spawn("app:main", HOST)
            for call in calls:
                await call

            world.define("app:main", main)
            world.spawn("app:main", HOST)
            with pytest.raises(BoundReached, match="processes_max"):
                world.run()

    assert outcome_of(body, Options(processes_max=1)).verdict is Verdict.PASSED


def test_what_a_process_that_failed_had_made_is_not_told_as_the_scenarios() -> None:
    def body(world: World) -> None:
        async def main(process: Process) -> None:
            process.send(process.pid, "lost")
            raise RuntimeError("burst")

        world.define("app:main", main)
        world.spawn("app:main", HOST)
        world.run()

    outcome = outcome_of(body)

    assert outcome.verdict is Verdict.PASSED
    assert {each.kind for each in outcome.remarks} == {"unobserved"}


# -- coroutines


def calls_a_check(world: World) -> None:
    handle(world, ends=True)
    check(world)  # type: ignore[unused-coroutine]


def test_a_coroutine_that_a_scenario_makes_and_nobody_awaits_is_told_with_both_lines() -> None:
    outcome = outcome_of(calls_a_check)

    assert outcome.verdict is Verdict.ERROR
    assert outcome.message == (
        f"{line(calls_a_check, 2)}: the coroutine check of {CHECK} was never awaited, {COROUTINE}"
    )


def test_one_that_the_scenario_holds_to_its_end_is_told_with_the_line_of_its_async_def() -> None:
    def body(world: World) -> None:
        handle(world, ends=True)
        held = check(world)
        assert held is not None

    assert outcome_of(body).message == f"{CHECK}: the coroutine check was never awaited, {COROUTINE}"


def test_one_that_a_simpy_process_makes_is_told() -> None:
    def body(world: World) -> None:
        def making(environment: Any) -> Generator[Any, None, None]:
            yield environment.timeout(1)
            check(world)  # type: ignore[unused-coroutine]

        world.environment.process(making(world.environment))
        world.run()

    assert "the coroutine check of" in outcome_of(body).message


def test_run_refuses_both() -> None:
    def sends(world: World) -> None:
        process = handle(world, ends=True)
        process.send(process.pid, "lost")

    with pytest.raises(UsageError, match=f"^{line(sends, 2)}: the operation Send was never awaited"):
        run(sends)
    with pytest.raises(UsageError, match=f"^{line(calls_a_check, 2)}: the coroutine check of {CHECK}"):
        run(calls_a_check)


def test_a_property_that_makes_one_beside_its_runs_is_refused() -> None:
    @given(st.integers())
    def holds(number: int) -> None:
        check(World())  # type: ignore[unused-coroutine]

    inner: Any = holds.hypothesis.inner_test  # type: ignore[attr-defined]
    attempt = Attempt(__name__, {"number": 1}, final=False)

    with pytest.raises(UsageError, match=f"the coroutine check of {CHECK} was never awaited"):
        attempt.make(inner, ())
