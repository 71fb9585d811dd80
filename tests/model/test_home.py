"""The user's code is played in one folder, wherever it goes meanwhile, and places are told from there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simcore.model.home import at_home, home
from simcore.model.shown_file import shown_file


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of a project, and one below it, which is the current one."""
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    return tmp_path, below


def test_the_block_is_at_home_and_what_was_so_before_is_come_back_to(folders: tuple[Path, Path]) -> None:
    root, below = folders
    with at_home(root):
        inside = Path.cwd()
        os.chdir("/")
        with at_home(None):
            os.chdir(below)
        assert Path.cwd() == Path("/")

    assert (inside, Path.cwd()) == (root, below)


def test_places_are_told_from_home_wherever_the_code_has_gone(folders: tuple[Path, Path]) -> None:
    root, _ = folders
    before = shown_file(str(root / "a.py"))
    with at_home(root):
        os.chdir("/")
        assert home() == root
        assert shown_file(str(root / "below" / "a.py")) == "below/a.py"

    assert before == "a.py"
    assert shown_file(str(root / "below" / "a.py")) == "a.py"


@pytest.mark.parametrize("folder", [None, Path("below")])
def test_without_a_whole_path_the_current_folder_stays_home(folder: Path | None, folders: tuple[Path, Path]) -> None:
    _, below = folders
    with at_home(folder):
        assert (home(), Path.cwd()) == (below, below)
        os.chdir("/")

    assert Path.cwd() == below


def test_a_folder_that_is_gone_is_no_reason_to_fail(folders: tuple[Path, Path]) -> None:
    root, below = folders
    with at_home(root / "gone"):
        assert Path.cwd() == below
    with at_home(None):
        below.rmdir()
    with at_home(None):
        pass
    with at_home(root):
        assert Path.cwd() == root
    assert Path.cwd() == root
