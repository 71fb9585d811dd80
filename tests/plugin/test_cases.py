"""Kept cases: one fails as long as its failure is there, and passes when that is gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import PROJECT, Pytest

PAIRS = "scenarios/pairs.py"
CASE = "tests/cases/race.case.json"


def keep(pytester: pytest.Pytester) -> None:
    case = next(Path(pytester.path).glob(".simcore/runs/*/cases/*.case.json"))
    (pytester.path / CASE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(case, pytester.path / CASE)


def test_one_fails_until_it_is_mended_and_then_passes(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()
    call("scenarios/pairs.py::race")
    keep(pytester)

    there = call("tests")
    (pytester.path / PAIRS).write_text(PROJECT[PAIRS].replace('== "one"', 'in ("one", "two")'))
    gone = call("tests")

    there.assert_outcomes(failed=1)
    there.stdout.fnmatch_lines(
        [
            "replay of scenarios/pairs.py::race",
            "FAILED  *reproduced",
            "  replay: simcore replay tests/cases/race.case.json",
            "  pytest: pytest tests/cases/race.case.json::replay",
        ]
    )
    gone.assert_outcomes(passed=1)


def test_a_test_of_the_users_own_replays_a_case_of_the_catalogue_by_its_name(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_kept.py": f"def test_kept(sim):\n    sim.replay({CASE!r})\n"})
    call("scenarios/pairs.py::race")
    keep(pytester)

    call("tests/test_kept.py").assert_outcomes(failed=1)
    (pytester.path / PAIRS).write_text(PROJECT[PAIRS].replace('== "one"', 'in ("one", "two")'))
    call("tests/test_kept.py").assert_outcomes(passed=1)


def test_one_of_which_nobody_can_tell_fails_with_the_reason(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()
    call("scenarios/pairs.py::race")
    keep(pytester)
    (pytester.path / PAIRS).write_text(PROJECT[PAIRS].replace("def race(", "def race_no_more("))

    result = call("tests")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["there is no item scenarios/pairs.py::race *"])


def test_one_of_a_test_of_the_users_own_says_how_it_is_kept_there(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    text = PROJECT[PAIRS].replace("@scenario(schedules=20)\n", "") + "def test_race(sim):\n    sim.explore(race)\n"
    project({"tests/test_user.py": text})
    call("tests/test_user.py")
    keep(pytester)

    kept = call(CASE)
    kept.assert_outcomes(failed=1)
    kept.stdout.fnmatch_lines(["*is a test of your own; keep its case there: sim.replay('tests/cases/race.case*"])

    (pytester.path / "tests/test_user.py").write_text(text.replace("sim.explore(race)", f"sim.replay({CASE!r}, race)"))
    call("tests/test_user.py").assert_outcomes(failed=1)
