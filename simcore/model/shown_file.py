"""How a file of the user is named to people."""

from __future__ import annotations

from pathlib import Path, PurePath


def shown_file(file: str) -> str:
    """Return *file* from the current folder on where it lies below it, else its name; never a path of the machine."""
    try:
        return PurePath(file).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return PurePath(file).name
