"""What a catalogue folder holds: Python files and app directories, in a fixed order."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX: Final = "_index.yaml"
_PRIVATE: Final = ("_", ".")
_OURS: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:simcore|hypothesis)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """A file or an app directory of a catalogue folder.

    Args:
        path: where it is.
        folder: the catalogue folder.
        id: what ids of its items begin with: its path as somebody types it at the project's root.
        shown: how messages and results name it.
        is_app: whether it is an app directory.
    """

    path: Path
    folder: Path
    id: str
    shown: str
    is_app: bool


def places(folder: Path, id: str, shown: str) -> Iterator[Place]:
    """Give what *folder* holds, by name, or itself where it has the index of an app.

    What begins with ``_`` or ``.`` is no part of a catalogue, and of the Python in the tree of an app only what speaks
    of simcore or Hypothesis is: the rest serves the app.

    Args:
        folder: where it is.
        id: what the ids of all that is in it begin with.
        shown: how messages name it.

    Raises:
        UsageError: a folder cannot be read.
    """
    if (folder / INDEX).exists():
        yield from app_places(folder, id, shown)
    else:
        yield from _below(folder, Place(folder, folder, id, shown, is_app=False))


def app_places(folder: Path, id: str, shown: str) -> Iterator[Place]:
    """Give the app in *folder*, and what is in its tree for simcore; as ``places``."""
    yield from _app(folder, Place(folder, folder, id, shown, is_app=True))


def _below(current: Path, whole: Place) -> Iterator[Place]:
    for child in _children(current):
        if child.is_dir() and is_app(child):
            yield from _app(child, whole)
        elif child.is_dir() and not _leads_back(child):
            yield from _below(child, whole)
        elif child.suffix == ".py" and not child.is_dir():
            yield _inside(child, whole)


def _app(folder: Path, whole: Place) -> Iterator[Place]:
    yield whole if folder == whole.path else _inside(folder, whole)
    for current, subfolders, files in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith(_PRIVATE))
        for name in sorted(files):
            file = Path(current, name)
            if name.endswith(".py") and not name.startswith(_PRIVATE) and _speaks_of_us(file):
                yield _inside(file, whole)


def _speaks_of_us(file: Path) -> bool:
    try:
        return _OURS.search(file.read_bytes()) is not None
    except OSError:
        return False


def _inside(path: Path, whole: Place) -> Place:
    relative = legible(path.relative_to(whole.path).as_posix())
    id, shown = ((Path(named) / relative).as_posix() for named in (whole.id, whole.shown))
    return Place(path, whole.path, id, shown, path.is_dir())


def _leads_back(child: Path) -> bool:
    """Tell whether *child* is a link to a folder that holds it."""
    return child.is_symlink() and child.absolute().is_relative_to(os.path.realpath(child))


def _children(folder: Path) -> list[Path]:
    try:
        # File systems list in an order of their own.
        return sorted(child for child in folder.iterdir() if not child.name.startswith(_PRIVATE))
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read: {error.strerror}") from None


def legible(path: str) -> str:
    """Return *path* as a text that any file can hold, whatever the encoding of this process.

    Python has a lone surrogate in it for each byte that this encoding cannot read.
    """
    if path.isascii() or path.isprintable():
        return path
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def native(path: str) -> str:
    """Return the path that ``legible`` has made *path* of, where there was one."""
    return path if path.isascii() else os.fsdecode(path.encode("utf-8", "surrogateescape"))


def typed(root: Path, path: Path) -> str:
    """Return *path* as somebody types it in the folder *root*: relative where that is not longer than the way up, or
    where it was typed so itself."""
    return legible(_typed(root, path))


def _typed(root: Path, path: Path) -> str:
    absolute = Path(os.path.abspath(path))
    for given in (absolute, Path(os.path.realpath(absolute))):
        if given.is_relative_to(root):
            return given.relative_to(root).as_posix()
    if path.is_absolute() and ".." not in path.parts:
        return absolute.as_posix()
    return Path(os.path.relpath(absolute, root)).as_posix()


def is_catalogued(file: Path, folder: Path) -> bool:
    """Tell whether ``places`` gives the Python *file* where it is asked for the catalogue *folder*, which holds it."""
    steps = file.relative_to(folder).parts
    above = [folder.joinpath(*steps[:amount]) for amount in range(1, len(steps))]
    if any(step.startswith(_PRIVATE) for step in steps):
        return False
    return not any(map(is_app, above)) or _speaks_of_us(file)


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
