"""What a catalogue folder holds: Python files and app directories, in a fixed order."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX: Final = "_index.yaml"
_PRIVATE: Final = ("_", ".")


@dataclass(frozen=True, slots=True)
class Place:
    """A file or an app directory of a catalogue folder.

    Args:
        path: where it is.
        folder: the catalogue folder.
        name: its path below the folder, ``/`` between the steps, without a suffix.
        shown: how messages and results name it.
        is_app: whether it is an app directory.
    """

    path: Path
    folder: Path
    name: str
    shown: str
    is_app: bool


def places(folder: Path, shown: str) -> Iterator[Place]:
    """Give what *folder*, called *shown*, holds, by name; what begins with ``_`` or ``.`` is no part of a catalogue.

    Raises:
        UsageError: a folder cannot be read.
    """
    yield from _below(folder, folder, shown)


def _below(current: Path, folder: Path, shown: str) -> Iterator[Place]:
    for child in _children(current):
        if child.is_dir() and is_app(child):
            yield place(child, folder, shown)
        elif child.is_dir() and not _leads_back(child):
            yield from _below(child, folder, shown)
        elif child.suffix == ".py" and not child.is_dir():
            yield place(child, folder, shown)


def _leads_back(child: Path) -> bool:
    """Tell whether *child* is a link to a folder that holds it."""
    return child.is_symlink() and child.absolute().is_relative_to(os.path.realpath(child))


def _children(folder: Path) -> list[Path]:
    try:
        # File systems list in an order of their own.
        return sorted(child for child in folder.iterdir() if not child.name.startswith(_PRIVATE))
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read: {error.strerror}") from None


def place(path: Path, folder: Path, shown: str) -> Place:
    """Return the place of *path* in the catalogue *folder*, which messages call *shown*."""
    relative = path.relative_to(folder)
    name = relative.as_posix() if path.is_dir() else relative.with_suffix("").as_posix()
    return Place(path, folder, name, (Path(shown) / relative).as_posix(), path.is_dir())


def is_app(folder: Path) -> bool:
    """Tell whether *folder* is an app: it has an index, or its subfolders do and it holds no Python."""
    if (folder / INDEX).exists():
        return True
    if any(folder.glob("*.py")):
        return False
    return any(INDEX in files for files in _files_below(folder))


def _files_below(folder: Path) -> Iterator[list[str]]:
    for _, subfolders, files in os.walk(folder):
        subfolders[:] = [name for name in subfolders if not name.startswith(_PRIVATE)]
        yield files


def file_digest(file: Path) -> str:
    """Return the SHA-256 of the bytes of *file*."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
