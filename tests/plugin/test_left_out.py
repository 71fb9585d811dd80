"""What pytest was kept from collecting of the catalogue is said, unless somebody has chosen something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import TABLE, Pytest

FILES = {
    "tests/test_own.py": "def test_own():\n    pass\n",
    "tests/test_explores.py": "def test_explores(sim):\n    sim.explore(lambda world: world.run(), schedules=1)\n",
    "properties/asked.py": "from simcore import always\n@always\ndef holds(world):\n    assert True\n",
}
PAIRS = "note: not collected, though `simcore run` plays it: scenarios/pairs.py; "


def test_testpaths_that_leave_the_catalogue_out_are_named_with_the_cure(
    project: Callable[..., None], call: Pytest
) -> None:
    project({**FILES, "pyproject.toml": f"{TABLE}testpaths = ['tests']\n"})
    said = f"{PAIRS}testpaths leaves it out: add scenarios to it, or say pytest scenarios"

    result = call("-k", "own")
    explored = call()
    named = call("tests")

    for each in (result, explored):
        each.stdout.fnmatch_lines(["*= simcore =*", said])
    result.assert_outcomes(passed=1, deselected=1)
    named.assert_outcomes(passed=2)
    named.stdout.no_fnmatch_line("note: not collected*")


def test_testpaths_that_hold_the_catalogue_leave_nothing_to_say(project: Callable[..., None], call: Pytest) -> None:
    project({**FILES, "pyproject.toml": f"{TABLE}testpaths = ['tests', 'scenarios']\n"})

    result = call("-k", "own")

    result.assert_outcomes(passed=1, deselected=3)
    result.stdout.no_fnmatch_line("note: *")


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": f"{TABLE}norecursedirs = ['scenarios']\n"},
        {"conftest.py": "collect_ignore = ['scenarios']\n"},
        {"pyproject.toml": TABLE.replace("'--strict-markers'", "'--ignore=scenarios'")},
    ],
    ids=["norecursedirs", "conftest", "addopts"],
)
def test_what_else_leaves_it_out_is_said_unless_somebody_has_typed_it(
    project: Callable[..., None], call: Pytest, files: dict[str, str]
) -> None:
    project({**FILES, **files})

    for arguments in ([], ["."]):
        result = call("-k", "own", *arguments)
        result.stdout.fnmatch_lines([f"{PAIRS}norecursedirs, --ignore or a conftest.py leaves it out"])
    call("-k", "own", "--ignore=scenarios").stdout.no_fnmatch_line("note: not collected*")
    call("-k", "own", "tests").stdout.no_fnmatch_line("note: not collected*")
