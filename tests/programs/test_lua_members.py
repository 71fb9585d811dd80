"""Members in Lua: they give the log that members in Python give, and do what Lua alone has."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simcore import Denial, LogEntry, Received, Refusal, Sent, World, run
from simcore.model.changes import Change
from simcore.model.programs import LUA_VERBS, Program, ServiceRule, Step
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.runner.example import scheduler_of
from simcore.strategies import Deviating, program_of

LOCAL = ("unlisten", "listen", "setoptions")
"""What Python answers by itself, without an operation that could be refused."""


def played(program: Program) -> list[tuple[object, ...]]:
    schedule = Deviating(scheduler_of(program.seed), program.deviations)
    account = Account()
    world = World(program.seed, schedule, program.options, observers=[account])
    log = world.log
    perform(world, program, account)
    return [row(entry) for entry in log]


def row(entry: LogEntry) -> tuple[object, ...]:
    told = [each for each in map(words, entry.effects) if each]
    return entry.action, entry.path, entry.receiver, entry.instant_ns, told


def words(effect: Any) -> tuple[object, ...] | None:
    if isinstance(effect, (Sent, Received)):
        return type(effect), effect.sender, effect.receiver, effect.topic, type(effect.event)
    if isinstance(effect, Refusal):
        return None if effect.verb in LOCAL else (effect.pid, effect.verb, effect.subject, effect.error.kind)
    if isinstance(effect, Denial):
        return effect.pid, effect.action, effect.resource
    return (effect.kind, effect.pid, effect.other, effect.name) if isinstance(effect, Change) else None


def without_actors(program: Program) -> Program:
    steps = [
        msgspec.structs.replace(step, builder=tuple(b for b in step.builder if b != "actor")) for step in program.steps
    ]
    return msgspec.structs.replace(program, steps=tuple(steps))


@pytest.mark.parametrize("seed", range(40))
def test_both_languages_give_one_log(seed: int) -> None:
    program = without_actors(program_of(seed))

    assert played(program) == played(msgspec.structs.replace(program, language="lua"))


def test_two_processes_of_one_member_may_be_at_the_same_step() -> None:
    # The service is started again while what its first process has started still works.
    steps = (
        *(Step(4, "spawn"), Step(1, "spawn"), Step(2, "call"), Step(3, "receive", value=1), Step(4, "return")),
        Step(-1, "start_service", value=1),
    )
    program = Program(1, steps, services=(ServiceRule(max_attempts=1),))

    outcome = run(msgspec.structs.replace(program, language="lua"))

    assert [call.error for call in outcome.calls] == [None] * 4
    assert [call.pid for call in outcome.calls] == [call.pid for call in run(program).calls]


@pytest.mark.parametrize("verb", LUA_VERBS)
def test_members_do_what_lua_alone_has(verb: Any) -> None:
    begun = {"function_cancel": "function_later", "unsubscribe": "subscribe", "publish": "subscribe"}
    first = begun.get(verb, "timer")
    steps = (Step(0, first, value=1), Step(0, verb, value=1), Step(0, "receive", value=1))  # type: ignore[arg-type]  # a verb
    outcome = run(Program(1, steps, language="lua"))

    assert [call.verb for call in outcome.calls] == [first, verb]
    assert all(call.done for call in outcome.calls), outcome.calls


def test_a_function_that_fails_is_an_answer() -> None:
    outcome = run(Program(1, (Step(0, "function", value=3), Step(0, "send", 0)), language="lua"))

    failed, sent = outcome.calls
    assert failed.error is not None
    assert failed.error.message.endswith("a function fails as it should")
    assert sent.done
