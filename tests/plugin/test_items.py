"""An item of the catalogue under pytest: played and told as ``simcore run`` does."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.cli import main
from tests.plugin.conftest import PROJECT, TABLE, Pytest


def run_of_simcore(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["simcore", *arguments, "--jobs", "0"])
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main()
    return capsys.readouterr().out


def test_it_fails_with_the_words_and_at_the_schedule_of_the_command(
    project: Callable[..., None],
    call: Pytest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project()

    result = call("scenarios")
    told = result.stdout.str()

    result.assert_outcomes(passed=1, failed=1)
    lines = run_of_simcore(monkeypatch, capsys, "run", "scenarios/pairs.py::race").splitlines()
    block = [line for line in lines[1:] if line and "/runs/" not in line and not line.startswith("1 item")]
    assert block[0].startswith("FAILED        scenarios/pairs.py::race  schedule ")
    assert [line for line in block if line not in told] == []
    assert "simcore/campaign" not in told
    assert "Traceback" not in told


def test_it_names_its_case_and_what_repeats_it_and_that_does(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()

    told = call("scenarios").stdout.str()
    case, again = (re.search(pattern, told) for pattern in (r"replay: simcore replay (\S+)", r"pytest: pytest (.+)"))
    assert case is not None
    assert again is not None
    assert json.loads((pytester.path / case[1]).read_text())["item"]["id"] == "scenarios/pairs.py::race"

    repeated = call(*shlex.split(again[1]))

    repeated.assert_outcomes(failed=1)
    repeated.stdout.fnmatch_lines(["replay of scenarios/pairs.py::race", "FAILED  *reproduced"])


def test_what_is_told_at_the_end_names_failures_and_the_report(project: Callable[..., None], call: Pytest) -> None:
    project({"scenarios/empty.py": "from simcore import scenario\n@scenario\ndef nothing(world): pass\n"})

    result = call("scenarios", "--sim-schedules=30")

    result.stdout.fnmatch_lines(
        [
            "simcore: * · base seed 0 · fifo, then uniform · 30 schedules",
            "*= simcore =*",
            "PASSED  *scenarios/empty.py::nothing  30 schedules",
            "  vacuous: its world never ran, nor did any other",
            "FAILED  *scenarios/pairs.py::race  schedule * of *",
            "  replay: simcore replay .simcore/runs/*",
            "  pytest: pytest scenarios/pairs.py::race --sim-replay=*",
            "3 items: 2 passed (1 vacuous), 1 failed; *",
            "report: .simcore/runs/*/summary.md",
            "FAILED scenarios/pairs.py::race - assert: *",
        ]
    )


def test_what_has_shown_nothing_fails_a_strict_run(project: Callable[..., None], call: Pytest) -> None:
    project({"scenarios/empty.py": "from simcore import scenario\n@scenario\ndef nothing(world): pass\n"})

    result = call("scenarios/empty.py", "--sim-strict")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  vacuous: its world never ran, nor did any other"])


def test_what_is_expected_to_fail_passes_and_what_says_skip_is_skipped(
    project: Callable[..., None], call: Pytest
) -> None:
    text = """
import pytest
from pairs_of import race
from simcore import scenario

@scenario(expect="failed")
def expected(world):
    assert False

@pytest.mark.skip(reason="not today")
@scenario
def skipped(world):
    assert False

@scenario
def says_so(world):
    pytest.skip("not now")
"""
    project({"scenarios/marked.py": text.replace("from pairs_of import race\n", "")})

    result = call("scenarios/marked.py", "-rs")

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*not today*"])
    result.stdout.fnmatch_lines(["*not now*"])


def test_a_budget_that_is_used_up_is_said_and_fails_nothing(project: Callable[..., None], call: Pytest) -> None:
    project()

    result = call("scenarios/pairs.py::calm", "--sim-budget=1ns", "-rs")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*not played: the budget is used up*"])


def test_what_the_budget_cuts_short_passes_and_that_is_said(project: Callable[..., None], call: Pytest) -> None:
    slow = (
        PROJECT["scenarios/pairs.py"]
        .replace("def calm(world: World) -> None:\n", "{0}    until(0.02)\n")
        .format(
            "def until(seconds):\n    from time import sleep\n    sleep(seconds)\n\n"
            "@scenario(schedules=1000)\ndef calm(world: World) -> None:\n"
        )
    )
    project({"scenarios/pairs.py": slow.replace("@scenario(schedules=3)\ndef until", "def until")})

    result = call("scenarios/pairs.py::calm", "--sim-budget=300ms")

    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [
            r"PASSED        scenarios/pairs.py::calm  \d+ schedules?$",
            r"  cut short: the budget is used up; interrupted after \d+ schedules?",
        ]
    )


SLOW_PROPERTY = """
from time import sleep
from hypothesis import given, strategies as st

@given(st.integers())
def test_slow(number):
    sleep(0.01)
    assert {claim}
