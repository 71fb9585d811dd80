"""Drawn programs: what they hold, how they print, and towards what they shrink."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simcore.strategies
from simcore import Options, UsageError, run
from simcore.model.options import BOUNDS
from simcore.model.programs import LUA_VERBS, OUTSIDE_VERBS, SPAWNS, VERBS, Verb
from simcore.strategies import Program, Step, operations, policies, programs, seen, worlds
from tests.exploring import explore, failing


def smallest(strategy: st.SearchStrategy[Program], bad: Callable[[Program], object], seed: int = 1) -> Program:
    """Return the program to which Hypothesis shrinks the first one that is *bad*."""

    @given(strategy)
    def test_never(program: Program) -> None:
        assert not bad(program)

    drawn = failing(test_never, 2_000, seed).arguments["program"]
    assert isinstance(drawn, Program)
    return drawn


@given(programs(max_processes=3, max_operations=12))
def test_programs_stay_within_their_bounds(program: Program) -> None:
    members = program.processes + sum(step.verb in SPAWNS for step in program.steps)

    assert 1 <= program.processes <= 3
    assert len(program.steps) <= 12
    assert 0 <= program.seed < 2**64
    actors = range(members + len(program.services))
    assert all(step.process in actors or step.verb in OUTSIDE_VERBS for step in program.steps)
    # One more: a member that is not there yet.
    assert all(0 <= step.target <= members + len(program.services) for step in program.steps)


@given(programs(options=worlds()))
def test_a_program_prints_as_python_that_makes_it(program: Program) -> None:
    assert eval(repr(program), vars(simcore.strategies) | {"Options": Options}) == program


def test_programs_are_long_often_enough() -> None:
    lengths: list[int] = []

    @given(programs())
    def test_measured(program: Program) -> None:
        lengths.append(len(program.steps))

    assert explore(test_measured, 200).failing is None
    assert sum(lengths) / len(lengths) > 8


def test_every_verb_is_drawn() -> None:
    drawn: set[Verb] = set()

    @given(programs())
    def test_noted(program: Program) -> None:
        drawn.update(step.verb for step in program.steps)

    assert explore(test_noted, 200).failing is None
    assert drawn == set(VERBS) - set(LUA_VERBS)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_failure_shrinks_to_the_steps_that_it_needs(seed: int) -> None:
    found = smallest(
        programs(max_operations=10), lambda program: "linked process failed" in seen(run(program).world), seed
    )

    assert len(found.steps) <= 2
    assert found.policies is None
    assert found.seed == 0
    assert found.processes <= 2


def test_a_denial_shrinks_to_one_step_and_an_empty_scope() -> None:
    found = smallest(programs(max_operations=10), lambda program: any(call.denied for call in run(program).calls))

    assert found == Program(1, (Step(0, found.steps[0].verb, 0, found.steps[0].name),), ())


def test_policies_shrink_to_none_or_with_a_context_to_nothing_allowed() -> None:
    assert smallest(programs(), lambda program: True).policies is None
    assert smallest(programs(policies=policies(context=True)), lambda program: True).policies == ()


def test_only_the_chosen_verbs_are_drawn() -> None:
    @given(operations(processes=2, verbs=("cancel", "sleep")))
    def test_chosen(step: Step) -> None:
        assert step.verb in ("cancel", "sleep")
        assert step.process < 2
        assert step.target < 2

    assert explore(test_chosen, 100).failing is None


@given(programs(max_operations=8), worlds())
def test_every_program_runs_in_every_world(program: Program, options: object) -> None:
    assert run(program, options=options).outcome.actions >= program.processes  # type: ignore[arg-type]  # drawn


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_processes": 0}, r"max_processes=\.\.\.\) is an int of 1 or more, not 0"),
        ({"max_processes": True}, "not True"),
        ({"max_operations": "many"}, "max_operations.*not 'many'"),
        ({"verbs": ("send", "sned")}, r"verbs=\.\.\.\): 'sned' is unknown; did you mean send"),
        ({"verbs": ()}, "verbs.* takes one at least"),
        ({"verbs": 3}, "verbs.* takes several, such as .*not 3"),
        ({"min_processes": 3, "max_processes": 2}, "min_processes=3, max_processes=2.*no number is both"),
        ({"min_operations": 31}, "min_operations=31, max_operations=30.*no number is both"),
        ({"max_operations": 2_000}, "an int from 0 to 1000, not 2000"),
        ({"max_deviations": 9}, "an int from 0 to 8, not 9"),
        ({"min_hosts": -1}, "min_hosts.* is an int of 0 or more, not -1"),
        ({"max_scopes": None, "roles": ("worker", "boss")}, r"roles=.*'boss' is unknown; there are worker, watcher"),
        ({"roles": ()}, "roles.* takes one at least"),
        ({"policies": 3}, r"policies=\.\.\.\) is a strategy of Hypothesis, such as policies\(\), not 3"),
        ({"options": Options()}, r"options=\.\.\.\) is a strategy of Hypothesis, such as worlds\(\), not Options"),
        ({"language": "perl"}, "language=.*'perl' is unknown; there are python, lua"),
        ({"verbs": ("ticker",)}, "only members in Lua have ticker; say language='lua' as well"),
        ({"verbs": "send"}, "verbs.* takes several, such as .*not 'send'"),
    ],
)
def test_a_wrong_bound_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        programs(**arguments)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("drawn", [{"policies": st.just(4)}, {"policies": st.just((1,))}, {"options": st.just({})}])
def test_what_a_strategy_draws_that_no_program_can_have_is_refused(drawn: dict[str, st.SearchStrategy[object]]) -> None:
    @given(programs(**drawn))  # type: ignore[arg-type]  # that is the point
    def test_never(program: Program) -> None: ...

    (name,) = drawn
    assert f"test_never: programs({name}=...) draws " in explore(test_never, 5).refused


def test_worlds_draw_every_option_that_changes_what_is_seen() -> None:
    changed: set[str] = set()

    @given(worlds(max_quirks=2))
    def test_noted(options: Options) -> None:
        changed.update(options.changed())

    assert explore(test_noted, 100).failing is None
    left = {"dialect", "unobserved", *BOUNDS}
    assert changed == set(Options.__struct_fields__) - left


@pytest.mark.parametrize("wrong", [-1, 99, True])
def test_an_impossible_number_of_quirks_is_refused(wrong: int) -> None:
    with pytest.raises(UsageError, match=r"max_quirks=\.\.\.\) is an int .*not"):
        worlds(max_quirks=wrong)
