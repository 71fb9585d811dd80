"""Texts as terminals and files can take them, whatever the simulated program made."""

from __future__ import annotations

from typing import Final

SHOWN_MAX: Final = 2_000
"""So many characters of a text from outside are shown; what is longer is cut, and lies whole in a file."""


def printable(text: str) -> str:
    """Return *text* on one line, every character escaped that a terminal or a CI could take for a command."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def writable(text: str) -> str:
    """Return *text* with the escape of each lone surrogate in its place."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def cut(text: str, length_max: int = SHOWN_MAX, *, whole: str = "") -> str:
    """Return *text* in *length_max* characters, no less than 100: of a longer one beginning and end, with its length.

    The end stays, since it says where something happened, or what to do; that of the first line as well. What was cut
    is not cut again. *whole* is where the whole text lies.
    """
    if len(text) <= length_max:
        return text
    first, newline, rest = text.partition("\n")
    if newline and length_max >= 400 and len(first) > length_max // 2:
        return f"{cut(first, length_max * 3 // 4 - 1, whole=whole)}\n{cut(rest, length_max // 4)}"
    said = f" [... cut, {len(text):,} characters in all{whole and f', whole in {whole}'} ...] "
    end = max(length_max - len(said), 4) // 4
    return f"{text[: max(length_max - len(said) - end, 0)]}{said}{text[-end:]}"
