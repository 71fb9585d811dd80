"""Sets of characters as ranges of code points: the named classes of RE2 patterns."""

from __future__ import annotations

from typing import Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Inclusive ranges of code points."""

LAST: Final = 0x10FFFF


def complement(ranges: Ranges) -> Ranges:
    """Return all code points that are in none of *ranges*."""
    gaps: list[tuple[int, int]] = []
    first = 0
    for low, high in sorted(ranges):
        if low > first:
            gaps.append((first, low - 1))
        first = max(first, high + 1)
    if first <= LAST:
        gaps.append((first, LAST))
    return tuple(gaps)


def spelled(ranges: Ranges) -> str:
    """Return *ranges* as the inside of a bracket expression of ``re``, with nothing in it that has a meaning there."""
    return "".join(_character(low) if low == high else f"{_character(low)}-{_character(high)}" for low, high in ranges)


def _character(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\U{code:08x}"


def _ranges(text: str) -> Ranges:
    """Return the ranges that *text* lists as pairs of first and last character."""
    return tuple((ord(text[at]), ord(text[at + 1])) for at in range(0, len(text), 2))


_DIGIT: Final = _ranges("09")
_SPACE: Final = _ranges("\t\n\f\r  ")
_WORD: Final = _ranges("09AZ__az")

PERL_CLASSES: Final[dict[str, Ranges]] = {
    "d": _DIGIT,
    "D": complement(_DIGIT),
    "s": _SPACE,
    "S": complement(_SPACE),
    "w": _WORD,
    "W": complement(_WORD),
}
"""The classes of one letter. They are ASCII only, and a vertical tab is no space."""

POSIX_CLASSES: Final[dict[str, Ranges]] = {
    "alnum": _ranges("09AZaz"),
    "alpha": _ranges("AZaz"),
    "ascii": _ranges("\x00\x7f"),
    "blank": _ranges("\t\t  "),
    "cntrl": _ranges("\x00\x1f\x7f\x7f"),
    "digit": _DIGIT,
    "graph": _ranges("!~"),
    "lower": _ranges("az"),
    "print": _ranges(" ~"),
    "punct": _ranges("!/:@[`{~"),
    "space": _ranges("\t\r  "),
    "upper": _ranges("AZ"),
    "word": _WORD,
    "xdigit": _ranges("09AFaf"),
}

ESCAPED_CHARACTERS: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
"""What a backslash and a letter stand for, where that is one character."""
