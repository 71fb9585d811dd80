"""What an item calls ``run`` for is asked what the item is asked, and is told with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest import SkipTest

import pytest

from simcore import Failure, Process, World, run
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties, ProjectProperty
from simcore.model.errors import UsageError
from simcore.model.options import Options
from simcore.model.outcome import CAUGHT, Outcome
from simcore.model.programs import Program, Step
from simcore.model.run import Run
from simcore.runner.stage import Stage, play
from simcore.schedulers.uniform import Uniform


def has_no_name(world: World) -> None:
    assert not list(world.names), "a name"


NO_NAMES: Final = ProjectProperties(
    always=(ProjectProperty(id="a.py::no_names", function=has_no_name, statement="nobody has a name"),)
)


def outcome_of(
    body: Callable[[World], Any], *, options: Options | None = None, seed: int = 0, strategy: str = "fifo"
) -> Outcome:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=lambda world: (body(world), None)[1])
    run = Run(item=item.reference, options=options or Options(), seed=seed, strategy=strategy)
    return play(item, Stage(run, NO_NAMES))


def caught(outcome: Outcome) -> list[str]:
    return [each.text for each in outcome.remarks if each.kind == CAUGHT]


async def named(process: Process) -> None:
    await process.registry.register("n")
    await process.sleep("1s")


async def dies(process: Process) -> None:
    raise RuntimeError("burst")


def playing(behaviour: Any) -> Callable[[World], None]:
    def scenario(world: World) -> None:
        world.define("app:it", behaviour)
        world.spawn("app:it", "app:host")
        world.run()

    return scenario


# -- what is asked


@pytest.mark.parametrize(
    "body",
    [
        playing(named),
        lambda world: run(playing(named)),
        lambda world: run(playing(named), seed=3),
        lambda world: run(Program(processes=1, steps=(Step(0, "register"),))),
        lambda world: run(lambda other: (run(playing(named)), None)[1]),
    ],
)
def test_a_scenario_is_asked_the_same_whichever_world_it_plays(body: Callable[[World], Any]) -> None:
    outcome = outcome_of(body)

    assert (outcome.verdict, outcome.property) == ("failed", "no_names")


def test_it_is_asked_wherever_the_body_has_gone_meanwhile(tmp_path: Path) -> None:
    def goes_away(world: World) -> None:
        with contextlib.chdir(tmp_path):
            run(playing(named))

    assert outcome_of(goes_away).property == "no_names"


def test_after_the_body_nothing_of_the_item_is_asked_of_a_run() -> None:
    outcome_of(playing(dies))

    assert run(playing(named)).outcome.verdict == "passed"


def test_ends_that_nobody_saw_in_another_world_are_told_of_the_scenario() -> None:
    bodies = (lambda world: run(playing(dies)), playing(dies), lambda world: run(playing(dies), seed=7))
    said = [[each.text for each in outcome_of(body).remarks] for body in bodies]

    assert said[0] == said[1] == said[2]
    assert said[0][0].startswith("1 process failed and nobody looked: world/app:it.0: RuntimeError: burst")


def test_ends_that_the_body_looks_at_afterwards_are_its_own() -> None:
    def looks(world: World) -> None:
        other = run(playing(dies)).world
        assert other.outcome(next(iter(other.runtime.records))) is not None

    assert outcome_of(looks).remarks == ()


def test_the_options_of_the_scenario_hold_in_every_world_that_it_runs() -> None:
    outcome = outcome_of(lambda world: run(playing(dies)), options=Options(unobserved="fail"))

    assert (outcome.verdict, outcome.property) == ("failed", "unobserved")


def test_a_world_that_goes_on_after_its_run_is_judged_at_the_end() -> None:
    def goes_on(world: World) -> None:
        other = run(lambda each: None).world
        playing(dies)(other)

    def hides(world: World) -> None:
        other = run(lambda each: None).world
        with contextlib.suppress(Failure):
            playing(named)(other)

    assert outcome_of(goes_on).remarks[0].kind == "unobserved"
    assert outcome_of(goes_on, options=Options(unobserved="fail")).property == "unobserved"
    assert outcome_of(hides).property == "no_names"


def test_a_deadlock_in_another_world_is_that_of_the_scenario() -> None:
    async def calls(process: Process) -> None:
        await process.call("app:waits", "app:host")

    async def waits(process: Process) -> None:
        await process.inbox.receive()

    def scenario(world: World) -> None:
        world.define("app:waits", waits)
        playing(calls)(world)

    assert outcome_of(lambda world: run(scenario)).property == "deadlock"


# -- what the body catches


def raises(error: BaseException) -> Callable[[World], None]:
    def scenario(world: World) -> None:
        raise error

    return scenario


def trying(*targets: Callable[[World], None], **arguments: Any) -> Callable[[World], None]:
    def body(world: World) -> None:
        playing(dies)(world)
        for each in targets:
            with contextlib.suppress(BaseException):
                run(each, **arguments)

    return body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (trying(playing(named)), "1 failure of run(...) was caught by the test itself: no_names: nobody has a name"),
        (
            trying(playing(named), raises(AssertionError("two"))),
            "2 failures of run(...) were caught by the test itself, the first: no_names: nobody has a name",
        ),
        (trying(raises(ValueError("odd"))), "1 failure of run(...) was caught by the test itself: ValueError: odd"),
        (trying(raises(SystemExit(3))), "1 failure of run(...) was caught by the test itself: SystemExit: 3"),
        (
            trying(playing(dies), options=Options(unobserved="fail")),
            "1 failure of run(...) was caught by the test itself: unobserved: 1 process failed",
        ),
        (
            trying(playing(named), options=Options(actions_max=1)),
            "1 failure of run(...) was caught by the test itself: actions_max: ",
        ),
    ],
)
def test_what_the_body_catches_of_a_run_is_never_silent(body: Callable[[World], None], said: str) -> None:
    outcome = outcome_of(body)

    assert outcome.verdict == "passed"
    assert [text[: len(said)] for text in caught(outcome)] == [said]


def test_a_failure_that_passes_through_two_runs_is_told_once() -> None:
    outcome = outcome_of(trying(lambda world: (run(playing(named)), None)[1]))

    assert [text[:9] for text in caught(outcome)] == ["1 failure"]


def test_what_leaves_the_body_is_judged_and_not_told_besides() -> None:
    def second_leaves(world: World) -> None:
        trying(raises(ValueError("first")))(world)
        run(playing(named))

    outcome = outcome_of(second_leaves)

    assert outcome.property == "no_names"
    assert [text.partition(": ")[2] for text in caught(outcome)] == [
        "ValueError: first (tests/runner/test_owner.py:" + text.rpartition(":")[2] for text in caught(outcome)
    ]


def test_a_test_that_is_skipped_inside_of_a_run_is_no_failure() -> None:
    assert caught(outcome_of(trying(raises(SkipTest("no"))))) == []


# -- which schedule


async def sleeps(process: Process, number: int) -> None:
    await process.sleep("1s")
    ORDER.append(number)


ORDER: Final[list[int]] = []


def racing(world: World) -> None:
    world.define("app:sleeps", sleeps)
    for number in range(3):
        world.spawn("app:sleeps", "app:host", number)
    world.run()


def orders(body: Callable[[World], Any], **arguments: Any) -> list[int]:
    ORDER.clear()
    outcome_of(body, **arguments)
    return list(ORDER)


def three_runs(world: World) -> None:
    for _ in range(3):
        run(racing)


def test_each_schedule_of_a_scenario_plays_its_own_schedules() -> None:
    played = [orders(three_runs, seed=seed, strategy="uniform") for seed in range(40)]

    assert len({tuple(each) for each in played}) > 20
    assert any(len({tuple(each[at : at + 3]) for at in (0, 3, 6)}) == 3 for each in played)
    assert [orders(three_runs, seed=seed, strategy="uniform") for seed in range(40)] == played


def test_oldest_first_is_oldest_first_in_every_world() -> None:
    assert orders(three_runs, seed=5, strategy="fifo") == [0, 1, 2] * 3


def test_the_strategy_is_that_of_the_schedule() -> None:
    names: list[str] = []
    outcome_of(lambda world: names.append(run(racing).world.kernel.scheduler.name), strategy="pct:3")
    outcome_of(lambda world: names.append(run(racing, strategy=Uniform()).world.kernel.scheduler.name))

    assert names == ["pct", "uniform"]


def test_a_seed_that_is_given_is_what_is_played() -> None:
    played = [orders(lambda world: run(racing, seed=9), seed=seed, strategy="uniform") for seed in range(10)]

    assert len({tuple(each) for each in played}) == 1


def test_the_outcome_speaks_of_all_worlds_that_were_run() -> None:
    def twice(world: World) -> None:
        racing(world)
        run(racing)

    alone, both = outcome_of(racing), outcome_of(twice)
    digests = {outcome_of(three_runs, seed=seed, strategy="uniform").digest for seed in range(10)}

    assert both.actions == 2 * alone.actions
    assert both.digest != alone.digest
    assert len(digests) > 5


def test_a_run_that_is_refused_ran_nothing() -> None:
    def refused(world: World) -> None:
        with pytest.raises(UsageError):
            run("pool")  # type: ignore[arg-type]  # that is the point

    assert caught(outcome_of(refused)) == []


def test_a_bound_that_is_reached_in_another_world_is_that_of_the_scenario() -> None:
    def bounded(world: World) -> None:
        run(racing, options=Options(actions_max=3))

    outcome = outcome_of(bounded)

    assert (outcome.verdict, outcome.property) == ("inconclusive", "actions_max")
