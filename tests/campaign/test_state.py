"""Two processes play the same where simcore, Python and the project are the same, wherever the files lie."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simcore import UsageError
from simcore.campaign.state import State, state_of
from simcore.campaign.work import Wanted
from tests.files import write_files


def of(folder: Path, *targets: str) -> State:
    return state_of(Wanted(command="c", folder=str(folder), targets=targets))


def test_the_same_files_at_another_place_are_the_same_state(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("elsewhere"))

    assert of(folder, "app") == of(other, "app")


@pytest.mark.parametrize("file", ["scenarios/pairs.py", "scenarios/new.py", "pyproject.toml", "app/tests.lua"])
def test_another_word_in_a_file_that_is_played_is_another_state(folder: Path, file: str) -> None:
    before = of(folder, "app")
    text = (folder / file).read_text() if (folder / file).exists() else ""
    write_files(folder, {file: text + "\n# another word\n"})

    difference = before.difference(of(folder, "app"))
    assert difference is not None
    assert difference.startswith("another state of the project's files (")


def test_what_python_leaves_beside_the_files_is_no_part_of_the_state(folder: Path) -> None:
    before = of(folder)
    write_files(folder, {"scenarios/__pycache__/pairs.cpython-311.pyc": "x", "scenarios/.swp": "x", "notes.txt": "x"})

    assert of(folder) == before


def test_a_difference_is_named(folder: Path) -> None:
    here = of(folder)

    assert here.difference(here) is None
    assert (here.difference(State("0", here.python, here.project)) or "").startswith("another simcore (0, here ")
    assert here.difference(State(here.simcore, "2.7", here.project)) == f"another Python (2.7, here {here.python})"


def test_a_folder_that_is_not_here_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the project has to be at the same path everywhere"):
        of(tmp_path / "nowhere")
