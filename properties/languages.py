"""What must hold of the two front ends: members in Lua meet what members in Python meet, under the same schedule."""

import msgspec
from hypothesis import given

from simcore import RunOutcome, run
from simcore.strategies import Program, programs

UNKNOWN = "Unknown"
RAISED = "fails as it should"


@given(programs())
def test_members_in_lua_meet_what_members_in_python_meet(program: Program) -> None:
    program = without_actors(program)
    python, lua = run(program), run(msgspec.structs.replace(program, language="lua"))

    assert answers(python) == answers(lua)
    assert [ends(python, member) for member in python.endings] == [ends(lua, member) for member in lua.endings]
    assert python.pids == lua.pids
    assert (python.outcome.actions, python.outcome.decisions) == (lua.outcome.actions, lua.outcome.decisions)
    assert python.world.now_ns == lua.world.now_ns


@given(programs())
def test_members_in_lua_leave_what_members_in_python_leave(program: Program) -> None:
    program = without_actors(program)
    python, lua = run(program).world, run(msgspec.structs.replace(program, language="lua")).world

    assert dict(python.names) == dict(lua.names)
    assert python.graph.links() == lua.graph.links()
    assert python.graph.monitors() == lua.graph.monitors()
    assert python.services.states() == lua.services.states()
    assert [(each.pid, each.action, each.resource) for each in python.denials] == [
        (each.pid, each.action, each.resource) for each in lua.denials
    ]


@given(programs(language="lua", max_operations=20))
def test_what_lua_alone_has_comes_to_an_end_too(program: Program) -> None:
    outcome = run(program)

    waiting = [call for call in outcome.calls if call.finished is None and outcome.world.alive(call.pid)]
    assert not waiting, f"{waiting[0]} has no answer"


def without_actors(program: Program) -> Program:
    """To make an actor needs a permission in Lua alone (process 12.10)."""
    steps = [
        msgspec.structs.replace(step, builder=tuple(setting for setting in step.builder if setting != "actor"))
        for step in program.steps
    ]
    return msgspec.structs.replace(program, steps=tuple(steps))


def answers(outcome: RunOutcome) -> list[object]:
    return [
        (call.index, call.finished is None, call.error and said(call.error.kind, call.error.message))
        for call in outcome.calls
    ]


def ends(outcome: RunOutcome, member: int) -> object:
    ending = outcome.endings[member]
    return member, ending.value, ending.error and said(ending.error.kind, ending.error.message)


def said(kind: str, message: str) -> tuple[str, str]:
    """What a program raises is told in the words of its language: Python names the class, Lua the line."""
    return kind, RAISED if message.endswith(RAISED) else message
