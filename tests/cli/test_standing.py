"""A command stands in the project of what it is asked for: a verdict does not depend on where it is typed."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.files import write_files

TELLS_ITS_FOLDER = """
import os
from simcore import World, scenario

async def ends(process):
    return 1

@scenario
def at_home(world: World):
    world.define("app:ends", ends)
    world.spawn("app:ends", "app:processes")
    world.run()
    assert os.path.exists("scenarios/s.py"), os.getcwd()

@scenario
def wrong(world: World):
    at_home(world)
    assert False, "wrong"
"""


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project beside the folder in which commands are typed, with settings of its own; return its root."""
    project = write_files(
        folder / "project",
        {
            "pyproject.toml": "[tool.simcore]\n[tool.simcore.run]\nschedules = 3\n",
            "scenarios/s.py": TELLS_ITS_FOLDER,
        },
    )
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    return project


@pytest.mark.parametrize(
    "target",
    ["../project/scenarios/s.py::at_home", "../project/scenarios/s::at_home", "{root}/scenarios/s.py::at_home"],
)
def test_a_file_of_a_project_is_played_there_with_its_settings(elsewhere: Path, call: Call, target: str) -> None:
    ended = call("run", target.format(root=elsewhere))

    assert ended.code == 0, ended.out
    assert "3 schedules" in ended.out
    assert f"in the project {elsewhere.resolve()}, whose [tool.simcore] is in force" in ended.out


def test_what_failed_there_is_replayed_from_where_it_was_typed(elsewhere: Path, call: Call) -> None:
    failed = call("run", "../project/scenarios/s.py")
    (line,) = [line for line in failed.out.splitlines() if "replay: simcore replay " in line]
    replayed = call("replay", line.split()[-1])

    assert failed.code == 1
    assert replayed.code == 1
    assert "REPRODUCED" in replayed.out.upper()
    assert not (Path.cwd() / ".simcore").exists()


def test_a_named_folder_for_what_a_run_leaves_is_where_it_was_typed(elsewhere: Path, call: Call) -> None:
    call("run", "../project/scenarios/s.py::at_home", "--artifacts", "left")

    assert [each.name for each in (Path.cwd() / "left").iterdir() if each.name == "runs"] == ["runs"]
    assert not (elsewhere / ".simcore").exists()


def test_a_command_stays_where_its_targets_lie_in_two_projects(elsewhere: Path, call: Call) -> None:
    write_files(
        elsewhere.parent / "other",
        {"pyproject.toml": "[tool.simcore]\n", "scenarios/o.py": TELLS_ITS_FOLDER},
    )

    ended = call("list", "../project", "../other")

    assert "in force" not in ended.out.replace("not in force", "")
    assert "run it from project" in ended.out
    assert "run it from other" in ended.out


@pytest.mark.parametrize(("command", "said"), [("list", "listed"), ("check", "checked")])
def test_the_other_commands_stand_there_too(elsewhere: Path, call: Call, command: str, said: str) -> None:
    few = ["--schedules", "1"] if command == "check" else []
    ended = call(command, "../project/scenarios/s.py::at_home", *few)

    assert f"note: {said} in the project {elsewhere.resolve()}, whose [tool.simcore] is in force" in ended.out
    assert "scenarios/s.py::at_home" in ended.out if command == "list" else ended.code == 0
