"""The syntax error of a Lua source, placed by file, line and column."""

from __future__ import annotations

from typing import Any

from simcore.model.errors import UsageError


class LuaSyntaxError(UsageError):
    """A Lua source is not a program of the dialect; correct the text at the place named.

    Args:
        name: the file or entry the source belongs to, as the user wrote it.
        line: the line of the first offending character, from 1.
        column: its column in bytes, from 1.
        message: what was met and what was expected instead.
    """

    def __init__(self, name: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{name}:{line}:{column}: {message}")
        # All four travel in `args`, so that the error can be rebuilt by `type(error)(*error.args)`.
        self.args: tuple[Any, ...] = (name, line, column, message)

    @property
    def name(self) -> str:
        """The file or entry the source belongs to."""
        return str(self.args[0])

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return int(self.args[1])

    @property
    def column(self) -> int:
        """The column in bytes, counted from 1."""
        return int(self.args[2])

    @property
    def message(self) -> str:
        """What was met and what was expected, without the place."""
        return str(self.args[3])

    def __str__(self) -> str:
        """Return the place and the message as one line."""
        return f"{self.name}:{self.line}:{self.column}: {self.message}"
