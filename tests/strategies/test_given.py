"""Running ``@given`` tests for ``simcore run``: the same finds for the same seed, and examples that come again."""

from __future__ import annotations

import asyncio
import random
import unittest
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, assume, event, example, given, note, settings, target
from hypothesis import strategies as st

from simcore import BoundReached, Options, Process, Uniform, UsageError, World, run
from simcore.catalog.item import Item
from simcore.model.errors import NondeterminismDetected
from simcore.model.run import Run
from simcore.runner.judging import judge
from simcore.runner.property import play_property
from simcore.runner.sometimes import surroundings
from simcore.strategies import PolicyRule, Program, Step, programs
from simcore.strategies.given import Execution
from tests.exploring import explore, failing, run_of
from tests.worlds import HOST, SECOND

PROGRAM = Program(1, (Step(0, "spawn_linked", value=1),), (PolicyRule("deny", "process.spawn"),), 2**64 - 1)


@given(st.integers(), st.lists(st.integers()))
def small(number: int, numbers: list[int]) -> None:
    assert number < 100, f"{number} is not small"


@given(programs())
def short(program: Program) -> None:
    assert len(program.steps) < 3


@given(st.integers())
def holds(number: int) -> None:
    assert number == number


def replayed(test: Any, kept: Run | None) -> BaseException | None:
    assert kept is not None
    return Execution().replay(test, kept).error


def test_the_smallest_failing_arguments_come_back_with_their_error() -> None:
    found = failing(small, 200, seed=3)

    assert found.arguments == {"number": 100, "numbers": []}
    assert isinstance(found.error, AssertionError)
    assert str(found.error).startswith("100 is not small")
    assert found.told == ["the arguments that fail:", "  number = 100", "  numbers = []"]
    assert found.brief == "with number=100, numbers=[]"


def test_a_test_that_holds_gives_nothing() -> None:
    explored = explore(holds, 50)

    assert (explored.failing, explored.refused) == (None, "")
    assert (explored.examples, explored.schedules, explored.shrinking, explored.drew) == (50, 0, 0, True)


def test_the_same_seed_draws_the_same_arguments() -> None:
    drawn: list[list[int]] = []

    @given(st.integers())
    def test_noting(number: int) -> None:
        drawn[-1].append(number)

    for seed in (1, 1, 2):
        drawn.append([])
        explore(test_noting, 30, seed)

    assert drawn[0] == drawn[1] != drawn[2]


def test_the_test_is_left_as_it_was() -> None:
    before, inner = dict(vars(small)), small.hypothesis.inner_test  # type: ignore[attr-defined]  # of @given

    found = failing(small, 200)
    replayed(small, found.run)

    assert vars(small) == before
    assert small.hypothesis.inner_test is inner  # type: ignore[attr-defined]  # of @given


# -- how much was tried


def test_who_wants_to_hear_of_every_call_is_told_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    @settings(verbosity=Verbosity.verbose)
    @given(st.integers(3, 4))
    def test_told(number: int) -> None: ...

    explore(test_told, 2)

    assert "number=3" in capsys.readouterr().out


def test_an_example_that_is_refused_does_not_count() -> None:
    @given(st.integers())
    def test_some(number: int) -> None:
        assume(number % 2)

    explored = explore(test_some, 40)

    assert explored.examples == 40


def test_examples_count_up_to_the_first_that_fails_and_the_calls_after_it_apart() -> None:
    calls: list[int] = []

    @given(st.integers())
    def test_noting(number: int) -> None:
        calls.append(number)
        assert number < 1_000

    explored = explore(test_noting, 500)

    first = next(place for place, number in enumerate(calls, 1) if number >= 1_000)
    assert explored.examples == first
    assert explored.shrinking == len(calls) - first > 0


def test_explicit_examples_count_and_come_first() -> None:
    calls: list[int] = []

    @given(st.integers())
    @example(7)
    @example(8)
    def test_noting(number: int) -> None:
        calls.append(number)

    assert explore(test_noting, 10).examples == 12
    assert calls[:2] == [7, 8]


