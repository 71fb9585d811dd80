"""Making programs small: what fails because of one thing is nothing but that thing in the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore import Options, run
from simcore.strategies import PolicyRule, Program, ServiceRule, Step, program_of, seen
from simcore.strategies.smaller import CALLS_MAX, Smaller

LARGE = Program(
    3,
    (
        Step(0, "spawn_linked_monitored", 1, 1, 3),
        Step(1, "build_spawn", builder=("context", "name")),
        Step(5, "register", 0, 1, 2),
        Step(2, "send_by_name", 3, 1, 3),
        Step(-1, "revoke", value=2),
    ),
    (PolicyRule("allow", "*"), PolicyRule("deny", "process.send", "app:*")),
    scopes=(None, (PolicyRule("allow", "*"),)),
    hosts=(2,),
    services=(ServiceRule(3, 1), ServiceRule(depends_on=0)),
    roles=("worker", "watcher", "client"),
    deviations=((1, 2), (3, 1)),
    options=Options(strict_mode=True),
)


def smallest(fails: Callable[[Program], object], program: Program = LARGE) -> Program:
    return Smaller(lambda each: bool(fails(each)), lambda each: ((2, 3), (5, 1), (9, 4))).of(program)


def test_what_always_fails_is_one_member_that_does_nothing() -> None:
    assert smallest(lambda program: True) == Program(1)


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        (lambda program: any(step.verb == "register" for step in program.steps), Program(1, (Step(0, "register"),))),
        (
            lambda program: any(step.verb.startswith("spawn") for step in program.steps),
            Program(1, (Step(0, "spawn"),)),
        ),
        (
            lambda program: any("name" in step.builder for step in program.steps),
            Program(1, (Step(0, "build_spawn", builder=("name",)),)),
        ),
        (lambda program: program.services, Program(1, services=(ServiceRule(1),))),
        (lambda program: program.policies is not None, Program(1, policies=())),
        (
            lambda program: any(rule.effect == "deny" for rule in program.policies or ()),
            Program(1, policies=(PolicyRule("deny", "process.send"),)),
        ),
        (lambda program: dict(program.deviations).get(3), Program(1, deviations=((3, 1),))),
        (lambda program: program.processes > 1, Program(2)),
        (lambda program: program.options, Program(1, options=Options(strict_mode=True))),
    ],
)
def test_nothing_is_left_but_what_it_fails_for(fails: Callable[[Program], object], expected: Program) -> None:
    assert smallest(fails) == expected


def test_a_uniform_schedule_becomes_the_deviations_that_are_needed() -> None:
    uniform = Program(1, seed=77)

    found = smallest(lambda program: program.seed or dict(program.deviations).get(5), uniform)

    assert found == Program(1, deviations=((5, 1),))


def test_a_uniform_schedule_stays_where_only_that_fails() -> None:
    assert smallest(lambda program: program.seed, Program(2, seed=77)) == Program(1, seed=77)


def test_it_gives_up_in_time() -> None:
    calls: list[Program] = []

    def fails(program: Program) -> bool:
        calls.append(program)
        return False

    large = Program(2, tuple(Step(0, "send", 1, 1, 3) for _ in range(200)))

    assert Smaller(fails, lambda program: ()).of(large) is large
    assert len(calls) == CALLS_MAX


def test_a_real_program_shrinks_to_the_situation_that_it_is_in() -> None:
    wanted = "failed end with a watcher that is a peer"
    seed = next(seed for seed in range(200) if wanted in seen(run(program_of(seed)).world))

    found = smallest(lambda program: wanted in seen(run(program).world), program_of(seed))

    # One who fails or is made to, a monitor and a link, and whatever lets these come first.
    assert len(found.steps) <= 4
    assert found.policies is None
    assert not found.services
