"""Writing small applications into a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.files import write_files

WriteApp: TypeAlias = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def write_app(tmp_path: Path) -> WriteApp:
    """Return a function that writes files by relative path and returns the folder that holds them."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        return write_files(tmp_path / "app", files)

    return write