def test_an_explicit_example_that_fails_is_the_counterexample() -> None:
    @given(st.integers())
    @example(8)
    def test_not_eight(number: int) -> None:
        assert number != 8

    explored = explore(test_not_eight)

    assert explored.failing is not None
    assert (explored.examples, explored.shrinking) == (1, 0)
    assert explored.failing.arguments == {"number": 8}


def test_an_explicit_example_that_is_to_fail_is_no_failure() -> None:
    @given(st.integers(0, 7))
    @example(8).xfail()
    def test_not_eight(number: int) -> None:
        assert number != 8

    explored = explore(test_not_eight)

    assert (explored.failing, explored.refused) == (None, "")
    assert explored.examples > 1


def test_an_explicit_example_that_is_to_fail_and_does_not_is_told() -> None:
    @given(st.integers(0, 7))
    @example(6).xfail()
    def test_not_eight(number: int) -> None:
        assert number != 8

    failing = explore(test_not_eight).failing

    assert failing is not None
    assert judge(failing.error).verdict == "failed"
    assert str(failing.error) == "Expected an exception from @example(number=6), but no exception was raised."
    assert not hasattr(failing.error, "__notes__")


def test_an_assertion_where_a_value_is_drawn_is_no_example_that_passes() -> None:
    def refuse(number: int) -> int:
        assert number > 7
        return number

    @given(st.integers(0, 7).map(refuse))
    @example(8)
    def test_eight(number: int) -> None:
        assert number == 8

    explored = explore(test_eight)

    assert explored.failing is None
    assert "its arguments cannot be drawn: AssertionError" in explored.refused


@pytest.mark.parametrize(("asked", "examples"), [(None, 3), (40, 40)])
def test_the_number_of_examples_is_the_callers_or_else_that_of_the_test(asked: int | None, examples: int) -> None:
    @settings(max_examples=3)
    @given(st.integers())
    def test_counted(number: int) -> None: ...

    assert explore(test_counted, asked).examples == examples


def test_without_anybody_who_says_so_it_is_a_hundred_whatever_the_profile() -> None:
    @given(st.integers())
    def test_counted(number: int) -> None: ...

    own = vars(test_counted)["_hypothesis_internal_use_settings"]
    vars(test_counted)["_hypothesis_internal_use_settings"] = settings(own, max_examples=7)

    assert explore(test_counted).examples == 100


def test_the_phases_of_the_test_stay() -> None:
    @settings(phases=[Phase.generate])
    @given(st.integers())
    def test_not_shrunk(number: int) -> None:
        assert number < 1_000

    explored = explore(test_not_shrunk, 500)

    assert explored.failing is not None
    assert explored.failing.arguments["number"] > 1_000


@pytest.mark.parametrize("phases", [[], [Phase.explicit], [Phase.shrink]])
def test_a_test_that_is_told_to_try_nothing_has_tried_nothing(phases: list[Phase]) -> None:
    @settings(phases=phases)
    @given(st.integers())
    def test_nothing(number: int) -> None: ...

    explored = explore(test_nothing)

    assert (explored.failing, explored.refused, explored.examples, explored.drew) == (None, "", 0, False)


def test_a_test_that_takes_what_is_always_the_same_draws_nothing() -> None:
    @given(st.data(), st.just(3))
    def test_idle(data: st.DataObject, three: int) -> None: ...

    @given(st.booleans())
    def test_drawing(value: bool) -> None: ...

    assert not explore(test_idle).drew
    assert explore(test_drawing).drew


# -- examples that come again


def test_arguments_that_fail_fail_again_from_their_data() -> None:
    kept = failing(short, 200).run
    assert kept is not None
    assert kept.arguments is not None

    assert kept.arguments["program"]["simcore"] == "Program"
    assert isinstance(replayed(short, kept), AssertionError)
    kept.arguments["program"]["steps"] = []
    assert replayed(short, kept) is None


def test_what_the_test_changes_is_told_and_kept_as_it_was_drawn() -> None:
    @given(st.lists(st.integers()))
    def test_appending(numbers: list[int]) -> None:
        numbers.append(7)
        assert len(numbers) < 3

    found = failing(test_appending)

    assert found.told[1:] == ["  numbers = [0, 0]"]
    assert found.run is not None
    assert found.run.arguments == {"numbers": [0, 0]}


