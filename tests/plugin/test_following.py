"""What a test of the user's own makes of a failure is told as pytest has it: caught, or expected."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE, Pytest

TESTS = f"""
import pytest
import simcore
{RACE}

def wrong(world):
    simcore.World(1.5)

def test_catches(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(race)

def test_catches_what_cannot_be_judged(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(wrong)

def test_catches_and_fails_by_itself(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(race)
    assert 1 == 2

def test_catches_and_is_skipped(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(race)
    pytest.skip("enough")

@pytest.mark.xfail(reason="a known bug")
def test_expects(sim):
    sim.explore(race)

@pytest.mark.xfail(reason="a known mistake")
def test_expects_what_cannot_be_judged(sim):
    sim.explore(wrong)

def test_fails_by_what_it_was_raised_from(sim):
    try:
        sim.explore(race)
    except simcore.Failure as problem:
        raise ValueError("mine") from problem
"""


def test_what_a_test_catches_or_expects_is_no_failure_of_the_summary_and_of_the_results(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_user.py": TESTS})

    result = call("tests")

    result.assert_outcomes(passed=2, failed=2, skipped=1, xfailed=2)
    caught = "  1 failure of sim.explore(...) was caught by the test itself: "
    result.stdout.fnmatch_lines(
        [
            "PASSED  *::test_catches  * schedules",
            f"{caught}assert: assert 'two' == 'one' (*); its case is .simcore/runs/*.case.json (in 1 of *",
            "PASSED  *::test_catches_what_cannot_be_judged  1 schedule",
            f"{caught}usage: seed takes a whole number of 0 or more, not 1.5 (*",
            "PASSED  *::test_catches_and_fails_by_itself  * schedules",
            "PASSED  *::test_catches_and_is_skipped  * schedules",
            "SKIPPED  *::test_expects_what_cannot_be_judged  *",
            "  xfail: a known mistake: usage: seed takes *",
            "FAILED  *::test_fails_by_what_it_was_raised_from  schedule * of *",
            "7 items: 4 passed, 1 found as expected, 1 failed, 1 skipped; *",
        ]
    )
    (written,) = pytester.path.glob(".simcore/runs/*/results.json")
    items = {each["id"].rpartition("::")[2]: each for each in json.loads(written.read_text())["items"]}
    assert items["test_catches"]["verdict"] == "passed"
    assert items["test_catches"]["remarks"][0]["kind"] == "caught"
    assert (items["test_expects"]["verdict"], items["test_expects"]["expected"]) == ("failed", True)


def test_no_report_is_written_where_all_that_failed_was_caught_or_skipped(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_user.py": TESTS})

    result = call("tests", "-k", "test_catches_and_is_skipped or test_expects")

    result.assert_outcomes(skipped=1, xfailed=2, deselected=4)
    assert list(pytester.path.glob(".simcore/runs/*/results.json")) == []


def test_who_says_xfail_in_what_is_played_is_expected_to_fail(project: Callable[..., None], call: Pytest) -> None:
    says = "    world.run()\n    pytest.xfail('not yet')\n"
    given = "from hypothesis import given, strategies as st\n@given(st.just(3))\ndef test_three(number):\n"
    scenario = f"from simcore import scenario\n@scenario\ndef known(world):\n{says}"
    files = {
        "scenarios/known.py": scenario,
        "properties/known.py": f"{given}    pytest.xfail('not yet')\n",
        "tests/test_user.py": f"def known(world):\n{says}\ndef test_known(sim):\n    sim.explore(known)\n",
    }
    project({name: f"import pytest\n{text}" for name, text in files.items()})

    result = call("scenarios/known.py", "properties", "tests", "-rx")

    result.assert_outcomes(xfailed=3)
    result.stdout.fnmatch_lines(["SKIPPED  *scenarios/known.py::known  *", "  xfail: not yet (scenarios/known.py:6)"])
    result.stdout.fnmatch_lines(["XFAIL scenarios/known.py::known - not yet (scenarios/known.py:6)"])
