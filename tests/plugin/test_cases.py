"""Kept cases: one fails as long as its failure is there, and passes when that is gone."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import PROJECT, RACE, Pytest

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


def test_of_one_whose_choices_the_mend_has_taken_away_it_is_said_what_to_do(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()
    call("scenarios/pairs.py::race")
    keep(pytester)
    second = '    world.spawn("app:sender", "app:host", pid, "two")\n'
    (pytester.path / PAIRS).write_text(PROJECT[PAIRS].replace(second, ""))

    result = call("tests")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["PASSED *cannot tell whether it is mended; *", "  if that is the mend: take this case out, *"]
    )


USER = """
import pytest

@pytest.fixture
def word():
    return "one"

class TestRaces:
    @pytest.mark.parametrize("times", [1, 2])
    def test_race(self, sim, times, word, of_the_folder):
        for _ in range(times):
            sim.explore(calm)
        sim.explore(race)
"""
FIXTURE = "import pytest\n\n@pytest.fixture\ndef of_the_folder():\n    return 1\n"


def test_one_of_a_test_of_the_users_own_is_that_test_which_replays_instead_of_exploring(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    file, text = "tests/unit/test_user.py", RACE + USER
    project({file: text, "tests/unit/conftest.py": FIXTURE})
    call(file, "-k", "test_race and 2")
    keep(pytester)

    there = call(CASE)
    both = call("tests", "-v")
    again = call(*shlex.split("tests/cases/race.case.json::test_race[2]"))
    (pytester.path / file).write_text(text.replace('== "one"', 'in ("one", "two")'))
    gone = call("tests/cases")
    (pytester.path / file).write_text(text.replace("sim.explore(calm)", "pass"))
    less = call("tests/cases")
    (pytester.path / file).write_text(text.replace("def test_race", "def test_no_more"))
    lost = call("tests/cases")

    there.assert_outcomes(failed=1)
    there.stdout.fnmatch_lines(
        [
            "*replay of tests/unit/test_user.py::TestRaces::test_race*2*#3",
            "*FAILED  *reproduced",
            "E *pytest: pytest 'tests/cases/race.case.json::test_race?2?'",
        ]
    )
    again.assert_outcomes(failed=1)
    both.assert_outcomes(failed=3)
    both.stdout.fnmatch_lines(["tests/cases/race.case.json::test_race?2? FAILED*"])
    gone.assert_outcomes(passed=1)
    less.assert_outcomes(failed=1)
    less.stdout.fnmatch_lines(["*test_race?2?#3: the test has not explored so often, so that nothing was replayed"])
    lost.assert_outcomes(failed=1)
    lost.stdout.fnmatch_lines(["tests/unit/test_user.py has no test TestRaces::test_race?2? that could be replayed; *"])


def test_one_of_a_function_of_the_users_own_says_how_it_is_kept_in_a_test(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    text = f"import simcore\n{RACE}\ndef test_race():\n    simcore.explore(race)\n"
    project({"tests/test_user.py": text})
    call("tests/test_user.py")
    keep(pytester)

    kept = call(CASE)

    kept.assert_outcomes(failed=1)
    kept.stdout.fnmatch_lines(["*has no test race that could be replayed; call sim.replay('tests/cases/race.case*"])
    (pytester.path / "tests/test_user.py").write_text(
        text.replace("simcore.explore(race)", f"sim.replay({CASE!r}, race)").replace("test_race()", "test_race(sim)")
    )
    call("tests/test_user.py").assert_outcomes(failed=1)
