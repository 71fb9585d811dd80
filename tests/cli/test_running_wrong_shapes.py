"""Whoever writes a scenario, a property, a check or a report in a wrong shape is told so by name: none of them passes
without having been played."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from tests.cli.conftest import Call
from tests.files import write_files

HEAD: Final = """
import asyncio
import functools
import unittest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from simcore import Process, Results, World, always, report, run, scenario, sometimes

def play(*_: object) -> None:
    raise AssertionError("it was played")

def tolerant(function):
    @functools.wraps(function)
    def inner(*arguments):
        try:
            function(*arguments)
        except AssertionError:
            pass
    return inner

def plain_decorator(function):
    def inner(*arguments):
        return function(*arguments)
    return inner
"""
ALIVE: Final = """

async def worker(process: Process) -> None: ...

@scenario(schedules=2)
def something_lives(world: World) -> None:
    world.define("app:worker", worker)
    world.spawn("app:worker", "app:host")
    world.run()
"""

SCENARIOS: Final[dict[str, str]] = {
    "async_def": "@scenario\nasync def claim(world): play()",
    "a_generator": "@scenario\ndef claim(world):\n    play()\n    yield",
    "an_async_generator": "@scenario\nasync def claim(world):\n    play()\n    yield",
    "a_partial_of_async_def": "async def f(n, world): play()\nclaim = scenario(functools.partial(f, 1))",
    "a_lambda_that_returns_a_coroutine": "async def f(world): play()\nclaim = scenario(lambda world: f(world))",
    "a_lambda_that_yields": "claim = scenario(lambda world: (yield play()))",
    "an_object_with_an_async_call": (
        "class Claim:\n    async def __call__(self, world): play()\nclaim = scenario(Claim())"
    ),
    "a_task_of_asyncio": "@scenario\ndef claim(world):\n    async def f(): play()\n    return f()",
    "a_method": "class Claims:\n    @scenario\n    def claim(self, world): play()",
    "a_static_method": "class Claims:\n    @staticmethod\n    @scenario\n    def claim(world): play()",
    "a_static_method_inside_out": "class Claims:\n    @scenario\n    @staticmethod\n    def claim(world): play()",
    "a_method_of_a_class_in_a_class": (
        "class Claims:\n    class More:\n        @scenario\n        def claim(self, world): play()"
    ),
    "a_class": "@scenario\nclass claim:\n    def __init__(self, world): play()",
    "two_of_one_name": "@scenario\ndef claim(world): play()\n\n@scenario\ndef claim(world): ...",
    "one_that_a_plain_function_replaces": "@scenario\ndef claim(world): play()\n\ndef claim(world): ...",
    "one_that_an_import_replaces": "@scenario\ndef claim(world): play()\n\nfrom os import path as claim",
    "one_that_a_loop_replaces": "@scenario\ndef claim(world): play()\n\nfor claim in range(3): pass",
    "one_that_is_deleted": "@scenario\ndef claim(world): play()\n\ndel claim",
    "what_a_factory_made_and_nobody_kept": (
        "def made():\n    @scenario\n    def claim(world): play()\n    return claim\n\nmade()"
    ),
    "what_stands_in_a_list": "claims = [scenario(lambda world: play())]",
    "what_stands_in_a_dict": "def claim(world): play()\n\nclaims = {'it': scenario(functools.partial(claim))}",
    "below_a_decorator_that_hides_it": "@plain_decorator\n@scenario\ndef claim(world): play()",
    "no_argument": "@scenario\ndef claim(): play()",
    "two_arguments": "@scenario\ndef claim(world, other): play()",
    "a_keyword": "@scenario\ndef claim(world, *, other): play()",
    "parametrized": "@scenario\n@pytest.mark.parametrize('n', [1, 2])\ndef claim(world, n=0): play()",
    "a_decorator_without_its_sign": "scenario(schedules=3)\n\ndef claim(world): play()",
    "marked_twice": "@scenario(schedules=1)\n@scenario(schedules=9)\ndef claim(world): play()",
    "marked_as_a_check_too": "@always\n@scenario\ndef claim(world): play()",
    "fed_by_hypothesis_too": "@scenario\n@given(st.integers())\ndef claim(world, n): play()",
    "skipped_by_pytest": "@pytest.mark.skip('no')\n@scenario\ndef claim(world): play()",
    "skipped_by_unittest": "@unittest.skip('no')\n@scenario\ndef claim(world): play()",
    "it_answers_instead_of_asserting": "@scenario\ndef claim(world):\n    return False",
    "it_answers_with_a_text": "@scenario\ndef claim(world):\n    return 'failed'",
    "it_runs_what_answers": "def looked(world):\n    return False\n\n@scenario\ndef claim(world):\n    run(looked)",
    "in_names_of_its_own": "exec('@scenario\\ndef claim(world): play()', {'scenario': scenario, 'play': play})",
    "made_while_another_runs": "@scenario\ndef outer(world):\n    @scenario\n    def claim(world): play()",
    "it_defines_a_plain_function": "@scenario\ndef claim(world):\n    world.define('app:w', lambda process: play())",
    "it_defines_a_generator": (
        "def w(process):\n    play()\n    yield\n\n@scenario\ndef claim(world):\n    world.define('app:w', w)"
    ),
    "a_test_of_hypothesis_with_another_name": "@given(st.integers())\ndef claim(n): play()",
    "a_test_without_given": "def test_claim(n): play()",
    "a_report_among_scenarios": "@report('claim.txt')\ndef claim(results): return play()",
}
PROPERTIES: Final[dict[str, str]] = {
    "async_def": "@given(st.integers())\nasync def test_claim(n): play()",
    "async_def_with_settings": "@settings(max_examples=3)\n@given(st.integers())\nasync def test_claim(n): play()",
    "a_generator": "@given(st.integers())\ndef test_claim(n):\n    play()\n    yield",
    "without_given": "def test_claim(n): play()",
    "async_def_without_given": "async def test_claim(): play()",
    "not_called_test": "@given(st.integers())\ndef claim_holds(n): play()",
    "a_method": "class TestClaim:\n    @given(st.integers())\n    def test_claim(self, n): play()",
    "a_method_under_a_class_of_another_name": (
        "class Claims:\n    @given(st.integers())\n    def test_claim(self, n): play()"
    ),
    "a_method_without_given": "class TestClaim:\n    def test_claim(self): play()",
    "two_of_one_name": "@given(st.integers())\ndef test_claim(n): play()\n\n@given(st.text())\ndef test_claim(n): ...",
    "below_a_decorator_that_hides_it": "@plain_decorator\n@given(st.integers())\ndef test_claim(n): play()",
    "below_a_decorator_that_swallows_what_it_raises": "@tolerant\n@given(st.integers())\ndef test_claim(n): play()",
    "below_a_decorator_that_is_async": (
        "def apart(f):\n    @functools.wraps(f)\n    async def inner(): f()\n    return inner\n\n"
        "@apart\n@given(st.integers())\ndef test_claim(n): play()"
    ),
    "skipped_by_unittest": "@unittest.skip('no')\n@given(st.integers())\ndef test_claim(n): play()",
    "skipped_by_pytest": "@pytest.mark.skip('no')\n@given(st.integers())\ndef test_claim(n): play()",
    "skipped_with_its_file": "pytestmark = pytest.mark.skip('no')\n\n@given(st.integers())\ndef test_claim(n): play()",
    "in_a_list": "claims = [given(st.integers())(play)]",
    "an_argument_that_nothing_draws": "@given(st.integers())\ndef test_claim(n, tmp_path): play()",
    "no_example_is_valid": "@given(st.integers().filter(lambda n: n != n))\ndef test_claim(n): play()",
    "it_answers_instead_of_asserting": "@given(st.integers())\ndef test_claim(n):\n    return n == n + 1",
    "it_returns_what_waits": ("@given(st.integers())\ndef test_claim(n):\n    async def f(): play()\n    return f()"),
    "what_a_factory_made_and_nobody_kept": (
        "def made():\n    @given(st.integers())\n    def test_claim(n): play()\n    return test_claim\n\nmade()"
    ),
    "what_a_factory_made_under_the_same_name": (
        "def made():\n    @given(st.integers())\n    def test_claim(n): play()\n    return test_claim\n\n"
        "for _ in range(2):\n    test_other = made()"
    ),
    "made_in_a_loop": "for low in (1, 2):\n    @given(st.just(low))\n    def test_claim(n): play()",
    "of_which_only_an_expression_is_left": "def claim(n): play()\n\ngiven(st.integers())(claim)",
    "a_scenario_made_while_it_runs": (
        "@given(st.integers())\ndef test_outer(n):\n    @scenario\n    def claim(world): play()"
    ),
    "a_state_machine": (
        "class Claim(RuleBasedStateMachine):\n    @rule()\n    def claim(self): play()\n\nTestClaim = Claim.TestCase"
    ),
}
CHECKS: Final[dict[str, str]] = {
    "async_def": "@always\nasync def claim(world): play()",
    "a_generator": "@always\ndef claim(world):\n    play()\n    yield",
    "a_sometimes_that_is_async": "@sometimes\nasync def claim(world): play()",
    "no_argument": "@always\ndef claim(): play()",
    "three_arguments": "@always\ndef claim(world, changes, more): play()",
    "a_sometimes_of_two_arguments": "@sometimes\ndef claim(world, changes): play()",
    "a_method": "class Claims:\n    @always\n    def claim(self, world): play()",
    "it_answers_instead_of_asserting": "@always\ndef claim(world):\n    return False",
    "a_sometimes_that_answers": "@sometimes\ndef claim(world):\n    return False",
    "it_returns_what_waits": "@always\ndef claim(world):\n    async def f(): play()\n    return f()",
    "it_breaks": "@always\ndef claim(world):\n    return world.no_such_thing",
    "two_of_one_name": "@always\ndef claim(world): play()\n\n@sometimes\ndef claim(world): ...",
    "below_a_decorator_that_hides_it": "@plain_decorator\n@always\ndef claim(world): play()",
    "brackets": "@always()\ndef claim(world): play()",
}
REPORTS: Final[dict[str, str]] = {
    "async_def": "@report('claim.txt')\nasync def claim(results): return ''",
    "a_generator": "@report('claim.txt')\ndef claim(results):\n    yield ''",
    "no_argument": "@report('claim.txt')\ndef claim(): return ''",
    "a_method": "class Claims:\n    @report('claim.txt')\n    def claim(self, results): return ''",
    "a_scenario_among_reports": "@scenario\ndef claim(world): play()",
    "a_check_among_reports": "@always\ndef claim(world): play()",
    "a_test_among_reports": "@given(st.integers())\ndef test_claim(n): play()",
    "two_of_one_file": (
        "@report('c.txt')\ndef one(results): return ''\n\n@report('c.txt')\ndef claim(results): return ''"
    ),
}
KINDS: Final = {"scenarios": SCENARIOS, "properties": PROPERTIES, "checks": CHECKS, "reports": REPORTS}
SHAPES: Final = [(kind, name) for kind, shapes in KINDS.items() for name in shapes]


def shape(kind: str, name: str) -> str:
    return f"{HEAD}\n{dedent(KINDS[kind][name])}\n"


@pytest.mark.parametrize(("kind", "name"), SHAPES)
def test_a_wrong_shape_in_a_project_is_played_or_told_by_name(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    home = "properties" if kind == "checks" else kind
    files = {
        "pyproject.toml": "[tool.simcore]\n",
        "scenarios/alive.py": HEAD + ALIVE,
        f"{home}/wrong.py": shape(kind, name),
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    ended = call("run", "--schedules", "3")

    told = ended.out + ended.err
    assert ended.code in ((0,) if name.startswith("skipped_by") or name == "skipped_with_its_file" else (1, 2)), told
    assert f"{home}/wrong.py" in told or "wrong.py::" in told, told
    assert "claim" in told.lower() or "line_" in told or "always()" in told, told
    assert "something_lives" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", CHECKS)
def test_a_wrong_check_beside_a_scenario_of_a_file_is_told_by_name(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"mine.py": shape("checks", name) + ALIVE}))

    ended = call("run", "mine.py", "--schedules", "3")

    told = ended.out + ended.err
    assert ended.code in (1, 2), told
    assert "mine.py:" in told
    assert "claim" in told or "always()" in told, told
    assert "Traceback" not in told


SILENT: Final[dict[str, str]] = {
    "it_never_runs_its_world": "@scenario\ndef claim(world):\n    world.define('app:w', worker)",
    "it_runs_an_empty_world": "@scenario\ndef claim(world):\n    world.run()",
    "what_is_drawn_is_one_thing": "@given(st.just(1))\ndef test_claim(n): ...",
}


@pytest.mark.parametrize("name", SILENT)
def test_what_shows_nothing_is_told_and_is_an_error_where_that_is_asked_for(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"mine.py": f"{HEAD}{ALIVE}\n\n{SILENT[name]}\n"}))

    ended, strict = call("run", "mine.py", "--schedules", "3"), call("run", "mine.py", "--schedules", "3", "--strict")

    assert (ended.code, strict.code) == (0, 1)
    assert "claim" in ended.out
    assert "1 vacuous" in ended.out
    assert "ERROR         mine.py::" in strict.out


def test_a_factory_that_nobody_calls_is_told(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factory = "def made():\n    @scenario\n    def claim(world): play()\n    return claim\n"
    monkeypatch.chdir(write_files(tmp_path, {"mine.py": f"{HEAD}{ALIVE}\n\n{factory}"}))

    assert "note: mine.py:39: the @scenario inside of made() marks nothing" in call("run", "mine.py").out


@pytest.mark.parametrize("text", ["", "x = 1\n", "def claim(world): play()\n", "async def worker(process): ...\n"])
def test_a_file_without_anything_to_run_is_no_pass(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"mine.py": HEAD + text}))

    ended = call("run", "mine.py")

    assert ended.code == 2
    assert "mine.py: no scenario, no @given test" in ended.err
