"""The scanner: cuts a Lua source into tokens with one compiled expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from string import ascii_letters, digits
from typing import Final, NoReturn

from simcore.lua.erase.error import LuaSyntaxError
from simcore.lua.erase.place import line_and_column

_WORDS: Final = (
    "and break do else elseif end false for function goto if in local nil not or repeat return then true until while"
)
_OPERATORS: Final = "+ - * / // % ^ # & ~ | << >> == ~= <= >= < > = ( ) { } [ ] :: ; : , . .. ... -> ? ! @"
KEYWORDS: Final = frozenset(_WORDS.split())

# The kind of a keyword or an operator is its own text; the kind of all else is told by the first character.
_OWN_KINDS: Final = {text: text for text in f"{_WORDS} {_OPERATORS}".split()} | {"": "eof"}
_KIND_BY_FIRST: Final = (
    dict.fromkeys(ascii_letters + "_", "name") | dict.fromkeys(digits + ".", "number") | dict.fromkeys("\"'[", "string")
)

# The parser looks at most this many tokens past the end.
_LOOKAHEAD: Final = 3

# One token with the blanks and comments before it. Groups: 1 everything, 2 level of a long comment, 3 the token,
# 4 level of a long string, 5 a character that starts no token. Group 3 is empty at the end of the source.
# The quantifiers are possessive: an unfinished string would otherwise be tried in exponentially many ways.
_TOKEN: Final = re.compile(
    r"""(
    (?: [ \t-\r]++ | --(?!\[=*\[)[^\r\n]*+ | --\[(=*)\[.*?\]\2\] )*+
    (?: (
        [A-Za-z_][A-Za-z0-9_]*+
      | [(){},;\]+*%^&|#?!@]
      | "[^"\\\r\n]*+(?:\\(?:z[ \t-\r]*+|\r\n|\n\r|.)[^"\\\r\n]*+)*+"
      | '[^'\\\r\n]*+(?:\\(?:z[ \t-\r]*+|\r\n|\n\r|.)[^'\\\r\n]*+)*+'
      | [=~<>]= | = | <<? | >>? | ~
      | 0[xX](?:[0-9A-Fa-f]+\.?[0-9A-Fa-f]*|\.[0-9A-Fa-f]+)(?:[pP][+-]?[0-9]+)?(?![A-Za-z0-9_.])
      | (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])
      | \.\.\.? | \.(?![0-9]) | ::? | -> | -(?!-) | //? | \[(?!=*\[)
      | \[(=*)\[.*?\]\4\]
    ) | (.) | \Z )
    )""",
    re.VERBOSE | re.DOTALL,
)

# Every escape of Lua 5.4; a backslash that starts none of them matches as group 1.
_ESCAPE: Final = re.compile(
    r"""\\(?: [abfnrtv\\"'\r\n] | z | x[0-9A-Fa-f]{2} | u\{0*[0-7]?[0-9A-Fa-f]{1,7}\}
        | [01][0-9]{2} | 2[0-4][0-9] | 25[0-5] | [0-9]{1,2}(?![0-9]) | () )""",
    re.VERBOSE,
)

# A file may open with a byte order mark and with a line for the shell; Lua's own loader skips both.
_PREAMBLE: Final = re.compile(r"(?:\xef\xbb\xbf)?(?:#[^\r\n]*)?")

_UNREADABLE: Final = (
    (re.compile(r"--\["), "unfinished long comment, expected its closing bracket"),
    (re.compile(r"\[=*\["), "unfinished long string, expected its closing bracket"),
    (re.compile(r"[\"']"), "unfinished string, expected its closing quote on the same line"),
    (re.compile(r"\.?[0-9][A-Za-z0-9_.]*"), "malformed number '{}'"),
    (re.compile(r"."), "unexpected character {!r}"),
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a source as parallel lists, closed by a few of kind ``eof`` and empty text.

    A kind is the text itself for keywords and operators, else ``name``, ``number`` or ``string``.
    """

    texts: list[str]
    kinds: list[str]
    starts: list[int]


def preamble_end(source: str) -> int:
    """Return where the program starts: after a byte order mark and a first line that begins with ``#``."""
    found = _PREAMBLE.match(source)
    return found.end() if found else 0


def scan(source: str, name: str) -> Tokens:
    """Cut *source*, named *name* in errors, into tokens.

    Raises:
        LuaSyntaxError: a string or long bracket is not closed, a number or an escape is malformed, or a
            character starts no token.
    """
    start = preamble_end(source)
    wholes, _, texts, _, unreadable = zip(*_TOKEN.findall(source, start), strict=True)
    ends = list(accumulate(map(len, wholes), initial=start))[1:]
    if any(unreadable):
        _refuse(source, name, next(end for end, character in zip(ends, unreadable, strict=True) if character) - 1)
    starts = list(map(sub, ends, map(len, texts)))
    # For each text once: a source has far fewer different tokens than tokens.
    kind_of = {text: _OWN_KINDS.get(text) or _KIND_BY_FIRST[text[0]] for text in dict.fromkeys(texts)}
    _check_escapes(source, name, texts, starts, kind_of)
    kinds = [kind_of[text] for text in texts]
    return Tokens([*texts, *[""] * _LOOKAHEAD], kinds + ["eof"] * _LOOKAHEAD, starts + [len(source)] * _LOOKAHEAD)


def _refuse(source: str, name: str, offset: int) -> NoReturn:
    for pattern, message in _UNREADABLE:
        if found := pattern.match(source, offset):
            raise LuaSyntaxError(name, *line_and_column(source, offset), message.format(found[0]))
    raise AssertionError(offset)


def _check_escapes(source: str, name: str, texts: tuple[str, ...], starts: list[int], kind_of: dict[str, str]) -> None:
    for text, kind in kind_of.items():
        if kind != "string" or "\\" not in text or text[0] == "[":
            continue
        for escape in _ESCAPE.finditer(text):
            if escape[1] is not None:
                offset = starts[texts.index(text)] + escape.start()
                shown = text[escape.start() : escape.start() + 2]
                message = f"invalid escape '{shown}' in a string; a backslash itself is written '\\\\'"
                raise LuaSyntaxError(name, *line_and_column(source, offset), message)