def test_what_a_test_draws_itself_is_told_and_given_again() -> None:
    @given(st.data(), st.integers(0, 3))
    def test_drawing(data: st.DataObject, limit: int) -> None:
        first = data.draw(st.lists(st.integers(), min_size=1), label="numbers")
        first.append(data.draw(st.integers(min_value=limit + 5)))
        assert sum(first) < 5

    found = failing(test_drawing)

    assert found.told[1:] == ["  data = data(...)", "  limit = 0", "  draw 1 (numbers) = [0]", "  draw 2 = 5"]
    assert found.brief == "with limit=0, draw 1 (numbers)=[0], draw 2=5"
    assert found.run is not None
    assert found.run.drawn == [[0], 5]
    again = Execution().replay(test_drawing, found.run)
    assert isinstance(again.error, AssertionError)
    assert again.told == found.told


def test_what_is_drawn_beside_a_run_of_a_world_is_a_failure_with_its_case() -> None:
    @given(st.data())
    def test_drawing(data: st.DataObject) -> None:
        first = data.draw(st.integers(0, 100))
        run(lambda world: world.run())
        assert first < 10

    found = failing(test_drawing)

    assert isinstance(found.error, AssertionError)
    assert found.run is not None
    assert found.run.drawn == [10]
    assert isinstance(replayed(test_drawing, found.run), AssertionError)


def test_draws_from_data_that_lies_in_another_argument_come_again() -> None:
    @given(st.tuples(st.data(), st.integers()))
    def test_drawing(both: tuple[st.DataObject, int]) -> None:
        assert both[0].draw(st.integers(0, 9)) < 6

    found = failing(test_drawing)

    assert found.told[-1] == "  draw 1 = 6"
    assert isinstance(replayed(test_drawing, found.run), AssertionError)


class Thing:
    """What no case can hold."""


def test_a_draw_that_no_case_can_hold_is_named() -> None:
    @given(st.data())
    def test_drawing(data: st.DataObject) -> None:
        data.draw(st.integers())
        data.draw(st.builds(Thing), label="thing")
        data.draw(st.builds(object))
        raise ValueError

    found = failing(test_drawing)

    assert found.run is None
    assert found.unkept == "draw 2 (thing) is of type Thing, which cannot be saved"
    assert found.told[-2:] == ["  draw 2 (thing) = <Thing>", "  draw 3 = <object>"]


def test_draws_of_a_test_that_hypothesis_does_not_call_again_are_not_known() -> None:
    @given(st.data())
    def test_drawing(data: st.DataObject) -> None:
        data.draw(st.integers())
        raise asyncio.CancelledError

    found = failing(test_drawing)

    assert (found.run, found.unkept) == (None, "what the test drew itself was not noted")


def test_of_many_runs_the_first_are_told() -> None:
    @given(st.just(1))
    def test_running(number: int) -> None:
        for _ in range(12):
            run(once)
        raise ValueError

    assert failing(test_running).told[-2:] == ["  run 10 plays the oldest first", "  and so on; 12 runs in all"]


def test_a_test_that_draws_more_than_it_did_is_refused() -> None:
    @given(st.data())
    def test_drawing(data: st.DataObject) -> None:
        data.draw(st.integers())

    with pytest.raises(UsageError, match="test_drawing draws more than the case holds"):
        Execution().replay(test_drawing, run_of(arguments={"data": {"simcore": "data"}}, drawn=[]))


def test_in_a_replay_a_test_may_ask_of_hypothesis_what_it_asks() -> None:
    @given(st.integers())
    def test_asking(number: int) -> None:
        note(f"I saw {number}")
        event("seen")
        target(float(number))
        assume(number > 3)
        assert random.random() > 1

    found = failing(test_asking)

    assert found.told[1:] == ["  number = 4", "  note: I saw 4"]
    assert found.run is not None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = Execution().replay(test_asking, found.run)
    assert again.told == found.told
    assert str(again.error) == str(found.error)  # Hypothesis seeds `random` for each call alike


