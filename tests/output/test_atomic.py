"""A file is there whole, or as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.output.atomic import write_file


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, other: Path) -> None:
        raise OSError("no space left")

    write_file(tmp_path / "x.txt", b"one")
    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OSError, match="no space left"):
        write_file(tmp_path / "x.txt", b"two")

    assert (tmp_path / "x.txt").read_text(encoding="utf-8") == "one"
    assert [file.name for file in tmp_path.iterdir()] == ["x.txt"]
