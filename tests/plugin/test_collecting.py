"""What pytest collects of a project, and what it does not collect twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import TABLE, Pytest

PROPERTY = """
from hypothesis import example, given, settings, strategies
from simcore import World, sometimes

@sometimes
def somebody_has_a_name(world: World) -> None:
    assert list(world.names)

@settings(max_examples=20)
@example(number=3)
@given(number=strategies.integers(0, 1000), more=strategies.data())
def test_numbers_stay_small(number: int, more: strategies.DataObject | None) -> None:
    assert more.draw(strategies.integers(0, 5)) < 9
    assert number < 2_000
"""

APP = {
    "scenarios/shop/_index.yaml": """
version: "1.0"
namespace: shop
entries:
  - name: ships
    kind: function.lua
    source: file://tests.lua
    method: ships
    meta: {type: test, suite: pipeline}
""",
    "scenarios/shop/tests.lua": "local function ships() return true end\nreturn { ships = ships }\n",
}


def collected(result: pytest.RunResult) -> list[str]:
    return [line.split()[0] for line in result.outlines if "::" in line and not line.startswith("PASSED")]


def test_scenarios_properties_tests_of_apps_and_kept_cases_are_items(
    project: Callable[..., None], call: Pytest
) -> None:
    property_text = PROPERTY.replace("@example(number=3)\n", "")
    project({**APP, "properties/names.py": property_text, "tests/cases/old.case.json": "{}", "tests/x.case.json": "{}"})

    result = call("--co", "-q")

    assert sorted(collected(result)) == [
        "properties/names.py::test_numbers_stay_small",
        "scenarios/pairs.py::calm",
        "scenarios/pairs.py::race",
        "scenarios/shop/_index.yaml::shop:ships",
        "tests/cases/old.case.json::replay",
    ]


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_nothing_is_collected_twice_where_the_patterns_of_pytest_match(
    project: Callable[..., None], call: Pytest, mode: str
) -> None:
    files = {
        "pyproject.toml": TABLE + "python_files = ['*.py']\npython_functions = ['*']\n",
        "scenarios/__init__.py": "",
        "scenarios/helped.py": "from ._help import WORD\nfrom simcore import scenario\n"
        "@scenario\ndef helped(world):\n    assert WORD == 'word'\n    world.run()\n",
        "scenarios/_help.py": "WORD = 'word'\n",
    }
    project(files)

    result = call("--co", "-q", f"--import-mode={mode}", "--doctest-modules", "scenarios")

    assert sorted(collected(result)) == [
        "scenarios/helped.py::helped",
        "scenarios/pairs.py::calm",
        "scenarios/pairs.py::race",
    ]


def test_a_file_that_both_share_has_the_items_of_both(project: Callable[..., None], call: Pytest) -> None:
    shared = """
import pytest
from simcore import scenario

@pytest.fixture
def word():
    return "word"

@scenario
def test_of_simcore(world):
    world.run()

def test_of_pytest(word):
    assert word == "word"
"""
    project({"scenarios/test_both.py": shared})

    result = call("-v", "scenarios/test_both.py")

    result.assert_outcomes(passed=2)
    assert collected(result) == ["scenarios/test_both.py::test_of_simcore", "scenarios/test_both.py::test_of_pytest"]


def test_marks_of_a_file_and_of_an_item_choose_as_they_do_elsewhere(project: Callable[..., None], call: Pytest) -> None:
    slow = """
import pytest
from simcore import scenario
pytestmark = pytest.mark.slow