def test_a_replay_is_one_call_and_none_of_the_users_own_examples() -> None:
    calls: list[int] = []

    @given(st.integers())
    @example(1)
    @example(2)
    def test_noting(number: int) -> None:
        calls.append(number)

    assert replayed(test_noting, run_of(arguments={"number": 5})) is None
    assert calls == [5]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"program": {"simcore": "Progam"}}, "arguments.program: 'Progam' is none of Program"),
        ({"program": {"simcore": "Program", "steps": 1}}, "the case is damaged: arguments.program: .*steps"),
        ({"program": {"simcore": "Program", "speed": 1}}, "speed"),
        ({"other": 1}, "short takes program, the case holds other"),
        ({}, "short takes program, the case holds nothing"),
    ],
)
def test_damaged_arguments_are_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Execution().replay(short, run_of(arguments=data))


def test_what_is_no_given_test_is_refused() -> None:
    with pytest.raises(UsageError, match="is no @given test"):
        Execution().replay(len, run_of(arguments={}))


# -- schedules


def once(world: World) -> None:
    world.environment.timeout(1)
    world.run()


def test_a_run_in_which_nothing_happens_is_no_schedule() -> None:
    @given(st.booleans())
    def test_running(runs: bool) -> None:
        run(lambda world: world.run() if runs else None)

    explored = explore(test_running, 10)

    assert (explored.examples, explored.schedules) == (10, 0)


def test_a_run_without_a_seed_plays_the_schedule_of_its_example() -> None:
    seeds: list[int] = []

    @given(st.just(1))
    def test_running(number: int) -> None:
        seeds.append(run(once).world.kernel.choices.seed)

    explored = explore(test_running, 60)

    assert (explored.examples, explored.schedules) == (60, 60)
    assert seeds[0] == 0
    assert len(set(seeds)) > 40


def test_each_run_of_an_example_has_a_schedule_of_its_own_and_they_come_again() -> None:
    seen: list[list[int]] = []

    @given(st.integers(0, 1))
    def test_running(number: int) -> None:
        seen.append([run(once).world.kernel.choices.seed for _ in range(3)])
        assert seen[-1][2] < 5
        assert seen[-1][1] < 7

    found = failing(test_running)

    assert found.run is not None
    assert found.run.seeds is not None
    assert found.run.seeds == seen[-1] in ([0, 0, 5], [0, 7, 0])
    assert found.told[2:] == [
        f"  run {number} plays {'the oldest first' if not seed else f'the uniform schedule of seed {seed}'}"
        for number, seed in enumerate(found.run.seeds, 1)
    ]
    assert found.brief.startswith("with number=0, and the schedules of seeds 0, ")
    replayed(test_running, found.run)
    assert seen[-1] == seen[-2]


def test_a_seed_that_is_given_stays_and_a_program_keeps_its_own() -> None:
    @given(programs(max_operations=1), st.integers())
    def test_running(program: Program, number: int) -> None:
        assert run(once, seed=0).world.kernel.choices.seed == 0
        assert run(once, seed=9, strategy=Uniform()).world.kernel.choices.seed == 9
        assert run(program).world.kernel.choices.seed == program.seed
        assert run(program, seed=4).world.kernel.choices.seed == 4

    explored = explore(test_running, 10)

    assert explored.failing is None
    assert explored.schedules == 4 * explored.examples


def test_a_strategy_that_is_given_has_the_seed_of_the_example() -> None:
    seeds: set[int] = set()

    @given(st.integers())
    def test_running(number: int) -> None:
        seeds.add(run(once, strategy=Uniform()).world.kernel.choices.seed)

    explore(test_running, 20)

    assert len(seeds) > 10


def test_an_explicit_example_plays_the_oldest_first() -> None:
    seeds: list[int] = []

    @settings(phases=[Phase.explicit])
    @given(st.integers())
    @example(3)
    def test_running(number: int) -> None:
        seeds.append(run(once).world.kernel.choices.seed)

    explored = explore(test_running)

    assert seeds == [0]
    assert (explored.examples, explored.schedules, explored.drew) == (1, 1, True)


