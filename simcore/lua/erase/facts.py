"""What a program's tokens tell about it: the modules it requires, and the dialect of the interface it speaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_ESCAPE: Final = re.compile(r"\\(?:z[ \t-\r]*|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|[0-9]{1,3}|\r\n|\n\r|.)", re.DOTALL)
_LETTERS: Final = dict(zip("abfnrtv\r\n", "\a\b\f\n\r\t\v\n\n", strict=True))
_LONG: Final = re.compile(r"\[(=*)\[(?:\r\n|\n\r|\r|\n)?(.*)\]\1\]", re.DOTALL)
_CODE_POINT_MAX: Final = 0x10FFFF
_ARGUMENTS: Final = ("(", "{", "string")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tokens of a program tell, types left out."""

    requires: tuple[str, ...]
    calls_data_on_payload: bool
    calls_exec: bool
    type_values: tuple[str, ...]


NO_FACTS: Final = Facts(requires=(), calls_data_on_payload=False, calls_exec=False, type_values=())


class SolidTokens:
    """The tokens that are left after erasure, closed by a few empty ones.

    Args:
        texts: the text of every token.
        kinds: their kinds.
        starts: their offsets.
        erased: the pieces of the source that were blanked, as start and end, in order.
    """

    __slots__ = ("kinds", "texts")

    def __init__(
        self, texts: Sequence[str], kinds: Sequence[str], starts: Sequence[int], erased: Sequence[tuple[int, int]]
    ) -> None:
        firsts = [start for start, _ in erased]
        kept = [
            index
            for index, start in enumerate(starts)
            if not ((piece := bisect_right(firsts, start)) and start < erased[piece - 1][1])
        ]
        self.texts: list[str] = [texts[index] for index in kept]
        self.kinds: list[str] = [kinds[index] for index in kept]

    def find(self, text: str) -> Iterator[int]:
        """Yield the position of every token of this *text*."""
        position = -1
        for _ in range(self.texts.count(text)):
            position = self.texts.index(text, position + 1)
            yield position

    def before(self, position: int) -> str:
        """Return the text of the token before *position*, empty at the start."""
        return self.texts[position - 1] if position else ""

    def is_group(self, position: int) -> bool:
        """Tell whether a parenthesis at *position* groups, and does not hold the arguments of a call."""
        if position < 0 or self.texts[position] != "(":
            return False
        return not position or self.kinds[position - 1] not in ("name", "string", ")", "]", "}")


def gather(tokens: SolidTokens, payload_names: Collection[str], type_names: Collection[str]) -> Facts:
    """Gather the facts.

    Args:
        tokens: the program.
        payload_names: the variables that hold the value of a ``:payload()`` call.
        type_names: the types that it declares.
    """
    return Facts(
        requires=tuple(dict.fromkeys(_requires(tokens))),
        calls_data_on_payload=any(_is_on_payload(tokens, at, payload_names) for at in tokens.find("data")),
        calls_exec=any(_is_exec(tokens, at) for at in tokens.find("exec")),
        type_values=tuple(name for name in sorted(dict.fromkeys(type_names)) if _is_used(tokens, name)),
    )


def _requires(tokens: SolidTokens) -> Iterator[str]:
    for at in tokens.find("require"):
        if tokens.before(at) in (".", ":"):
            continue
        literal = at + 1 + (tokens.texts[at + 1] == "(")
        if tokens.kinds[literal] == "string" and (literal == at + 1 or tokens.texts[literal + 1] == ")"):
            yield string_value(tokens.texts[literal])


def _is_on_payload(tokens: SolidTokens, at: int, payload_names: Collection[str]) -> bool:
    """Tell whether the name ``data`` at *at* is a method called on a payload."""
    texts = tokens.texts
    if tokens.before(at) != ":" or tokens.kinds[at + 1] not in _ARGUMENTS:
        return False
    end = at - 1
    # Parentheses around the payload change nothing: `(message:payload()):data()`.
    while end >= 2 and texts[end - 2 : end] == [")", ")"]:
        end -= 1
    if texts[max(end - 4, 0) : end] == [":", "payload", "(", ")"]:
        return True
    if texts[end - 1] == ")" and tokens.is_group(end - 3):
        end -= 1
    return texts[end - 1] in payload_names and tokens.before(end - 1) not in (".", ":")


def _is_used(tokens: SolidTokens, name: str) -> bool:
    return any(tokens.kinds[at] == "name" and tokens.before(at) not in (".", ":") for at in tokens.find(name))


def _is_exec(tokens: SolidTokens, at: int) -> bool:
    before = tokens.before(at)
    if before == ":":
        return tokens.kinds[at + 1] in _ARGUMENTS
    return before == "." and tokens.before(at - 1) == "process" and tokens.before(at - 2) not in (".", ":")


def string_value(literal: str) -> str:
    """Return the bytes that a string *literal* of Lua stands for, one character each."""
    if long := _LONG.fullmatch(literal):
        return long[2]
    return _ESCAPE.sub(_unescaped, literal[1:-1]) if "\\" in literal else literal[1:-1]


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[0][1:]
    if code[0] == "z":
        return ""
    if code[0] == "x":
        return chr(int(code[1:], 16))
    if code[0] == "u":
        # Lua goes on where Unicode ends; no name of a module does.
        return chr(min(int(code[2:-1], 16), _CODE_POINT_MAX)).encode("utf-8", "surrogatepass").decode("latin-1")
    return chr(int(code)) if code.isdigit() else _LETTERS.get(code[0], code[0])
