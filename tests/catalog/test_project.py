"""Which project a command works for, and what its table may say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.project import find_project, shipped_project
from simcore.model.errors import UsageError
from simcore.model.options import Options


def test_the_nearest_table_upwards_counts(folder: Path) -> None:
    below = folder / "scenarios" / "orders"

    project = find_project(below)

    assert project.root == folder.resolve()
    assert project.scenarios == (folder.resolve() / "scenarios",)
    assert not project.shipped


def test_a_pyproject_without_the_table_is_passed_over(folder: Path, write: Callable[..., Path]) -> None:
    write("inner/pyproject.toml", "[tool.other]\n")

    assert find_project(folder / "inner").root == folder.resolve()


def test_without_a_project_the_shipped_catalogue_counts(tmp_path: Path) -> None:
    project = find_project(tmp_path)

    assert project == shipped_project()
    assert project.shipped
    assert [each.name for each in (*project.scenarios, *project.properties, *project.reports)] == [
        "scenarios",
        "properties",
        "reports",
    ]


def test_the_options_of_worlds_come_from_the_table(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", "[tool.simcore.world]\nactions_max = 7\nstrict_mode = true\n")

    assert find_project(tmp_path).options == Options(actions_max=7, strict_mode=True)


def test_folders_of_other_names_can_be_listed(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", '[tool.simcore]\nscenarios = ["a", "deep/b"]\n')
    write("a/x.py", "")
    write("deep/b/x.py", "")

    project = find_project(tmp_path)

    assert project.scenarios == (tmp_path.resolve() / "a", tmp_path.resolve() / "deep/b")
    assert project.properties == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[tool.simcore]\nscenarois = []\n", ["pyproject.toml", "[tool.simcore]", "'scenarois'", "scenarios"]),
        ("[tool.simcore.world]\nactions = 1\n", ["pyproject.toml", "[tool.simcore.world]", "'actions'", "actions_max"]),
        (
            "[tool.simcore.world]\nactions_max = 'many'\n",
            ["pyproject.toml", "[tool.simcore.world].actions_max", "`int`", "`str`"],
        ),
        (
            "[tool.simcore.world]\nprocesses_max = 0\n",
            ["pyproject.toml", "[tool.simcore.world]: processes_max", "not 0"],
        ),
        ("[tool.simcore]\nworld = 3\n", ["pyproject.toml", "[tool.simcore] world", "object"]),
        ("[tool.simcore]\nscenarios = 'one'\n", ["pyproject.toml", "scenarios", "array"]),
        ("[tool.simcore]\nscenarios = ['none']\n", ["pyproject.toml", "scenarios", "no folder 'none'", "create it"]),
        ("[tool.simcore]\nreports = ['~/none']\n", ["reports", "'~/none' beside the file, where ~ stands for no home"]),
        ("[tool.simcore]\nproperties = ['/no/such']\n", ["properties: there is no folder '/no/such'; create it"]),
        ("[tool.simcore]\nscenarios = ['pyproject.toml']\n", ["there is no folder 'pyproject.toml'"]),
        ("[tool.simcore]\nscenarios = ['ü\\u0000']\n".replace("'", '"'), ["there is no folder"]),
        ("[tool]\nsimcore = 3\n", ["pyproject.toml", "[tool.simcore]", "object"]),
        ("[tool.simcore\n", ["pyproject.toml", "no TOML", "line 1"]),
    ],
)
def test_a_mistake_in_the_table_names_file_and_key(
    tmp_path: Path, write: Callable[..., Path], text: str, parts: list[str]
) -> None:
    write("pyproject.toml", text)

    with pytest.raises(UsageError) as caught:
        find_project(tmp_path)

    assert [part for part in parts if part not in str(caught.value)] == []
