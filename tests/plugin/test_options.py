"""Where a project is looked for: around what is collected first, as the command does where it is called."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.files import write_files
from tests.plugin.conftest import PROJECT, TABLE, Pytest

BELOW = {f"proj/{name}": text for name, text in PROJECT.items() if name != "pyproject.toml"}
OWN = {"proj/tests/test_own.py": "def test_own(sim):\n    assert sim\n"}
ABOVE = {
    "ini": {"pytest.ini": "[pytest]\naddopts = -p no:randomly\n", "proj/pyproject.toml": "[tool.simcore]\n"},
    "table": {"pyproject.toml": TABLE, "scenarios/a.py": "1 / 0\n", "proj/pyproject.toml": "[tool.simcore]\n"},
    "broken table": {"pyproject.toml": f"{TABLE}[tool.simcore.run]\nseed = -1\n", "proj/pyproject.toml": TABLE},
}


@pytest.mark.parametrize("above", ABOVE)
def test_a_project_below_the_root_of_the_session_is_found_from_inside_and_by_name(
    pytester: pytest.Pytester, call: Pytest, monkeypatch: pytest.MonkeyPatch, above: str
) -> None:
    write_files(pytester.path, {**BELOW, **OWN, **ABOVE[above]})

    named = call("proj")
    by_id = call("proj/scenarios/pairs.py::calm", "proj/tests/test_own.py::test_own")
    monkeypatch.chdir(pytester.path / "proj")
    inside = call()

    for each in (named, inside):
        each.assert_outcomes(passed=2, failed=1)
        each.stdout.fnmatch_lines(["FAILED  *scenarios/pairs.py::race  schedule *"])
    by_id.assert_outcomes(passed=2)


def test_several_folders_count_by_the_project_that_they_are_all_in(project: Callable[..., None], call: Pytest) -> None:
    project({**OWN, "tests/test_other.py": OWN["proj/tests/test_own.py"], "proj/pyproject.toml": "[tool.simcore]\n"})

    call("proj/tests", "tests", "scenarios/pairs.py::calm").assert_outcomes(passed=3)


def test_a_case_elsewhere_that_pytest_has_taken_for_a_place_of_tests_is_refused_with_the_cure(
    pytester: pytest.Pytester, call: Pytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(pytester.path, {f"proj/{name}": text for name, text in PROJECT.items()})
    monkeypatch.chdir(pytester.path / "proj")
    call("scenarios/pairs.py::race")
    (case,) = pytester.path.glob("proj/.simcore/runs/*/cases/*.case.json")
    (pytester.path / "elsewhere").mkdir()
    moved = case.rename(pytester.path / "elsewhere" / "race.case.json")

    refused = call("--sim-replay", str(moved))
    joined = call(f"--sim-replay={moved}")

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines([f"ERROR: simcore: --sim-replay {moved}: *; write --sim-replay={moved}"])
    joined.assert_outcomes(failed=1, deselected=1)