"""


@pytest.mark.parametrize("strict", [(), ("--sim-strict",)], ids=["", "strict"])
def test_a_property_that_has_begun_ends_with_the_budget_and_says_how_far_it_came(
    project: Callable[..., None], call: Pytest, strict: tuple[str, ...]
) -> None:
    project({"properties/slow.py": SLOW_PROPERTY.format(claim="True")})

    result = call("properties/slow.py", "--sim-budget=300ms", "--sim-schedules=100000", *strict)

    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [
            r"PASSED        properties/slow.py::test_slow  \d+ examples?$",
            r"  cut short: the budget is used up; interrupted after \d+ examples?$",
        ]
    )


def test_a_property_that_has_failed_is_made_no_smaller_where_the_budget_is_used_up(
    project: Callable[..., None], call: Pytest
) -> None:
    slow = SLOW_PROPERTY.format(claim="number < 10**9").replace("sleep(0.01)", "sleep(0.4)")
    project({"properties/slow.py": slow.replace("st.integers()", "st.integers(10**9 + 1, 10**18)")})

    result = call("properties/slow.py", "--sim-budget=300ms")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED  *slow.py::test_slow  example 1 of 1*", "  test_slow: assert *"])
    result.stdout.fnmatch_lines(["  replay: simcore replay *.case.json"])


def test_what_is_inconclusive_fails_with_its_reason_and_an_interrupt_of_the_program_is_its_own(
    project: Callable[..., None], call: Pytest
) -> None:
    bounded = "[tool.simcore.world]\nactions_max = 2\n"
    raises = "from simcore import scenario\n@scenario\ndef raises(world):\n    raise KeyboardInterrupt\n"
    project({"pyproject.toml": TABLE + bounded, "scenarios/raises.py": raises})

    result = call("scenarios", "-k", "calm or raises")

    result.assert_outcomes(failed=2, deselected=1)
    result.stdout.fnmatch_lines(["INCONCLUSIVE  scenarios/pairs.py::calm  3 schedules", "  actions_max: the bound *"])
    result.stdout.fnmatch_lines(["ERROR  *scenarios/raises.py::raises  schedule 1 of 1", "  KeyboardInterrupt: *"])


def test_a_token_repeats_a_schedule(project: Callable[..., None], call: Pytest, pytester: pytest.Pytester) -> None:
    project()
    call("scenarios/pairs.py::race")
    results = next(Path(pytester.path).glob(".simcore/runs/*/results.json"))
    token = json.loads(results.read_text())["items"][0]["token"]

    result = call("scenarios", f"--sim-replay={token}")

    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["replay of scenarios/pairs.py::race", "FAILED  *reproduced"])


@pytest.mark.parametrize("mark", ["sim(schedules=7)", "xfail", "xfail(strict=True)"])
def test_a_marker_of_other_tests_makes_no_other_run_of_an_item(
    project: Callable[..., None], call: Pytest, mark: str
) -> None:
    text = "import pytest\nfrom simcore import scenario\n"
    item = "@scenario\ndef one(world):\n    world.run()\n"
    above = f"{text}@pytest.mark.{mark}\n{item}"
    project({"scenarios/above.py": above, "scenarios/whole.py": f"{text}pytestmark = pytest.mark.{mark}\n{item}"})

    result = call("scenarios/above.py", "scenarios/whole.py")

    # One that expects a failure hides neither its own refusal nor what fails.
    result.assert_outcomes(failed=2)
    name = mark.partition("(")[0]
    result.stdout.fnmatch_lines(
        [f"*@pytest.mark.{name}, which is not read here; *", f"*@pytest.mark.{name} is of tests of your own: *"]
    )


XFAIL = {
    "scenarios/above.py": "from simcore import scenario\n@pytest.mark.xfail(strict=True)\n@scenario\n{one}",
    "scenarios/never.py": "from simcore import scenario\n@pytest.mark.xfail(run=False)\n@scenario\n{one}",
    "scenarios/uses.py": "from simcore import scenario\n@pytest.mark.usefixtures('none')\n@scenario\n{one}",
    "scenarios/whole.py": "from simcore import scenario\npytestmark = pytest.mark.xfail\n@scenario\n{one}",
    "scenarios/added.py": "from simcore import scenario\n@scenario\n{one}",
    "properties/names.py": "from hypothesis import given, strategies as st\n@pytest.mark.xfail\n@given(st.just(1))\n"
    "def test_one(number):\n    pass\n",
    "conftest.py": "def pytest_collection_modifyitems(items):\n    for each in items:\n"
    "        if 'added' in each.nodeid:\n            each.add_marker(pytest.mark.xfail)\n",
}


def test_what_is_marked_to_fail_is_refused_and_not_green_by_that_mark(
    project: Callable[..., None], call: Pytest
) -> None:
    one = "def one(world):\n    world.run()\n"
    project({name: f"import pytest\n{text.replace('{one}', one)}" for name, text in XFAIL.items()})

    result = call(*(name for name in XFAIL if name != "conftest.py"))

    result.assert_outcomes(failed=6)
    told = result.stdout.str()
    assert told.count("has @pytest.mark.xfail, which is not read here; say `@scenario(expect='failed')`") >= 2
    assert "@pytest.mark.xfail is of tests of your own: say `@scenario(expect='failed')`" in told
    assert "has @pytest.mark.xfail, which is not read here; call `pytest.xfail(...)` in it" in told
    assert "has @pytest.mark.usefixtures, which is not read here; no fixture is set up for it" in told


def test_junit_says_seed_and_case(project: Callable[..., None], call: Pytest, pytester: pytest.Pytester) -> None:
    project()

    call("scenarios", "--junitxml=junit.xml", "--sim-seed=3")

    text = (pytester.path / "junit.xml").read_text()
    assert '<property name="sim.seed" value="3" />' in text
    assert re.search(r'<property name="sim.case" value="\.simcore/runs/[^"]+/cases/[^"]+-race-[^"]+"', text)


def test_no_report_is_written_where_nobody_wants_one(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project()

    call("scenarios/pairs.py::race", "--sim-report=never")
    assert list(Path(pytester.path).glob(".simcore/runs/*/summary.md")) == []

    call("scenarios/pairs.py::calm", "--sim-report=always")
    assert len(list(Path(pytester.path).glob(".simcore/runs/*/summary.md"))) == 1
