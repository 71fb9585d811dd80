"""The scanner: cuts the text of an expression into tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from simcore.security.expression.error import ExpressionError, malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

TokenKind: TypeAlias = Literal["name", "number", "text", "sign", "end"]

# `?.` before a digit is a conditional and a number: `a ?.5 : b`.
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>0[xXoObB][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<sign>\?\.(?![0-9])|\?\?|\?:|\.\.|\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^<>!?:.,()\[\]{}\#|;=])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_ESCAPED: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_BASES: Final = {"x": 16, "o": 8, "b": 2}
INTEGER_MAX: Final = 2**63 - 1


class Lexeme(NamedTuple):
    """One word of an expression: what it is, what it stands for, and its index in the text."""

    kind: TokenKind
    value: str | int | float
    at: int

    @property
    def word(self) -> str:
        """What it looks like, for errors."""
        return "the end" if self.kind == "end" else f"{self.value!r}"

    def is_sign(self, *signs: str) -> bool:
        """Tell whether it is one of these signs or words; a quoted text never is."""
        return self.kind in ("sign", "name") and self.value in signs


def tokens(text: str) -> Iterator[Lexeme]:
    """Yield the tokens of *text*, the last one of kind ``end``; comments and spaces are dropped.

    Raises:
        ExpressionError: a character fits nowhere, or a text or number is malformed.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise malformed(text, at, _unreadable(text[at]))
        at = found.end()
        if found["number"]:
            yield Lexeme("number", _number(text, found), found.start())
        elif found["text"]:
            yield Lexeme("text", _text(text, found), found.start())
        elif found["name"]:
            yield Lexeme("name", found["name"], found.start())
        elif found["sign"]:
            yield Lexeme("sign", found["sign"], found.start())
    yield Lexeme("end", "", len(text.rstrip()))


def _unreadable(character: str) -> str:
    if character in "\"'`":
        return "a text that is not closed"
    return f"unexpected character {character!r}"


def _number(text: str, found: re.Match[str]) -> int | float:
    digits = found["number"]
    if text[found.end() : found.end() + 1].isidentifier():
        raise malformed(text, found.start(), f"malformed number {digits}{text[found.end()]}")
    try:
        value = _parsed(digits)
    except ValueError:
        raise malformed(text, found.start(), f"malformed number {digits}") from None
    if value > INTEGER_MAX and isinstance(value, int):
        raise malformed(text, found.start(), f"the number {digits} needs more than 64 bits")
    return value


def _parsed(digits: str) -> int | float:
    base = _BASES.get(digits[1:2].lower())
    if base is not None:
        return int(digits, base)
    if any(sign in digits for sign in ".eE"):
        return float(digits)
    # Far more digits than 64 bits hold would only cost time.
    return int(digits[:40])


def _text(text: str, found: re.Match[str]) -> str:
    raw = found["text"]
    if raw[0] == "`":
        return raw[1:-1]
    start = found.start() + 1

    def plain(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3]
        number = int(code, 16) if code else int(escape[4], 8) if escape[4] else None
        character = _ESCAPED.get(escape[5] or "") if number is None else _character(number)
        if character is None:
            raise _bad_escape(text, start + escape.start(), escape[0])
        return character

    return _ESCAPE.sub(plain, raw[1:-1])


def _character(code: int) -> str | None:
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else None


def _bad_escape(text: str, at: int, escape: str) -> ExpressionError:
    return malformed(text, at, f"unknown escape {escape} in a text; write the pattern of `matches` between back quotes")