@scenario
def one(world): world.run()
"""
    markers = "markers = ['slow: takes long', 'odd: is odd']\n"
    odd = slow.replace("pytestmark = pytest.mark.slow\n", "").replace("@scenario", "@pytest.mark.odd\n@scenario")
    project({"pyproject.toml": TABLE + markers, "scenarios/slow.py": slow, "scenarios/odd.py": odd})

    assert collected(call("--co", "-q", "-m", "slow")) == ["scenarios/slow.py::one"]
    assert collected(call("--co", "-q", "-m", "odd")) == ["scenarios/odd.py::one"]
    assert "scenarios/slow.py::one" not in collected(call("--co", "-q", "-m", "not slow"))


def test_what_failed_last_is_run_alone_and_stops_the_run_where_that_is_asked(
    project: Callable[..., None], pytester: pytest.Pytester
) -> None:
    project({"scenarios/zoo.py": "from simcore import scenario\n@scenario\ndef last(world): world.run()\n"})

    stopped = pytester.runpytest_inprocess("-x")
    again = pytester.runpytest_inprocess("--lf")

    stopped.assert_outcomes(failed=1)
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["run-last-failure: rerun previous 1 failure*"])


@pytest.mark.parametrize(
    ("line", "said"),
    [("x = 1 / 0", "ZeroDivisionError: division by zero"), ("raise KeyboardInterrupt", "KeyboardInterrupt")],
)
def test_a_broken_file_is_one_item_that_names_its_line_and_the_rest_runs(
    project: Callable[..., None], call: Pytest, line: str, said: str
) -> None:
    project({"scenarios/broken.py": f"import os\n{line}\n"})

    result = call("scenarios", "-k", "not race")

    result.assert_outcomes(passed=1, failed=1, deselected=1)
    result.stdout.fnmatch_lines([f"  usage: scenarios/broken.py:2: {said}"])
    assert "Traceback" not in result.stdout.str()


def test_what_looks_like_a_scenario_and_is_none_is_an_item_that_says_so(
    project: Callable[..., None], call: Pytest
) -> None:
    project({"scenarios/waits.py": "from simcore import scenario\n@scenario\nasync def waits(world): ...\n"})

    result = call("scenarios/waits.py")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  usage: scenarios/waits.py:2: @scenario waits is an `async def`: *"])


def test_a_property_runs_with_its_own_settings_examples_and_draws(project: Callable[..., None], call: Pytest) -> None:
    text = PROPERTY.replace("@example(number=3)\n", "@example(number=3, more=None)\n").replace(
        "assert more.draw", "assert more is None or more.draw"
    )
    project({"properties/names.py": text})

    result = call("properties")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 item: 1 passed*; 2? examples*"])


def test_an_item_can_be_named_in_another_current_folder(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project()
    monkeypatch.chdir(pytester.path / "scenarios")

    result = call("pairs.py::race")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED        scenarios/pairs.py::race  schedule *"])
    result.stdout.fnmatch_lines(["  pytest: pytest pairs.py::race --sim-replay=.simcore/runs/*"])


def test_a_root_that_is_another_than_that_of_the_project_hides_it_not(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()

    result = call("--rootdir", str(pytester.path.parent), "scenarios/pairs.py")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED        scenarios/pairs.py::race  schedule *"])


def test_a_sometimes_is_judged_where_the_whole_catalogue_ran_and_never_of_a_part(
    project: Callable[..., None], call: Pytest
) -> None:
    project({"properties/names.py": PROPERTY.split("@settings")[0], "scenarios/pairs.py": CALM})

    whole, part = call("--sim-strict"), call("--sim-strict", "-k", "calm")

    assert whole.ret == pytest.ExitCode.TESTS_FAILED
    whole.stdout.fnmatch_lines(["never seen: properties/names.py::somebody_has_a_name: somebody has a name"])
    assert part.ret == pytest.ExitCode.OK
    assert "never seen:" not in part.stdout.str()


CALM = """
from simcore import Process, scenario

async def worker(process: Process) -> None:
    await process.sleep("1s")

@scenario(schedules=2)
def calm(world):
    world.define("app:worker", worker)
    world.spawn("app:worker", "app:host")
    world.run()

@scenario(schedules=2)
def still(world):
    calm(world)
"""
