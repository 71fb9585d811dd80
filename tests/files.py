"""Files of the tests: where the project lies, and writing what a test needs into a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
"""The project's folder."""


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files*, by their relative paths, into *folder* and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
