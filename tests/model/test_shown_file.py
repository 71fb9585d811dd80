"""How a file is named to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.model.shown_file import shown_file


def test_a_file_is_shown_from_the_current_folder_on_else_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert shown_file(str(tmp_path / "scenarios" / "bank.py")) == "scenarios/bank.py"
    assert shown_file("/somewhere/else/bank.py") == "bank.py"


def test_a_folder_that_is_gone_has_nothing_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert shown_file(str(tmp_path / "gone" / "bank.py")) == "bank.py"
