"""The path of a folder that somebody has given in Python."""

from __future__ import annotations

import os
from pathlib import Path

from simcore.model.errors import UsageError
from simcore.model.texts import represented


def folder_given(named: str, folder: object) -> Path:
    """Return *folder* as a path; *named* is what the user calls it.

    Raises:
        UsageError: it is no path.
    """
    if not isinstance(folder, str | os.PathLike):
        raise UsageError(f"{named} takes the path of a folder, not {represented(folder)}")
    return Path(folder)
