"""Writing small applications into a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

WriteApp: TypeAlias = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def write_app(tmp_path: Path) -> WriteApp:
    """Return a function that writes files by relative path and returns the folder that holds them."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        for relative, content in files.items():
            path = folder / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write
