"""Catalogue folders as private packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.mount import BrokenFile, load_file, mount


def test_files_of_a_catalogue_import_each_other(folder: Path) -> None:
    module = load_file(folder / "scenarios/pool.py", folder / "scenarios", "scenarios/pool.py")

    assert module.ONE == 1


def test_a_mounted_folder_takes_no_name_that_a_user_could_have(folder: Path) -> None:
    load_file(folder / "scenarios/pool.py", folder / "scenarios", "scenarios/pool.py")

    assert "scenarios" not in sys.modules
    assert "pool" not in sys.modules
    assert mount(folder / "scenarios").__name__.startswith("_simcore_scenarios_")


def test_folders_of_one_name_do_not_meet(tmp_path: Path, write: Callable[..., Path]) -> None:
    one, other = write("one/scenarios/x.py", "WHICH = 1\n"), write("other/scenarios/x.py", "WHICH = 2\n")

    modules = [load_file(file, file.parent, "x.py") for file in (one, other)]

    assert [module.WHICH for module in modules] == [1, 2]


def test_a_file_is_imported_once(folder: Path) -> None:
    file = folder / "scenarios/pool.py"

    assert load_file(file, file.parent, "x") is load_file(file, file.parent, "x")


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("x = 1\ndef (\n", "s/broken.py:2", "SyntaxError: invalid syntax"),
        ("import no_such_module_at_all\n", "s/broken.py:1", "ModuleNotFoundError: No module named"),
        ("\n\nraise SystemExit('bye')\n", "s/broken.py:3", "SystemExit: bye"),
        ("raise ValueError('first\\nsecond')\n", "s/broken.py:1", "ValueError: first"),
    ],
)
def test_a_file_that_breaks_says_where_and_why_in_one_line(
    tmp_path: Path, write: Callable[..., Path], text: str, place: str, reason: str
) -> None:
    file = write("broken.py", text)

    with pytest.raises(BrokenFile) as caught:
        load_file(file, tmp_path, "s/broken.py")

    assert caught.value.place == place
    assert caught.value.reason.startswith(reason)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("where", "cure"),
    [
        (
            "scenarios/helping.py",
            "it lies beside this file: write `from . import helping`, or `from .helping import ...`",
        ),
        ("helping.py", "it lies in a folder above, where Python does not look: install it, or set "),
        (
            "helping/__init__.py",
            "it lies in a folder above, where Python does not look: install it, ",
        ),
    ],
)
def test_a_module_of_the_project_that_is_not_found_has_its_cure(
    tmp_path: Path, write: Callable[..., Path], where: str, cure: str
) -> None:
    write(where, "")
    file = write("scenarios/needs.py", "import helping\n")

    with pytest.raises(BrokenFile) as broken:
        load_file(file, tmp_path / "scenarios", "scenarios/needs.py")

    assert str(broken.value).startswith(f"scenarios/needs.py:1: ModuleNotFoundError: No module named 'helping'; {cure}")


def test_a_dot_in_a_file_name_is_refused(tmp_path: Path, write: Callable[..., Path]) -> None:
    with pytest.raises(BrokenFile, match="a dot in the name"):
        load_file(write("a.b.py", ""), tmp_path, "a.b.py")
