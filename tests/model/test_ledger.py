"""Each use of a decorator is noted while somebody wants to know."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from simcore import World, report, scenario
from simcore.model.ledger import Marking, noting
from simcore.model.markers import mark_of

SOURCE = """from simcore import always, scenario

def made():
    @scenario
    def inner(world): ...
    return inner

first = made()

class Group:
    @always
    def second(self): ...
"""


def test_a_use_is_noted_with_its_line_and_the_line_of_the_body_that_led_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Marking] = []
    module = ModuleType("some")
    monkeypatch.setitem(sys.modules, "some", module)
    names = vars(module)

    with noting(made):
        exec(compile(SOURCE, "some.py", "exec"), names)

    assert [(each.file, each.line, each.body_line) for each in made] == [("some.py", 4, 8), ("some.py", 11, 10)]
    assert all(each.body is names for each in made)
    assert made[0].mark is mark_of(names["first"])


def test_nothing_is_noted_where_nobody_wants_to_know() -> None:
    made: list[Marking] = []
    with noting(made):
        pass

    @scenario
    def one(world: World) -> None: ...

    assert mark_of(one) is not None
    assert made == []


def test_a_decorator_waits_until_it_is_given_a_function() -> None:
    made: list[Marking] = []

    with noting(made):
        often = scenario(schedules=7)
        report("x.txt")
        waited = [each.waits for each in made]

        @often
        def one(world: World) -> None: ...

        @often
        def two(world: World) -> None: ...

    assert waited == [True, True]
    assert [each.waits for each in made] == [True, False, False]
    assert mark_of(one) == mark_of(two)
    assert mark_of(one) is not mark_of(two)


@pytest.mark.parametrize("names", [{}, {"__name__": "nowhere"}, {"__name__": "__main__"}])
def test_what_is_given_to_exec_is_no_body_of_a_module(names: dict[str, Any]) -> None:
    made: list[Marking] = []

    with noting(made):
        exec(SOURCE, names)

    assert [each.body for each in made] == [{}, {}]