def test_more_runs_than_hypothesis_gives_numbers_for_still_have_schedules() -> None:
    seeds: list[int] = []

    @given(st.integers())
    def test_running(number: int) -> None:
        seeds[:] = [run(once).world.kernel.choices.seed for _ in range(150)]

    explored = explore(test_running, 3)

    assert explored.examples == 3
    assert len(set(seeds[100:])) in (1, 50)  # all the oldest first, or all of their own


def test_a_run_of_a_strategy_is_no_run_of_the_test() -> None:
    @st.composite
    def running(draw: st.DrawFn) -> int:
        return run(once).world.kernel.choices.seed + draw(st.just(0))

    @given(running(), st.data())
    def test_running(seed: int, data: st.DataObject) -> None:
        data.draw(running())
        assert run(once).world.kernel.choices.seed < 3

    found = failing(test_running)

    assert found.run is not None
    assert found.run.seeds == [3]
    assert isinstance(replayed(test_running, found.run), AssertionError)


def test_a_run_outside_of_any_example_plays_the_oldest_first() -> None:
    assert run(once).world.kernel.choices.seed == 0


def test_also_where_hypothesis_alone_runs_the_test_each_example_has_a_schedule_of_its_own() -> None:
    seeds: list[int] = []

    @settings(max_examples=60, database=None)
    @given(st.just(1))
    def test_running(number: int) -> None:
        seeds.append(run(once).world.kernel.choices.seed)

    test_running()

    assert seeds[0] == 0
    assert len(set(seeds)) > 40


def test_the_schedules_are_told_where_hypothesis_alone_runs_the_test() -> None:
    @settings(max_examples=200, database=None)
    @given(st.integers())
    @example(2)
    def test_running(number: int) -> None:
        assert run(once).world.kernel.choices.seed < 4

    with pytest.raises(AssertionError) as caught:
        test_running()

    assert "run 1 plays the uniform schedule of seed 4" in caught.value.__notes__


# -- what is no failure of the test


def refusal(test: Any) -> str:
    explored = explore(test, 20)
    assert explored.failing is None
    return explored.refused


def test_a_test_for_which_no_example_is_valid_is_refused() -> None:
    @given(st.integers())
    def test_nothing(number: int) -> None:
        assume(condition=False)

    assert refusal(test_nothing).startswith("test_nothing: no example is valid: ")


def test_a_strategy_of_nothing_is_refused() -> None:
    @given(st.nothing())
    def test_nothing(number: int) -> None: ...

    assert "test_nothing: no example is valid: Cannot generate" in refusal(test_nothing)


def test_a_test_that_was_given_the_wrong_arguments_is_refused() -> None:
    @given(st.integers(), st.integers())
    def test_one(number: int) -> None: ...

    @given(other=st.integers())
    def test_other(number: int) -> None: ...

    assert "Too many positional arguments for test_one()" in refusal(test_one)
    assert "test_other() got an unexpected keyword argument 'other'" in refusal(test_other)


def test_a_strategy_where_a_value_belongs_is_refused() -> None:
    @given(st.integers())
    @example(st.integers())
    def test_strategy(number: int) -> None:
        assert number + 1

    assert "The @example() decorator expects to be passed values" in refusal(test_strategy)


