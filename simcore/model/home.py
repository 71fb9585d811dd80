"""The folder that the user's own code is played in, and from which places in files are told."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

_folder_now: Final = os.getcwd
_go_to: Final = os.chdir
"""As they are before any of the user's code could put others in their place."""
# Of the module, since where a place is told from is asked of texts, far from who knows the project. The user's code may
# leave for another folder at any time.
_homes: Final[list[str]] = []


def home() -> Path:
    """Return the folder that places are told from: where the user's code is played, else the current one.

    Raises:
        OSError: the current folder is not there any more.
    """
    return Path(_homes[-1]) if _homes else Path.cwd()


@contextmanager
def at_home(folder: Path | None) -> Generator[None, None, None]:
    """Let *folder* be the current one inside the block, and afterwards what was so before, wherever the user's code has
    gone. None, and what is no whole path, changes nothing and is come back to."""
    before = _current()
    there = before if folder is None or not folder.is_absolute() else str(folder)
    if not there:
        yield
        return
    _go(there)
    _homes.append(there)
    try:
        yield
    finally:
        _homes.pop()
        _go(before or there)


def _current() -> str:
    """Return the current folder; nothing where that was removed."""
    try:
        return _folder_now()
    except OSError:
        return ""


def _go(folder: str) -> None:
    if folder != _current():
        # The user's code may have removed it.
        with suppress(OSError):
            _go_to(folder)
