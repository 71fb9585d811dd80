"""What a fixture explores while it is set up or taken down is told like what its test explores."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE, Pytest

TESTS = f"""
import pytest
import simcore
{RACE}

@pytest.fixture
def before(sim):
    sim.explore(race)

@pytest.fixture
def before_it_is_caught(sim):
    with pytest.raises(simcore.Failure):
        sim.explore(race)

@pytest.fixture
def afterwards(sim):
    yield
    sim.explore(race)

def test_before(before):
    pass

def test_caught(before_it_is_caught):
    pass

def test_afterwards(afterwards):
    pass

@pytest.mark.xfail(reason="a known bug")
def test_expects(before):
    pass
"""
FILE = "tests/test_user.py"


def test_its_failures_are_in_the_summary_the_results_and_junit(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({FILE: TESTS})

    result = call(FILE, "--junitxml=j.xml")

    result.assert_outcomes(passed=2, errors=2, xfailed=1)
    for name, word in {"before": "FAILED", "afterwards": "FAILED", "caught": "PASSED"}.items():
        result.stdout.fnmatch_lines([f"{word}  *{FILE}::test_{name}  *schedule*"])
    result.stdout.fnmatch_lines(["4 items: 1 passed, 1 found as expected, 2 failed; *", "report: *"])
    (written,) = pytester.path.glob(".simcore/runs/*/results.json")
    verdicts = {each["id"].rpartition("_")[2]: each["verdict"] for each in json.loads(written.read_text())["items"]}
    assert verdicts == {"before": "failed", "caught": "passed", "afterwards": "failed", "expects": "failed"}
    cases = re.findall(r'testcase [^>]*name="(\w+)"|name="sim.case"', (pytester.path / "j.xml").read_text())
    assert [cases.count(name) for name in ("test_before", "test_afterwards", "")] == [1, 1, 4]


@pytest.mark.parametrize("name", ["test_before", "test_afterwards"])
def test_what_pytest_says_to_repeat_it_repeats_it(project: Callable[..., None], call: Pytest, name: str) -> None:
    project({FILE: TESTS})
    told = call(f"{FILE}::{name}").stdout.str()
    again = re.search(rf"pytest: pytest ({FILE}::{name} .+)", told)
    assert again is not None

    repeated = call(*shlex.split(again[1]))

    repeated.assert_outcomes(errors=1, passed=int(name == "test_afterwards"))
    repeated.stdout.fnmatch_lines(["E *FAILED *reproduced"])


def test_a_replay_to_which_neither_test_nor_fixture_comes_is_an_error(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({FILE: TESTS})
    call(f"{FILE}::test_afterwards")
    (case,) = pytester.path.glob(".simcore/runs/*/cases/*.case.json")
    (pytester.path / FILE).write_text(TESTS.replace("    yield\n    sim.explore(race)", "    yield"))

    result = call(FILE, f"--sim-replay={case}")

    result.assert_outcomes(passed=1, errors=1, deselected=3)
    result.stdout.fnmatch_lines(["*test_afterwards: the test has not explored so often, so that nothing was replayed"])


@pytest.mark.parametrize("name", ["test_before", "test_afterwards"])
def test_pytest_exit_in_what_it_plays_ends_the_session(project: Callable[..., None], call: Pytest, name: str) -> None:
    leaves = (
        "def race(world):\n    world.define('app:w', quits)\n    world.spawn('app:w', 'app:host')\n    world.run()\n"
    )
    quits = f"\nasync def quits(process):\n    pytest.exit('enough')\n\n{leaves}"
    project({FILE: TESTS.replace(RACE, RACE + quits)})

    result = call(f"{FILE}::{name}")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*Exit: enough*"])
