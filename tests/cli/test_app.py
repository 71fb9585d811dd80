"""What the command says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_project(call: Call, folder: Path, option: str) -> None:
    (folder / "pyproject.toml").write_text("[tool\n", encoding="utf-8")

    assert call(option).code == 0
