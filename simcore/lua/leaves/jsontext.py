"""JSON as a Lua program writes and reads it (lua 6.11).

Python's own reader does the reading. What its errors say differs between versions of Python, so the place of a mistake
is found here.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from simcore.model.errors import InvalidArgument
from simcore.model.payload import DEPTH_MAX

INTEGER_MAX: Final = 2**63 - 1
INTEGER_MIN: Final = -(2**63)
_DIGITS_MAX: Final = len(str(INTEGER_MIN))
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_NO_UTF8: Final = re.compile("[\udc80-\udcff]")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
_PIECE: Final = re.compile(
    r"""[ \t\n\r]*(?:
    (?P<text>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
    |(?P<value>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)
    |(?P<mark>[\[\]{},:])
    |(?P<end>\Z))""",
    re.VERBOSE,
)


def text_of(lua_string: str) -> str:
    """Return the text that the bytes of *lua_string* are in UTF-8, each byte that is none replaced."""
    if lua_string.isascii():
        return lua_string
    return _NO_UTF8.sub(REPLACEMENT, lua_string.encode("latin-1").decode("utf-8", "surrogateescape"))


def quoted(text: str) -> str:
    """Return *text* as a string of JSON, with no more escapes than it needs."""
    return json.dumps(text, ensure_ascii=False)


def read_json(text: str) -> Any:
    """Return the value that *text* holds. Whole numbers are ints where 64 bits are enough for them, else floats.

    Raises:
        InvalidArgument: it is no JSON, nested deeper than a value can be that leaves its process, or holds a number
            that is too large for a float.
    """
    # A cheap upper bound, which brackets in texts only raise: most texts need no closer look.
    if text.count("[") + text.count("{") > DEPTH_MAX:
        _check_depth(text)
    # Half a character can be no part of a text in UTF-8; Python's reader would let it through.
    if _SURROGATE.search(text):
        text = _ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)
    try:
        return json.loads(text, parse_int=_whole, parse_float=_real, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise InvalidArgument(f"malformed JSON: {_mistake(text)}") from None


def _whole(digits: str) -> int | float:
    if len(digits) <= _DIGITS_MAX and INTEGER_MIN <= (number := int(digits)) <= INTEGER_MAX:
        return number
    return _real(digits)


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        shown = digits if len(digits) <= 40 else f"{digits[:40]}..."
        raise InvalidArgument(f"malformed JSON: the number {shown} is out of range")
    return number


def _no_constant(name: str) -> NoReturn:
    raise InvalidArgument(f"malformed JSON: {name} is no number")


def _check_depth(text: str) -> None:
    depth = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.DOTALL):
        if mark[0] in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise InvalidArgument(f"JSON may be nested {DEPTH_MAX} deep, this is deeper")
        elif mark[0] in "]}":
            depth -= 1


# What may follow: the names of the groups or the marks, by what was read last.
_VALUE: Final = ("text", "value", "[", "{")
_WORDS: Final[dict[tuple[str, ...], str]] = {
    _VALUE: "a value",
    (*_VALUE, "]"): "a value or ']'",
    ("text",): "a key in quotes",
    ("text", "}"): "a key in quotes or '}'",
    (":",): "':'",
    (",", "]"): "',' or ']'",
    (",", "}"): "',' or '}'",
    ("end",): "the end",
}


def _mistake(text: str) -> str:
    """Say where *text* first stops being JSON, and what is missing there."""
    expected: tuple[str, ...] = _VALUE
    opened: list[str] = []
    at = 0
    while (piece := _PIECE.match(text, at)) is not None:
        what = piece["mark"] or piece.lastgroup or ""
        if what not in expected or what == "end":
            break
        is_key = what == "text" and "value" not in expected
        expected = (":",) if is_key else _following(what, opened)
        at = piece.end()
    while text[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return f"{_WORDS[expected]} expected at character {at + 1}"


def _following(what: str, opened: list[str]) -> tuple[str, ...]:
    """Return what may follow the piece *what*, which is no key; *opened* holds the ends that are awaited."""
    if what == "[":
        opened.append("]")
        return (*_VALUE, "]")
    if what == "{":
        opened.append("}")
        return ("text", "}")
    if what == ":":
        return _VALUE
    if what == ",":
        return _VALUE if opened[-1] == "]" else ("text",)
    if what in "]}":
        opened.pop()
    return (",", opened[-1]) if opened else ("end",)
