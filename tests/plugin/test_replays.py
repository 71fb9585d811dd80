"""What is replayed as a test, or in one, is in the summary, its tally and the results like what is explored."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE, Pytest
from tests.plugin.test_cases import CASE, PAIRS, keep

BROKEN = {"empty": "", "foreign": "{}", "list": "[1, 2]"}
USER = f"""
import pytest
import simcore
{RACE}

@pytest.fixture
def before(sim):
    sim.replay({CASE!r})

@pytest.fixture
def afterwards(sim):
    yield
    sim.replay({CASE!r})

def test_before(before):
    pass

def test_afterwards(afterwards):
    pass

def test_inside(sim):
    with pytest.raises(simcore.Failure):
        sim.replay({CASE!r})
    sim.replay({CASE!r}, race)

def test_refused(sim):
    sim.replay("tests/cases/empty.case.json")
"""


CATCHES = f"""
import pytest
import simcore
{RACE}

def test_catches(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(race)
"""


def results_of(pytester: pytest.Pytester) -> dict[str, str]:
    written = max(pytester.path.glob(".simcore/runs/*/results.json"))
    return {each["id"].rpartition("/")[2]: each["verdict"] for each in json.loads(written.read_text())["items"]}


def test_kept_cases_that_fail_or_cannot_be_read_are_counted_and_named(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({f"tests/cases/{name}.case.json": text for name, text in BROKEN.items()})
    call(f"{PAIRS}::race", "--sim-report=never")
    keep(pytester)

    result = call("tests")

    result.assert_outcomes(failed=4)
    for name in BROKEN:
        result.stdout.fnmatch_lines([f"ERROR  *tests/cases/{name}.case.json::replay  0 schedules"])
    result.stdout.fnmatch_lines(
        [
            "FAILED  *tests/cases/race.case.json::replay  1 schedule",
            "  replay: simcore replay tests/cases/race.case.json",
            "  pytest: pytest tests/cases/race.case.json::replay",
            "4 items: 1 failed, 3 in error; *",
        ]
    )
    assert results_of(pytester) == {
        "empty.case.json::replay": "error",
        "foreign.case.json::replay": "error",
        "list.case.json::replay": "error",
        "race.case.json::replay": "failed",
    }


def test_one_that_is_gone_has_passed_and_one_of_which_nobody_can_tell_is_inconclusive(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()
    call(f"{PAIRS}::race")
    keep(pytester)
    text = (pytester.path / PAIRS).read_text()

    (pytester.path / PAIRS).write_text(text.replace('== "one"', 'in ("one", "two")'))
    gone = call("tests")
    (pytester.path / PAIRS).write_text(text.replace('    world.spawn("app:sender", "app:host", pid, "two")\n', ""))
    unknown = call("tests")

    gone.stdout.fnmatch_lines(["1 item: 1 passed; *"])
    unknown.assert_outcomes(failed=1)
    unknown.stdout.fnmatch_lines(["INCONCLUSIVE  *tests/cases/race.case.json::replay  *", "1 item: 1 inconclusive; *"])


def test_what_a_test_or_its_fixture_replays_is_told_as_pytest_has_it(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_user.py": USER, "tests/cases/empty.case.json": ""})
    call(f"{PAIRS}::race", "--sim-report=never")
    keep(pytester)

    result = call("tests/test_user.py")

    result.assert_outcomes(passed=1, failed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "FAILED  *tests/test_user.py::test_before#replay  1 schedule",
            "  pytest: pytest tests/test_user.py::test_before",
            "FAILED  *tests/test_user.py::test_afterwards#replay  1 schedule",
            "PASSED  *tests/test_user.py::test_inside#replay  1 schedule",
            "  1 failure of sim.replay(...) was caught by the test itself: assert: assert 'two' == 'one' (*",
            "FAILED  *tests/test_user.py::test_inside#replay2  1 schedule",
            "ERROR  *tests/test_user.py::test_refused#replay  0 schedules",
            "5 items: 1 passed, 3 failed, 1 in error; *",
        ]
    )
    assert results_of(pytester)["test_user.py::test_inside#replay"] == "passed"


def test_a_replay_whose_failure_its_test_catches_fails_as_long_as_it_is_there(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_user.py": CATCHES})
    explored = call("tests/test_user.py", "--sim-report=never")
    keep(pytester)

    kept = call(CASE)
    replayed = call("tests/test_user.py", f"--sim-replay={CASE}")
    (pytester.path / "tests/test_user.py").write_text(CATCHES.replace('== "one"', 'in ("one", "two")'))
    gone = call(CASE)

    explored.assert_outcomes(passed=1)
    for each in (kept, replayed):
        each.assert_outcomes(failed=1)
        each.stdout.fnmatch_lines(["FAILED  *reproduced", "  the test itself has caught this"])
    kept.stdout.fnmatch_lines(["1 item: 1 failed; *"])
    gone.stdout.fnmatch_lines(["*DID NOT RAISE*"])
