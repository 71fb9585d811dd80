"""How a file of the user is named to people."""

from __future__ import annotations

from pathlib import PurePath

from simcore.model.home import home


def shown_file(file: str) -> str:
    """Return *file* from the folder on that it is played in, where it lies below that, else its name; never a path of
    the machine."""
    try:
        return PurePath(file).relative_to(home()).as_posix()
    except (ValueError, OSError):
        return PurePath(file).name