def test_a_strategy_that_raises_is_told_with_its_place() -> None:
    @given(st.integers().map(lambda number: 1 // (number - number)))
    def test_drawing(number: int) -> None: ...

    assert refusal(test_drawing).startswith("test_drawing: its arguments cannot be drawn: ZeroDivisionError: ")
    assert "test_given.py:" in refusal(test_drawing)


def test_a_test_that_returns_something_is_refused_without_an_address() -> None:
    @given(st.integers())
    def test_returning(number: int) -> Any:
        return object()

    assert refusal(test_returning).startswith("test_returning returned an object of object; a property asserts")


def test_strategies_that_draw_otherwise_each_time_are_told_as_such() -> None:
    calls = 0

    @given(st.data())
    def test_moody(data: st.DataObject) -> None:
        nonlocal calls
        calls += 1
        data.draw(st.integers(0, calls))

    assert "test_moody: it draws otherwise when it is called again" in refusal(test_moody)


def test_a_test_that_changes_its_mind_is_told_as_such_and_leaves_no_case() -> None:
    calls = 0

    @given(st.integers())
    def test_moody(number: int) -> None:
        nonlocal calls
        calls += 1
        assert calls != 5, "five"

    found = failing(test_moody, 20)

    assert isinstance(found.error, NondeterminismDetected)
    assert "test_moody fails (five" in str(found.error)
    assert found.run is None
    assert found.unkept == "it does not fail again"
    assert found.told[1].startswith("  number = ")


def test_a_test_inside_of_a_test_fails_again() -> None:
    @given(st.integers())
    def test_outer(number: int) -> None:
        @given(st.integers())
        def test_inner(other: int) -> None:
            assert other < 3

        test_inner()

    found = failing(test_outer)

    assert isinstance(found.error, AssertionError)
    assert isinstance(replayed(test_outer, found.run), AssertionError)


# -- errors that are no exception


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), asyncio.CancelledError(), BaseException("own")])
def test_whatever_a_test_raises_is_its_failure(error: BaseException) -> None:
    @given(st.integers())
    def test_raising(number: int) -> None:
        if number > 3:
            raise error

    found = failing(test_raising)

    assert found.error is error
    assert found.arguments["number"] > 3
    assert replayed(test_raising, found.run) is error


def test_a_failure_of_pytest_shrinks_as_any_other() -> None:
    @given(st.integers())
    def test_failing(number: int) -> None:
        if number > 3:
            pytest.fail("too large")

    assert failing(test_failing).arguments == {"number": 4}


@pytest.mark.parametrize("skip", [pytest.skip.Exception("not here"), unittest.SkipTest("not here")])
def test_a_test_that_skips_itself_is_told_with_its_arguments(skip: BaseException) -> None:
    @given(st.integers())
    def test_skipping(number: int) -> None:
        raise skip

    assert failing(test_skipping).error is skip


