"""Filters of warnings that pytest has make no other verdict of an item of the catalogue than the command has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import TABLE, Pytest

WARNS = """
import warnings
import pytest
from simcore import scenario

warnings.warn("while it is read", DeprecationWarning)

@pytest.mark.filterwarnings("error")
@scenario(schedules=2)
def warns(world):
    world.run()
    warnings.warn("while it runs")
"""
GIVEN = """
import warnings
from hypothesis import given, settings, strategies as st

@settings(max_examples=2)
@given(st.booleans())
def test_warns(flag):
    warnings.warn("of a property")
"""
FAILS = WARNS.replace("def warns(world):", "def fails(world):\n    assert False\n\ndef other(world):")
OWN = "import warnings\ndef test_own():\n    warnings.warn('of my own')\n"


def test_what_warns_has_the_verdict_of_the_command_and_tests_of_the_users_own_that_of_pytest(
    project: Callable[..., None], call: Pytest
) -> None:
    files = {"scenarios/warns.py": WARNS, "properties/warns.py": GIVEN, "tests/test_own.py": OWN}
    project({**files, "pyproject.toml": f"{TABLE}filterwarnings = ['error']\n"})

    result = call(*files)

    result.assert_outcomes(passed=2, failed=1, warnings=3)
    result.stdout.fnmatch_lines(["FAILED tests/test_own.py::test_own - UserWarning: of my own"])


def test_so_has_its_replay(project: Callable[..., None], call: Pytest, pytester: pytest.Pytester) -> None:
    project({"scenarios/fails.py": FAILS, "pyproject.toml": f"{TABLE}filterwarnings = ['error']\n"})
    call("scenarios/fails.py")
    (case,) = pytester.path.glob(".simcore/runs/*/cases/*.case.json")

    result = call("scenarios/fails.py", f"--sim-replay={case}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED  *reproduced"])
