"""A file that says itself that it is not to be tried is skipped, and is no mistake."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.cli.conftest import Call
from tests.files import write_files

Beside: TypeAlias = Callable[[str], Path]
HOLDS = """
from simcore import World, scenario

async def ends(process):
    return 1

@scenario(schedules=1)
def holds(world: World):
    world.define("app:ends", ends)
    world.spawn("app:ends", "app:processes")
    world.run()
"""
SAID = {
    "importorskip": 'import pytest\npytest.importorskip("no_such_module")\n',
    "skip": 'import pytest\npytest.skip("not here", allow_module_level=True)\n',
    "SkipTest": 'import unittest\nraise unittest.SkipTest("not here")\n',
}


@pytest.fixture
def beside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Beside:
    """A project with a scenario that holds, in which another file is written."""
    project = write_files(folder / "project", {"pyproject.toml": "[tool.simcore]\n", "scenarios/holds.py": HOLDS})
    monkeypatch.chdir(project)
    return lambda text: write_files(project, {"scenarios/says.py": f"{text}{HOLDS}"})


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_a_file_that_skips_itself_is_skipped_and_the_rest_is_played(beside: Beside, call: Call, said: str) -> None:
    beside(said)

    ended = call("run")

    assert ended.code == 0, ended.out
    assert "SKIPPED       scenarios/says.py" in ended.out
    assert "2 items: 1 passed, 1 skipped" in ended.out


def test_a_file_of_properties_that_skips_itself_is_skipped(folder: Path, call: Call) -> None:
    write_files(folder, {"properties/says.py": SAID["skip"]})

    ended = call("run", "properties/says.py")

    assert ended.code == 0, ended.out
    assert "SKIPPED       properties/says.py" in ended.out


def test_a_skip_that_does_not_say_that_it_means_the_file_is_a_mistake_with_its_cure(beside: Beside, call: Call) -> None:
    beside('import pytest\npytest.skip("not here")\n')

    ended = call("run")

    assert ended.code == 2
    assert "scenarios/says.py:2: Skipped: not here; to skip the whole file, add allow_module_level=True" in ended.out


@pytest.mark.parametrize(("command", "told"), [("list", "skipped: "), ("check", "skipped, and not checked: ")])
def test_the_other_commands_tell_what_is_skipped(beside: Beside, call: Call, command: str, told: str) -> None:
    beside(SAID["skip"])

    ended = call(command, *(["--schedules", "1"] if command == "check" else []))

    assert ended.code == 0
    assert f"{told}scenarios/says.py:2: not here" in ended.out