def test_a_ctrl_c_is_nobodys_counterexample() -> None:
    @given(st.integers())
    def test_interrupted(number: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(test_interrupted)


def test_the_error_is_as_it_was_raised() -> None:
    @given(st.integers())
    def test_raising(number: int) -> None:
        error = ValueError("odd")
        error.add_note("mine")
        raise error

    assert failing(test_raising).error.__notes__ == ["mine"]  # type: ignore[union-attr]  # it is an error


def test_health_checks_that_were_not_suppressed_do_not_refuse_a_slow_test() -> None:
    @settings(suppress_health_check=[HealthCheck.filter_too_much], deadline=1)
    @given(st.integers())
    def test_slow(number: int) -> None:
        sum(range(200_000))

    assert explore(test_slow, 3).refused == ""


@pytest.mark.parametrize("value", [PROGRAM, PROGRAM.steps[0], Options(strict_mode=True)])
def test_a_value_of_simcore_comes_again(value: Any) -> None:
    got: list[Any] = []

    @given(value=st.just(value))
    def test_noting(value: Any) -> None:
        got.append(value)
        raise ValueError

    replayed(test_noting, failing(test_noting).run)
    assert got[-1] == value


@pytest.mark.parametrize("how", ["map", "flatmap", "filter"])
@pytest.mark.parametrize(
    ("word", "verdict"), [(pytest.skip, "skipped"), (pytest.xfail, "skipped"), (pytest.fail, "failed")]
)
def test_what_a_test_library_says_while_arguments_are_drawn_is_meant_for_the_property(
    how: str, word: Any, verdict: str
) -> None:
    @given(getattr(st.integers(), how)(lambda _: word("not here")))
    def test_draws(number: int) -> None: ...

    explored = explore(test_draws)

    assert explored.failing is not None
    outcome = judge(explored.failing.error)
    assert (outcome.verdict, "not here" in outcome.message) == (verdict, True)


def test_arguments_with_which_every_run_takes_until_its_bound_are_made_no_smaller() -> None:
    played: list[tuple[int, int]] = []

    async def ticking(process: Process) -> None:
        while True:
            await process.sleep("1s")

    def ticks(world: World) -> None:
        world.define("app:ticking", ticking)
        world.spawn("app:ticking", HOST)
        world.run()

    @given(number=st.integers(0, 10**6), other=st.integers(0, 10**6))
    def endless(number: int, other: int) -> None:
        if number > 1_000 and other > 1_000:
            played.append((number, other))
            run(ticks, options=Options(virtual_time_max_ns=60 * SECOND))

    found = failing(endless)

    assert isinstance(found.error, BoundReached)
    assert len(played) <= 8
    assert len(set(played)) <= 3
    assert found.brief.endswith("(made no smaller, since each call takes until the bound)")
    assert found.arguments == {"number": played[-1][0], "other": played[-1][1]}


def test_what_is_raised_when_a_world_of_an_example_is_over_fails_it_and_fails_again_alone() -> None:
    def waits(number: int) -> Callable[[World], None]:
        async def idles(process: Process) -> None:
            try:
                await process.inbox.receive()
            finally:
                assert number < 7

        def scenario(world: World) -> None:
            world.define("app:it", idles)
            world.spawn("app:it", "app:host")
            world.run()

        return scenario

    @given(st.integers(0, 100))
    def test_waits(number: int) -> None:
        run(waits(number))

    item = Item(kind="property", id="a.py::test_waits", source_line="a.py:1", function=test_waits)
    with surroundings(Path.cwd()).running(item):
        explored = Execution().explore(test_waits, run_of())
    assert explored.failing is not None
    assert explored.failing.run is not None
    alone = play_property(Execution(), item, explored.failing.run)

    assert explored.failing.arguments == {"number": 7}
    assert (alone.outcome.verdict, alone.outcome.property) == ("failed", "assert")
    assert "raised by world/app:it.0 on its way out when its world was over" in alone.outcome.message
    assert alone.story()


def test_what_a_del_raises_in_an_example_is_an_error_of_it() -> None:
    class Left:
        def __del__(self) -> None:
            raise ValueError("left")

    @given(st.integers(0, 100))
    def test_lets_go(number: int) -> None:
        if number > 3:
            Left()

    item = Item(kind="property", id="a.py::test_lets_go", source_line="a.py:1", function=test_lets_go)
    with surroundings(Path.cwd()).running(item):
        explored = Execution().explore(test_lets_go, run_of())

    assert explored.failing is not None
    assert explored.failing.arguments == {"number": 4}
    assert judge(explored.failing.error).property == "ValueError"


def test_a_test_that_fails_by_chance_of_its_own_is_said_to_differ_itself() -> None:
    calls: list[int] = []

    @given(programs(max_operations=3))
    def test_never(program: Program) -> None:
        calls.append(1)
        run(program)
        assert len(calls) != 5

    error = failing(test_never, 20).error

    assert isinstance(error, NondeterminismDetected)
    assert str(error).endswith("called twice more, its runs are the same, so it is the test itself that differs")


def test_where_the_runs_differ_it_is_said_where_first() -> None:
    calls: list[int] = []

    @given(st.integers())
    def test_never(number: int) -> None:
        calls.append(1)

        async def main(process: Process) -> None:
            await process.sleep(len(calls))

        def scenario(world: World) -> None:
            world.define("app:main", main)
            world.spawn("app:main", HOST)
            world.run()
            assert len(calls) != 5

        run(scenario)

    error = failing(test_never, 20).error

    assert "its runs differ first in #3, at " in str(error)
    assert " and then #3, at " in str(error)


@given(programs(max_operations=2, verbs=("send",)))
def narrow(program: Program) -> None:
    run(program)


def test_a_case_that_its_strategy_would_not_draw_any_more_says_so() -> None:
    kept = failing(short).run
    assert kept is not None

    called = Execution().replay(narrow, kept)

    assert called.unfit == "programs() as program has other bounds than then, and draws no such program any more"
    assert Execution().replay(short, kept).unfit == ""
