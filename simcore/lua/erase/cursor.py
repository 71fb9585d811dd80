"""The place of the parser in its tokens, with the edits it has decided so far."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Final, NoReturn

from simcore.lua.erase.error import LuaSyntaxError
from simcore.lua.erase.lexer import scan
from simcore.lua.erase.place import line_and_column

DEPTH_MAX: Final = 180
"""The levels of nesting that are read; Lua itself gives up at 200, and Python not far above."""

_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")
_SHOWN_MAX: Final = 30
_VISIBLE: Final = re.compile(r"[^\r\n]")

Edit = tuple[int, int, str]
"""Where a piece of the source starts and ends, and what replaces it; equal ends make an insertion."""


class Cursor(ABC):
    """What every reader of the grammar shares: the tokens, the place in them, edits and errors.

    Args:
        source: the text, one character a byte.
        name: how errors call the text.
        wrap_concatenation: insert ``__S(..)`` around operands of ``..``.
    """

    __slots__ = (
        "at",
        "depth",
        "edits",
        "enclosed",
        "erased_to",
        "kinds",
        "name",
        "solid_to",
        "source",
        "starts",
        "texts",
        "wrap_concatenation",
    )

    def __init__(self, source: str, name: str, *, wrap_concatenation: bool) -> None:
        tokens = scan(source, name)
        self.source: str = source
        self.name: str = name
        self.wrap_concatenation: bool = wrap_concatenation
        self.texts: list[str] = tokens.texts
        self.kinds: list[str] = tokens.kinds
        self.starts: list[int] = tokens.starts
        self.at: int = 0
        self.depth: int = 0
        # How many brackets are open since the innermost block began: inside of one no statement can follow.
        self.enclosed: int = 0
        self.edits: list[Edit] = []
        # The token after the last erased one, and the one after the last operand without its casts.
        self.erased_to: int = -1
        self.solid_to: int = 0

    @abstractmethod
    def read_expression(self) -> bool:
        """Read one expression; tell whether ``..`` may join it as it is."""

    @abstractmethod
    def read_block(self) -> None:
        """Read statements up to a word that ends a block."""

    def end_of(self, index: int) -> int:
        """Return the offset just after the token at *index*."""
        return self.starts[index] + len(self.texts[index])

    def on_same_line(self, index: int) -> bool:
        """Tell whether the token at *index* stands on the line where the one before it ends."""
        between = self.source[self.end_of(index - 1) : self.starts[index]]
        return "\n" not in between and "\r" not in between

    def accept(self, kind: str) -> bool:
        """Step over the next token if it is of *kind*, and tell whether it was."""
        if self.kinds[self.at] != kind:
            return False
        self.at += 1
        return True

    def expect(self, kind: str) -> None:
        """Step over the next token, which has to be of *kind*."""
        if self.kinds[self.at] != kind:
            self.refuse("a name" if kind == "name" else f"'{kind}'")
        self.at += 1

    def close(self, kind: str, opened: int) -> None:
        """Step over the *kind* that closes what the token at *opened* began."""
        if self.kinds[self.at] != kind:
            line, _ = line_and_column(self.source, self.starts[opened])
            self.refuse(f"'{kind}' to close '{self.texts[opened]}' of line {line}")
        self.at += 1

    def group_end(self, at: int) -> int:
        """Return the position after the bracket that closes the one at *at*, or the end of the file."""
        kinds, depth = self.kinds, 0
        while kinds[at] != "eof":
            depth += (kinds[at] in _OPENING) - (kinds[at] in _CLOSING)
            at += 1
            if not depth:
                break
        return at

    def descend(self, levels: int = 1) -> None:
        """Enter *levels* more levels of nesting."""
        self.depth += levels
        if self.depth > DEPTH_MAX:
            self.fail_too_deep()

    def erase(self, first: int) -> None:
        """Blank the tokens from *first* up to here, newlines excepted."""
        start, end = self.starts[first], self.end_of(self.at - 1)
        # The same length and the same line breaks, so that a place in what runs is a place in what was written
        # (lua 7.3).
        self.edits.append((start, end, _VISIBLE.sub(" ", self.source[start:end])))
        self.erased_to = self.at

    def wrap(self, first: int) -> None:
        """Put the operand of ``..`` that starts at token *first* into a call of ``__S``."""
        if self.wrap_concatenation:
            start, end = self.starts[first], self.end_of(self.solid_to - 1)
            self.edits += ((start, start, "__S("), (end, end, ")"))

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error that the next token is not what was *expected*."""
        text = self.texts[self.at]
        shown = text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "..."
        met = "end of file" if self.kinds[self.at] == "eof" else f"'{shown}'"
        self.fail(f"unexpected {met}, expected {expected}")

    def fail_too_deep(self) -> NoReturn:
        """Raise the error that the program is nested deeper than it may be."""
        self.fail(f"nested deeper than {DEPTH_MAX} levels, expected a flatter program")

    def fail(self, message: str) -> NoReturn:
        """Raise a syntax error at the next token."""
        place = line_and_column(self.source, self.starts[self.at])
        raise LuaSyntaxError(self.name, *place, message)
