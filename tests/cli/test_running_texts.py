"""Values whose own texts raise what ends a process end nothing but themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Call

EVIL = """
from dataclasses import dataclass
from hypothesis import given, note, strategies as st
from simcore import World, run, scenario

class Evil:
    def __init__(self, number=0):
        self.number = number
    def __repr__(self):
        raise ERROR
    __str__ = __repr__

class Slots:
    __slots__ = ("one",)
    @property
    def number(self):
        raise ERROR

@dataclass
class Holder:
    number: int
    evil: Evil

class Failing(Exception):
    def __str__(self):
        raise ERROR
"""
PROPERTIES = (
    EVIL
    + """
@given(st.builds(Evil, st.integers()))
def test_argument(evil):
    assert evil.number < 10, "too large"

@given(st.lists(st.builds(Holder, st.integers(0, 99), st.builds(Evil, st.integers())), min_size=1))
def test_inside(held):
    assert held[0].number < 10, "too large"

@given(st.data())
def test_drawn(data):
    assert data.draw(st.builds(Evil, st.integers(0, 99))).number < 10, "too large"

@given(st.integers())
def test_compared(number):
    assert Evil(number) == Evil(number)

@given(st.integers())
def test_message(number):
    raise AssertionError(Evil())

@given(st.integers())
def test_error(number):
    raise Failing

@given(st.builds(Evil, st.integers()).map(lambda evil: run(evil)))
def test_in_the_drawing(evil): ...

@given(st.integers())
def test_last(number): ...
"""
)
SCENARIOS = (
    EVIL
    + """
@scenario
def compared(world: World) -> None:
    assert Evil() == Evil()

@scenario
def message(world: World) -> None:
    raise AssertionError(Evil())

@scenario
def refused(world: World) -> None:
    run(Evil())

@scenario
def until(world: World) -> None:
    world.run(until=Evil())

async def dies(process) -> None:
    raise Failing

@scenario
def process_error(world: World) -> None:
    world.define("app:dies", dies)
    pid = world.spawn("app:dies", "app:host")
    world.run()
    world.result(pid)

@scenario
def last(world: World) -> None:
    world.run()
"""
)


@pytest.fixture(params=["SystemExit(0)", "KeyboardInterrupt", "GeneratorExit", "BaseException(1)"])
def evil(request: pytest.FixtureRequest, folder: Path) -> Path:
    (folder / "properties").mkdir()
    (folder / "properties/evil.py").write_text(PROPERTIES.replace("ERROR", request.param), encoding="utf-8")
    (folder / "scenarios/evil.py").write_text(SCENARIOS.replace("ERROR", request.param), encoding="utf-8")
    return folder


def test_a_run_comes_to_its_end_and_judges_each(call: Call, evil: Path) -> None:
    # A KeyboardInterrupt is the program's own where nobody has pressed anything.
    ended = call("run", "properties/evil.py", "scenarios/evil.py", "--schedules", "20", "--jobs", "1")
    verdicts = {name: verdict for verdict, name in re.findall(r"^([A-Z]+) +\S+::(\w+)", ended.out, flags=re.M)}

    assert ended.code == 1, ended
    assert verdicts == {
        "test_argument": "FAILED",
        "test_inside": "FAILED",
        # Hypothesis itself writes what is drawn, in the middle of the test.
        "test_drawn": "ERROR",
        "test_compared": "FAILED",
        "test_message": "FAILED",
        "test_error": "ERROR",
        "test_in_the_drawing": "ERROR",
        "test_last": "PASSED",
        "compared": "FAILED",
        "message": "FAILED",
        "refused": "ERROR",
        "until": "FAILED",
        "process_error": "FAILED",
        "last": "PASSED",
    }
    assert "evil = <Evil, whose repr raises" in ended.out
    assert "internal error" not in ended.out + ended.err
