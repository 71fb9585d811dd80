"""What a module exports, as far as its text tells without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.erase.facts import string_value
from simcore.lua.erase.lexer import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.lua.erase.lexer import Tokens

_OPENING: Final = frozenset({"(", "[", "{", "function", "if", "do", "repeat"})
_CLOSING: Final = frozenset({")", "]", "}", "end", "until"})
_ENDS: Final = frozenset({"eof", ";", ","})
_LITERALS: Final = frozenset({"nil", "true", "false", "string", "number"})
_OPERATORS: Final = frozenset({"and", "or", "..", "==", "~=", "<", ">", "<=", ">="})
_ASSIGNED: Final = frozenset({"=", ","})
_NOTHING: Final = frozenset[str]()
_Names = frozenset[str]


def exports(text: str) -> frozenset[str] | None:
    """Return the names that the table which the module returns may hold; None where its text alone does not tell.

    What is returned may hold less, and never more: a program that works is never taken for one that does not. A module
    that returns no table and no function exports nothing. One that returns a function is not told from one whose text
    does not tell, since there any name will do (lua 3.3), nor one without a ``return``, since its body may raise.

    Args:
        text: the plain Lua of the module.
    """
    tokens = scan(text, "module")
    returns = list(_outside_functions(tokens, "return"))
    if len(returns) != 1 or returns[0][1]:
        return None
    return _returned(tokens, returns[0][0] + 1)


def _outside_functions(tokens: Tokens, word: str) -> Iterator[tuple[int, int]]:
    """Yield the position of each *word* outside of functions, and how many blocks it stands in."""
    opened: list[str] = []
    for at, kind in enumerate(tokens.kinds):
        if kind in _OPENING:
            opened.append(kind)
        elif kind in _CLOSING and opened:
            opened.pop()
        elif kind == word and "function" not in opened:
            yield at, len(opened)


def _returned(tokens: Tokens, at: int) -> _Names | None:
    kind = tokens.kinds[at]
    if kind in _ENDS:
        return _NOTHING
    if kind == "{":
        end = _group_end(tokens, at)
        return _fields(tokens, at) if tokens.kinds[end] in _ENDS else None
    if tokens.kinds[at + 1] not in _ENDS:
        return None
    if kind in _LITERALS:
        return _NOTHING
    return _of_variable(tokens, at) if kind == "name" else None


def _group_end(tokens: Tokens, at: int) -> int:
    """Return the position after what closes the bracket or block at *at*."""
    depth = 0
    while tokens.kinds[at] != "eof":
        depth += (tokens.kinds[at] in _OPENING) - (tokens.kinds[at] in _CLOSING)
        at += 1
        if not depth:
            break
    return at


def _fields(tokens: Tokens, opened: int) -> _Names | None:
    """Return the names in the table constructor at *opened*; None where one of them is computed."""
    names: list[str] = []
    at, end = opened + 1, _group_end(tokens, opened) - 1
    while at < end:
        key = _key(tokens, at)
        if key is None:
            return None
        names += key
        while at < end and tokens.kinds[at] not in (",", ";"):
            at = _group_end(tokens, at) if tokens.kinds[at] in _OPENING else at + 1
        at += 1
    return frozenset(names)


def _key(tokens: Tokens, at: int) -> list[str] | None:
    """Return the name of the field at *at*, nothing for one without a name, None for one whose name is computed."""
    kinds, texts = tokens.kinds, tokens.texts
    if kinds[at] == "name" and kinds[at + 1] == "=":
        return [texts[at]]
    if kinds[at] != "[":
        return []
    if kinds[at + 1] in ("string", "number") and kinds[at + 2] == "]":
        return [string_value(texts[at + 1])] if kinds[at + 1] == "string" else []
    return None


def _of_variable(tokens: Tokens, returned: int) -> _Names | None:
    """Return the names that the table in a variable may get: in its constructor, or assigned later on.

    None where the variable is used in any other way than by its fields: it may be given to somebody who adds one.
    """
    name = tokens.texts[returned]
    names: list[str] = []
    declarations = {at + 1 for at, depth in _outside_functions(tokens, "local") if not depth}
    declared = False
    at = -1
    for _ in range(tokens.texts.count(name)):
        at = tokens.texts.index(name, at + 1)
        if at == returned or tokens.kinds[at] != "name" or tokens.kinds[at - 1] in (".", ":"):
            continue
        found = _declared(tokens, at) if at in declarations else _used(tokens, at)
        if found is None:
            return None
        declared = declared or at in declarations
        names += found
    return frozenset(names) if declared else None


def _declared(tokens: Tokens, at: int) -> _Names | None:
    """Return the names in ``local M = { ... }``, and None for any other declaration."""
    value = at + 4 if tokens.kinds[at + 1] == "<" else at + 1
    if tokens.kinds[value] != "=" or tokens.kinds[value + 1] != "{":
        return None
    behind = tokens.kinds[_group_end(tokens, value + 1)]
    return None if behind in _OPERATORS or behind == "," else _fields(tokens, value + 1)


def _used(tokens: Tokens, at: int) -> list[str] | None:
    """Return the name that the use of the variable at *at* may assign; None for a use that may do anything."""
    kinds, texts = tokens.kinds, tokens.texts
    follows = kinds[at + 1]
    if kinds[at - 1] == "function" and follows in (".", ":") and kinds[at + 3] == "(":
        return [texts[at + 2]]
    if follows == ".":
        return [texts[at + 2]] if kinds[at + 3] in _ASSIGNED else []
    if follows == "[" and kinds[at + 2] in ("string", "number") and kinds[at + 3] == "]":
        is_name = kinds[at + 2] == "string" and kinds[at + 4] in _ASSIGNED
        return [string_value(texts[at + 2])] if is_name else []
    return None
