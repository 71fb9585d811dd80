"""Smaller programs for a property that fails: those that its strategy may draw, that fail alike, and no others."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simcore import Options
from simcore.strategies import PolicyRule, Program, Step, programs
from simcore.strategies.reducing import Reducing
from tests.exploring import failing

ALL = (PolicyRule("allow", "*"),)


@given(programs(min_processes=2, min_services=1))
def with_bounds(program: Program) -> None:
    assert not any(step.verb == "register" for step in program.steps)


@given(programs(policies=st.just(ALL)))
def with_policies(program: Program) -> None:
    assert not any(step.verb == "register" for step in program.steps)


@given(programs(options=st.just(Options(strict_mode=True))).filter(lambda program: len(program.steps) != 1))
def filtered(program: Program) -> None:
    assert not any(step.verb == "register" for step in program.steps)


@settings(phases=[Phase.generate])
@given(programs())
def not_to_be_shrunk(program: Program) -> None:
    assert not any(step.verb == "register" for step in program.steps)


@given(programs())
def of_two_failures(program: Program) -> None:
    if any(step.verb == "register" for step in program.steps):
        raise AssertionError("one")
    if program.steps:
        raise AssertionError("two")


def program_that_fails(test: object) -> Program:
    found = failing(test, 300).arguments["program"]  # type: ignore[arg-type]  # a test of Hypothesis
    assert isinstance(found, Program)
    return found


def test_the_smallest_program_is_one_that_its_strategy_may_draw() -> None:
    found = program_that_fails(with_bounds)

    assert (found.processes, len(found.services)) == (2, 1)
    assert [step.verb for step in found.steps] == ["register"]


def test_what_a_strategy_of_the_users_draws_stays_as_it_is() -> None:
    assert program_that_fails(with_policies) == Program(1, (Step(0, "register"),), ALL)


def test_of_a_filtered_strategy_only_hypothesis_knows_what_it_draws() -> None:
    assert len(program_that_fails(filtered).steps) != 1


def test_nothing_is_made_smaller_where_that_is_not_wanted() -> None:
    assert len(program_that_fails(not_to_be_shrunk).steps) > 1


def test_a_program_is_made_small_by_its_own_failure_alone() -> None:
    def call(arguments: dict[str, Any]) -> BaseException | None:
        test: Any = of_two_failures
        try:
            test.hypothesis.inner_test(**arguments)
        except AssertionError as error:
            return error
        return None

    large = {"program": Program(1, (Step(0, "sleep"), Step(0, "register"), Step(0, "send")))}
    error = call(large)
    assert error is not None

    small = Reducing({"program": programs()}, call, Options()).reduced(large, error)["program"]

    assert [step.verb for step in small.steps] == ["register"]


def test_one_failure_never_becomes_another() -> None:
    found = failing(of_two_failures, 300)

    verbs = [step.verb for step in found.arguments["program"].steps]
    assert ("register" in verbs) == (str(found.error) == "one")
