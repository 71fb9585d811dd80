"""Texts as terminals and files can take them, whatever the simulated program made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_MAX: Final = 2_000
"""So many characters of a text from outside are shown; what is longer is cut, and lies whole in a file."""
LINES_MAX: Final = 60
"""So many lines of it are shown, and among them so many of the last ones."""
LAST_LINES: Final = 20


def printable(text: str) -> str:
    """Return *text* on one line, every character escaped that a terminal or a CI could take for a command."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def writable(text: str) -> str:
    """Return *text* with the escape of each lone surrogate in its place."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def with_article(name: str) -> str:
    """Return *name* behind ``a`` or ``an``."""
    return f"an {name}" if name[:1].lower() in tuple("aeiou") else f"a {name}"


def few(lines: Sequence[str], most: int) -> list[str]:
    """Return the first *lines*, so many at *most*, and behind them how many more there are."""
    left = len(lines) - most
    return [*lines[:most], *([f"and {left:,} more"] if left > 0 else [])]


def listed(names: Sequence[str], most: int) -> str:
    """Return the first *names*, so many at *most*, in one text, and how many more there are."""
    left = len(names) - most
    return f"{', '.join(names[:most])}{f' and {left:,} more' if left > 0 else ''}"


def cut(text: str, length_max: int = SHOWN_MAX, *, whole: str = "") -> str:
    """Return *text* in *length_max* characters, no less than 100: of a longer one beginning and end, with its length.

    The end stays, since it says where something happened, or what to do; that of the first line as well. Of many lines
    the first and the last stay. What was cut is not cut again. *whole* is where the whole text lies.
    """
    lines = text.count("\n") + 1
    if len(text) <= length_max and lines <= LINES_MAX:
        return text
    where = f", whole in {whole}" if whole else ""
    fewer = text if lines <= LINES_MAX else _fewer_lines(text, f"[... cut, {lines:,} lines in all{where} ...]")
    return fewer if len(fewer) <= length_max else _shorter(fewer, length_max, f"{len(text):,} characters in all{where}")


def _fewer_lines(text: str, said: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[: LINES_MAX - LAST_LINES - 1], said, *lines[-LAST_LINES:]])


def _shorter(text: str, length_max: int, amount: str) -> str:
    first, newline, rest = text.partition("\n")
    if newline and length_max >= 400 and len(first) > length_max // 2:
        return f"{_within(first, length_max * 3 // 4 - 1, amount)}\n{_within(rest, length_max // 4, amount)}"
    return _within(text, length_max, amount)


def _within(text: str, length_max: int, amount: str) -> str:
    if len(text) <= length_max:
        return text
    said = f" [... cut, {amount} ...] "
    end = max(length_max - len(said), 4) // 4
    return f"{text[: max(length_max - len(said) - end, 0)]}{said}{text[-end:]}"
