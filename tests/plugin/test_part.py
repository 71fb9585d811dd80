"""A part of the catalogue, or of the run, need not reach what the whole is to reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE, Pytest

SOMETIMES = "from simcore import sometimes\n@sometimes\ndef never(world):\n    assert False\n"
CALM = RACE.replace("def calm(", "@scenario(schedules=2)\ndef calm(")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (["-k", "calm"], "-k"),
        (["-x"], "-x"),
        (["--lf"], "--lf"),
        (["--sw"], "--sw"),
        (["scenarios/pairs.py"], "scenarios/pairs.py"),
        (["scenarios/pairs.py::calm"], "scenarios/pairs.py::calm"),
        (["scenarios", "--sim-budget=1ns"], None),
    ],
)
def test_of_a_part_nothing_is_judged_also_where_all_was_played_and_that_is_said(
    project: Callable[..., None], pytester: pytest.Pytester, asked: list[str], why: str | None
) -> None:
    project({"scenarios/pairs.py": CALM, "properties/seen.py": SOMETIMES})

    result = pytester.runpytest_inprocess("--sim-strict", *asked)

    assert result.ret == 0
    if why is not None:
        said = f"note: not judged in a part ({why}): what was never seen here, properties/seen.py::never"
        assert said in result.stdout.lines
    result.stdout.no_fnmatch_line("*`sometimes` never seen*")


@pytest.mark.parametrize("asked", [[], ["scenarios", "properties"]])
def test_of_the_whole_it_is_judged_and_what_makes_the_exit_code_stands_above_the_last_line(
    project: Callable[..., None], call: Pytest, asked: list[str]
) -> None:
    project({"scenarios/pairs.py": CALM, "properties/seen.py": SOMETIMES})

    result = call("--sim-strict", *asked)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*! --sim-strict: 1 `sometimes` never seen !*", "*1 passed in *"])
    assert call(*asked).ret == 0
