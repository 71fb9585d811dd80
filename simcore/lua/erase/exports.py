"""What a module exports, as far as its text tells without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.erase.facts import string_value
from simcore.lua.erase.lexer import scan
from simcore.lua.erase.place import line_and_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.lua.erase.lexer import Tokens

_OPENING: Final = frozenset({"(", "[", "{", "function", "if", "do", "repeat"})
_CLOSING: Final = frozenset({")", "]", "}", "end", "until"})
_ENDS: Final = frozenset({"eof", ";", ",", ")", "}", "end", "else", "elseif", "until"})
_LITERALS: Final = frozenset({"nil", "true", "false", "string", "number"})
# A module is given no arguments.
_NO_MODULES: Final = _LITERALS | {"..."}
_OPERATORS: Final = frozenset("+-*/%^&|~<>") | {"//", "<<", ">>", "..", "==", "~=", "<=", ">=", "and", "or"}
_ASSIGNED: Final = frozenset({"=", ","})
_RAISING: Final = frozenset({"error", "assert"})
_NOTHING: Final = frozenset[str]()
_Names = frozenset[str]


def exports(text: str) -> frozenset[str] | None:
    """Return the names of the functions that the table which the module returns may hold; None where its text alone
    does not tell.

    What is returned may hold less, and never more: a program that works is never taken for one that does not. A module
    that returns no table and no function exports nothing, as one does that has no ``return``, unless it raises by
    itself: that is what its first use tells then. One that returns a function is not told from one whose text does not
    tell, since there any name will do (lua 3.3).

    Args:
        text: the plain Lua of the module.
    """
    tokens = scan(text, "module")
    returns = [at for at, _ in _outside_functions(tokens, "return")]
    if not returns and any(True for word in _RAISING for _ in _outside_functions(tokens, word)):
        return None
    found = [_returned(tokens, at + 1) for at in returns]
    return _together(found)


def return_line(text: str) -> int:
    """Return the line of the last ``return`` of the module, where what it exports is to be seen; its last line where it
    has none.

    Args:
        text: the plain Lua of the module.
    """
    tokens = scan(text, "module")
    last = max((tokens.starts[at] for at, _ in _outside_functions(tokens, "return")), default=len(text.rstrip()))
    return line_and_column(text, last)[0]


def _outside_functions(tokens: Tokens, text: str) -> Iterator[tuple[int, int]]:
    """Yield the position of each token *text* outside of functions, and how many blocks it stands in."""
    opened: list[str] = []
    for at, kind in enumerate(tokens.kinds):
        if kind in _OPENING:
            opened.append(kind)
        elif kind in _CLOSING and opened:
            opened.pop()
        elif tokens.texts[at] == text and "function" not in opened:
            yield at, len(opened)


def _returned(tokens: Tokens, at: int) -> _Names | None:
    kind = tokens.kinds[at]
    if kind in _ENDS:
        return _NOTHING
    if kind in ("{", "("):
        if tokens.kinds[_group_end(tokens, at)] not in _ENDS:
            return None
        return _fields(tokens, at) if kind == "{" else _returned(tokens, at + 1)
    if kind == "name" and tokens.kinds[at + 1] == "." and tokens.kinds[at + 3] in _ENDS:
        return _of_field(tokens, at)
    if tokens.kinds[at + 1] not in _ENDS:
        return None
    if kind in _NO_MODULES:
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
    """Return the names of functions in the table constructor at *opened*; None where a name is computed."""
    names: list[str] = []
    for at in _field_starts(tokens, opened):
        key = _key(tokens, at)
        if key is None:
            return None
        if key and not _is_no_function(tokens, _value_of(tokens, at)):
            names.append(key)
    return frozenset(names)


def _field_starts(tokens: Tokens, opened: int) -> Iterator[int]:
    """Yield where each field of the table constructor at *opened* begins."""
    at, end = opened + 1, _group_end(tokens, opened) - 1
    while at < end:
        yield at
        while at < end and tokens.kinds[at] not in (",", ";"):
            at = _group_end(tokens, at) if tokens.kinds[at] in _OPENING else at + 1
        at += 1


def _key(tokens: Tokens, at: int) -> str | None:
    """Return the name of the field at *at*, nothing for one without a name, None for one whose name is computed."""
    kinds, texts = tokens.kinds, tokens.texts
    if kinds[at] == "name" and kinds[at + 1] == "=":
        return texts[at]
    if kinds[at] != "[":
        return ""
    if kinds[at + 1] in ("string", "number") and kinds[at + 2] == "]":
        return string_value(texts[at + 1]) if kinds[at + 1] == "string" else ""
    return None


def _value_of(tokens: Tokens, at: int) -> int:
    """Return where the value of the field with a name at *at* begins."""
    return at + 2 if tokens.kinds[at] == "name" else at + 4


def _is_no_function(tokens: Tokens, at: int) -> bool:
    """Tell whether the value at *at* is plainly none: a literal or a table constructor, and nothing behind it."""
    kind = tokens.kinds[at]
    if kind == "{":
        return tokens.kinds[_group_end(tokens, at)] not in _OPERATORS
    return kind in _LITERALS and tokens.kinds[at + 1] not in _OPERATORS


def _of_variable(tokens: Tokens, returned: int) -> _Names | None:
    """Return the names of functions that the table in a variable may get: in its constructor, or assigned later on.

    None where the variable is used in any other way than by its fields: it may be given to somebody who adds one.
    """
    found = [
        _declared(tokens, at) if is_declaration else _used(tokens, at, at - 1)
        for at, is_declaration in _uses(tokens, returned)
    ]
    return _together(found) if any(declares for _, declares in _uses(tokens, returned)) else None


def _together(found: list[_Names | None]) -> _Names | None:
    """Return the names of all that was *found*, None where one of it is not known."""
    known = [names for names in found if names is not None]
    return _NOTHING.union(*known) if len(known) == len(found) else None


def _of_field(tokens: Tokens, returned: int) -> _Names | None:
    """Return the names of functions that the table may get which is a field of the one in a variable, as ``M.a``.

    None where the variable is used in any other way than by fields of plain names, or that field in any other way than
    by its own.
    """
    field = tokens.texts[returned + 2]
    found: list[_Names | None] = []
    declared = False
    for at, is_declaration in _uses(tokens, returned):
        if is_declaration:
            found.append(_declared_below(tokens, at, field))
            declared = True
        elif tokens.kinds[at + 1] != ".":
            return None
        elif tokens.texts[at + 2] == field:
            found.append(_used(tokens, at + 2, at - 1))
    return _together(found) if declared else None


def _uses(tokens: Tokens, returned: int) -> Iterator[tuple[int, bool]]:
    """Yield where the variable of the name at *returned* is used but there, and whether it is declared there.

    In a block that has one of that name for itself, and not what is returned, it is another variable.
    """
    name = tokens.texts[returned]
    declarations = {at + 1 for at, _ in _outside_functions(tokens, "local")}
    at, hidden = -1, range(0)
    for _ in range(tokens.texts.count(name)):
        at = tokens.texts.index(name, at + 1)
        if at == returned or at in hidden or tokens.kinds[at] != "name" or tokens.kinds[at - 1] in (".", ":"):
            continue
        end = _block_end(tokens, at)
        if at in declarations and not at < returned < end and _declared(tokens, at) is not None:
            hidden = range(_declaration_end(tokens, at), end)
        else:
            yield at, at in declarations and at < returned < end


def _block_end(tokens: Tokens, at: int) -> int:
    """Return where the block ends in which the token at *at* stands."""
    depth = 0
    for end in range(at, len(tokens.kinds)):
        kind = tokens.kinds[end]
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth < 0 or (not depth and kind in ("else", "elseif")):
            return end
    return len(tokens.kinds)


def _value_declared(tokens: Tokens, at: int) -> int | None:
    """Return where the value in ``local M = ...`` begins, the name at *at*; None where there is none."""
    equals = at + 4 if tokens.kinds[at + 1] == "<" else at + 1
    return equals + 1 if tokens.kinds[equals] == "=" else None


def _declaration_end(tokens: Tokens, at: int) -> int:
    """Return the position after the declaration at *at* of which ``_declared`` knows the names."""
    value = _value_declared(tokens, at)
    if value is None:
        return at + 1
    return _group_end(tokens, value) if tokens.kinds[value] == "{" else value + 1


def _declared(tokens: Tokens, at: int) -> _Names | None:
    """Return the names in ``local M = { ... }``, none for ``local M``, and None for any other declaration."""
    value = _value_declared(tokens, at)
    if value is None:
        return None if tokens.kinds[at + 1] in ("<", ",") else _NOTHING
    end = _declaration_end(tokens, at)
    if not _is_no_function(tokens, value) or tokens.kinds[end] == ",":
        return None
    return _fields(tokens, value) if tokens.kinds[value] == "{" else _NOTHING


def _declared_below(tokens: Tokens, at: int, field: str) -> _Names | None:
    """Return the names in ``local M = { field = { ... } }``, None for a declaration that may give it anything else."""
    value = _value_declared(tokens, at)
    if value is None or _declared(tokens, at) is None or tokens.kinds[value] != "{":
        return None
    found = [
        _fields(tokens, inner) if tokens.kinds[inner] == "{" and _is_no_function(tokens, inner) else None
        for inner in (_value_of(tokens, each) for each in _field_starts(tokens, value) if _key(tokens, each) == field)
    ]
    return _together(found)


def _used(tokens: Tokens, at: int, before: int) -> _Names | None:
    """Return the name that the use of the variable at *at* may assign; None for a use that may do anything.

    Args:
        tokens: the module.
        at: the position of the variable.
        before: the position before the words that name it.
    """
    kinds, texts = tokens.kinds, tokens.texts
    follows = kinds[at + 1]
    if kinds[before] == "function" and follows in (".", ":") and kinds[at + 3] == "(":
        return frozenset({texts[at + 2]})
    if follows == ".":
        return _assigned(tokens, texts[at + 2], at + 3, before)
    if follows == "[" and kinds[at + 2] in ("string", "number") and kinds[at + 3] == "]":
        return _assigned(tokens, string_value(texts[at + 2]), at + 4, before) if kinds[at + 2] == "string" else _NOTHING
    return None


def _assigned(tokens: Tokens, name: str, at: int, before: int) -> _Names:
    """Return *name* where *at*, behind it, a function may be assigned to it."""
    if tokens.kinds[at] not in _ASSIGNED:
        return _NOTHING
    is_alone = tokens.kinds[at] == "=" and tokens.kinds[before] != ","
    return _NOTHING if is_alone and _is_no_function(tokens, at + 1) else frozenset({name})
