"""Running ``@given`` tests for ``simcore run``: the same finds for the same seed, arguments that replay as data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simcore import Options, UsageError
from simcore.model.errors import NondeterminismDetected
from simcore.strategies import PolicyRule, Program, Step, programs
from simcore.strategies.given import Execution

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


def test_the_smallest_failing_arguments_come_back_with_their_error() -> None:
    found = Execution().explore(small, examples=200, seed=3)

    assert found is not None
    arguments, error = found
    assert arguments == {"number": 100, "numbers": []}
    assert isinstance(error, AssertionError)
    assert str(error).startswith("100 is not small")


def test_a_test_that_holds_gives_nothing() -> None:
    assert Execution().explore(holds, examples=50, seed=1) is None


def test_the_same_seed_draws_the_same_arguments() -> None:
    drawn: list[list[int]] = []

    @given(st.integers())
    def test_noting(number: int) -> None:
        drawn[-1].append(number)

    for seed in (1, 1, 2):
        drawn.append([])
        Execution().explore(test_noting, examples=30, seed=seed)

    assert drawn[0] == drawn[1] != drawn[2]


def test_the_number_of_examples_is_the_callers() -> None:
    count = 0

    @settings(max_examples=3)
    @given(st.integers())
    def test_counting(number: int) -> None:
        nonlocal count
        count += 1

    Execution().explore(test_counting, examples=40, seed=1)
    assert count == 40


def test_the_test_is_left_as_it_was() -> None:
    before, inner = dict(vars(small)), small.hypothesis.inner_test  # type: ignore[attr-defined]  # of @given

    Execution().explore(small, examples=20, seed=1)

    assert vars(small) == before
    assert small.hypothesis.inner_test is inner  # type: ignore[attr-defined]  # of @given


def test_arguments_that_fail_fail_again_from_their_data() -> None:
    execution = Execution()
    found = execution.explore(short, examples=200, seed=1)
    assert found is not None
    data = json.loads(json.dumps(execution.encode(found[0])))

    assert data["program"]["simcore"] == "Program"
    with pytest.raises(AssertionError):
        execution.replay(short, data)
    data["program"]["steps"] = []
    execution.replay(short, data)


@pytest.mark.parametrize(
    "value", [PROGRAM, PROGRAM.steps[0], Options(strict_mode=True), None, 1.5, "text", [1, [True]]]
)
def test_an_argument_survives_the_case_file(value: Any) -> None:
    got: list[Any] = []

    @given(value=st.just(value))
    def test_noting(value: Any) -> None:
        got.append(value)

    execution = Execution()
    execution.replay(test_noting, json.loads(json.dumps(execution.encode({"value": value}))))
    assert got == [value]


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", float("nan"), {1: "one"}, {"simcore": "Program"}, 1j])
def test_an_argument_that_no_case_can_hold_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="the argument strange is neither a Program nor plain data"):
        Execution().encode({"strange": value})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"program": {"simcore": "Progam"}}, "arguments.program: 'Progam' is none of Program"),
        ({"program": {"simcore": "Program", "steps": 1}}, "the case is damaged: arguments.program: .*steps"),
        ({"program": {"simcore": "Program", "speed": 1}}, "speed"),
        ({"other": 1}, "short takes program, the case holds other"),
    ],
)
def test_damaged_arguments_are_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Execution().replay(short, data)


def test_a_test_for_which_nothing_can_be_drawn_is_the_users_mistake() -> None:
    @given(st.integers())
    def test_nothing(number: int) -> None:
        assume(condition=False)

    with pytest.raises(UsageError, match="test_nothing: Hypothesis cannot run it"):
        Execution().explore(test_nothing, examples=10, seed=1)


def test_a_test_that_changes_its_mind_is_told_as_such() -> None:
    calls = 0

    @given(st.integers())
    def test_moody(number: int) -> None:
        nonlocal calls
        calls += 1
        assert calls != 5

    found = Execution().explore(test_moody, examples=20, seed=1)
    assert found is not None
    assert isinstance(found[1], NondeterminismDetected)


def test_what_is_no_given_test_is_refused() -> None:
    with pytest.raises(UsageError, match="is no @given test"):
        Execution().replay(len, {})
