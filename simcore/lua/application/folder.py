"""The folder of an application: which index files it holds, and reading a file without leaving it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.lua.application.shown import escaped, shown
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INDEX_NAME: Final = "_index.yaml"
FILE_SIZE_MAX: Final = 1024 * 1024
"""Bytes of one index file or one Lua file."""
FIRST_READ: Final = 64 * 1024
"""Bytes that are asked for first."""
FOLDERS_MAX: Final = 10_000
"""Folders that are looked into; more means that the path names something larger than an application."""


class Folder:
    """The folder of an application.

    Args:
        path: the folder as the user gave it; messages show files below it.

    Raises:
        UsageError: the path is no folder, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not os.path.lexists(path):
            raise UsageError(f"{self._shown()}: there is no such folder; name the folder that holds {INDEX_NAME}")
        if not os.path.isdir(path):
            raise UsageError(f"{self._shown()}: this is not a folder; name the folder that holds {INDEX_NAME}")
        self._root = path.resolve()
        self.real: str = str(self._root)
        """The path once links are followed."""
        self.reads: dict[str, bytes] = {}
        """A digest of each file as it was read."""

    def name(self, relative: str) -> str:
        """Return how messages name the file at *relative*."""
        return escaped((self.path / relative).as_posix())

    def indexes(self) -> tuple[str, ...]:
        """Return the index files as sorted relative paths.

        Folders whose name begins with a dot, and links to folders, are not looked into: what a link inside the
        application means is found at its own place, and what lies outside is no part of it.

        Raises:
            UsageError: there is none, a folder cannot be read, or there are too many folders.
        """
        found = tuple(sorted(self._walk(), key=lambda relative: relative.split("/")))
        if not found:
            raise UsageError(
                f"{self._shown()}: no {INDEX_NAME} in this folder or below it; name the folder of an application, "
                f"or write its {INDEX_NAME} with 'namespace' and 'entries'"
            )
        return found

    def read(self, relative: str) -> bytes:
        """Return the content of the file at *relative*, which uses ``/`` and may hold ``..``.

        Raises:
            UsageError: the message lacks its place, which the caller puts in front: the file is missing, too large,
                no regular file, unreadable, or outside the folder once links are followed.
        """
        path = self.inside(relative)
        try:
            if not path.is_file():
                advice = "create it or correct its name"
                reason = "is not a regular file" if path.exists() else f"does not exist; {advice}"
                raise UsageError(f"the file {shown(relative)} {reason}")
            content = _content(path)
        except (OSError, ValueError) as error:
            raise UsageError(f"the file {shown(relative)} cannot be read: {_reason(error)}") from None
        if len(content) > FILE_SIZE_MAX:
            raise UsageError(f"the file {shown(relative)} is larger than {FILE_SIZE_MAX} bytes; split it")
        self.reads[relative] = _digest(content)
        return content

    def holds(self, reads: Mapping[str, bytes]) -> bool:
        """Tell whether the folder still holds the files of *reads*, each with the digest that it had when it was read.

        That is asked for each world that loads the application, so it is quicker than to read them again.
        """
        return all(self._digest_now(relative) == digest for relative, digest in reads.items())

    def _digest_now(self, relative: str) -> bytes | None:
        path = f"{self.real}/{relative}"
        try:
            # Most files are in the folder itself, and what is no link there leads nowhere else.
            if "/" in relative or not stat.S_ISREG(os.lstat(path).st_mode):
                path = os.path.realpath(path)
                if not path.startswith(f"{self.real}{os.sep}") or not os.path.isfile(path):
                    return None
            return _digest(_content(path))
        except OSError:
            return None

    def inside(self, relative: str) -> Path:
        """Return the real path of *relative*.

        Raises:
            UsageError: it lies outside the folder, or cannot be a path.
        """
        try:
            # Links first, then the question: a link inside the folder may lead out of it.
            path = (self._root / relative).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(f"the file {shown(relative)} cannot be read: {_reason(error)}") from None
        if not path.is_relative_to(self._root):
            raise UsageError(f"the file {shown(relative)} lies outside the application's folder; move it inside")
        return path

    def _walk(self) -> Iterator[str]:
        for count, (folder, subfolders, files) in enumerate(os.walk(self.real, onerror=self._unreadable), start=1):
            if count > FOLDERS_MAX:
                raise UsageError(f"{self._shown()}: more than {FOLDERS_MAX} folders; name the application's own folder")
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            # A folder of that name is passed on too: reading it gives the message that says so.
            if INDEX_NAME in files or INDEX_NAME in subfolders:
                relative = Path(folder).relative_to(self._root).as_posix()
                yield INDEX_NAME if relative == "." else f"{relative}/{INDEX_NAME}"

    def _unreadable(self, error: OSError) -> None:
        raise UsageError(f"{self._shown()}: the folder {shown(str(error.filename))} cannot be read: {_reason(error)}")

    def _shown(self) -> str:
        return escaped(str(self.path))


def _content(path: Path | str) -> bytes:
    """Return the content of a file, and of one that is larger than is allowed so much that this is seen."""
    with open(path, "rb") as stream:
        # Most files end here, and room for so much costs little.
        content = stream.read(FIRST_READ)
        return content if len(content) < FIRST_READ else content + stream.read(FILE_SIZE_MAX + 1 - FIRST_READ)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _reason(error: Exception) -> str:
    return error.strerror or "unknown reason" if isinstance(error, OSError) else "it is no usable path"
