"""The Lua source of an entry: a file below the application's folder, or text in the index itself."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.lua.application.shown import shown
from simcore.lua.erase import Erased, erase
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from simcore.lua.application.folder import Folder
    from simcore.lua.application.index import Written

SCHEME: Final = "file://"
_EXAMPLE: Final = "source: file://worker.lua"
_OTHER_SCHEME: Final = re.compile(r"\s*(file:(?!:)|[A-Za-z][A-Za-z0-9+.-]*://)")
"""How an address begins; no Lua program does, so what begins like this is never meant as one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Lua source as bytes in latin-1, one character for each byte, and the same without its types.

    Args:
        path: the file relative to the application's folder; None for text in the index.
        text: what was written.
        erased: what is run.
    """

    path: str | None
    text: str
    erased: Erased


class Sources:
    """Reads the sources of one application, each file once."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._files: dict[str, Source] = {}

    def of(self, written: Written) -> Source:
        """Return the source of the entry *written*.

        Raises:
            UsageError: there is none, its file cannot be read or lies outside the folder, or it is no Lua.
        """
        text = written.fields.required_text("source", _EXAMPLE)
        if text.startswith(SCHEME):
            return self._file(written, text.removeprefix(SCHEME))
        address = _OTHER_SCHEME.match(text)
        if address is not None:
            message = f"field 'source' is an address that begins with '{shown(address[1])}', and only {SCHEME} is read"
            raise self._error(written, f"{message}; put the file into the folder and write  {_EXAMPLE}")
        if "\n" not in text and text.endswith(".lua"):
            message = f"field 'source' names a file without its scheme; write  source: {SCHEME}{shown(text)}"
            raise self._error(written, message)
        name = f"{self._folder.name(written.file)} ({written.id})"
        # The index is a text and Lua reads bytes: its UTF-8, one character for each byte, as of a file.
        code = text.encode().decode("latin-1")
        return Source(None, code, erase(code, name))

    def _file(self, written: Written, target: str) -> Source:
        if target.startswith("/"):
            message = "field 'source' must be relative to the index file, got an absolute path"
            raise self._error(written, f"{message}; write  {_EXAMPLE}")
        # So that two spellings of one file are read, and counted, once.
        path = posixpath.normpath(posixpath.join(posixpath.dirname(written.file), target))
        if path not in self._files:
            self._files[path] = self._read(written, path)
        return self._files[path]

    def _read(self, written: Written, path: str) -> Source:
        try:
            code = self._folder.read(path).decode("latin-1")
        except UsageError as error:
            raise self._error(written, f"field 'source': {error}") from None
        return Source(path, code, erase(code, self._folder.name(path)))

    def _error(self, written: Written, message: str) -> UsageError:
        return written.fields.error(message, written.fields.line_of("source"))
