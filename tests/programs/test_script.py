"""A program as a script: pasted and run it does the same, action by action."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from simcore import Log, World, run
from simcore.model.programs import LUA_VERBS, PYTHON_VERBS, Program, Step
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.runner.example import scheduler_of
from simcore.strategies import Deviating, program_of, programs, script, worlds


def log_of_program(program: Program) -> Log:
    schedule = Deviating(scheduler_of(program.seed), program.deviations)
    account = Account()
    world = World(program.seed, schedule, program.options, observers=[account])
    log = world.log
    perform(world, program, account)
    return log


def log_of_script(text: str) -> Log:
    names: dict[str, Any] = {}
    exec(compile(text, "script.py", "exec"), names)
    log = names["log"]
    assert isinstance(log, Log)
    return log


def told(log: Log) -> list[str]:
    return [f"{each.instant_ns} {each.action} {each.path} {each.receiver} {each.effects}" for each in log]


@pytest.mark.parametrize("seed", range(40))
def test_a_script_gives_the_log_of_its_program(seed: int) -> None:
    program = program_of(seed)

    assert told(log_of_script(script(program))) == told(log_of_program(program))


@settings(max_examples=20)
@given(programs(max_operations=10, options=worlds()))
def test_a_script_has_the_options_of_its_program(program: Program) -> None:
    assert told(log_of_script(script(program))) == told(log_of_program(program))


@pytest.mark.parametrize("verb", PYTHON_VERBS)
@pytest.mark.parametrize("value", [0, 1])
def test_each_verb_is_written(verb: Any, value: int) -> None:
    actor = Step(0, "register")
    step = Step(-1 if verb in PYTHON_VERBS[PYTHON_VERBS.index("outside_send") :] else 0, verb, 1, 0, value)
    if verb.startswith("build_"):
        step = msgspec.structs.replace(step, builder=("context", "actor", "scope", "name", "message"))
    program = Program(2, (actor, step, Step(1, "send")), hosts=(1,))

    assert told(log_of_script(script(program))) == told(log_of_program(program))


@pytest.mark.parametrize("verb", LUA_VERBS)
def test_what_lua_alone_offers_is_played_as_the_program(verb: Any) -> None:
    program = Program(2, (Step(0, "register"), Step(0, verb, 1, 0, 1)), seed=3, language="lua")

    assert told(log_of_script(script(program))) == told(run(program).world.log)
