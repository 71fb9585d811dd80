"""The erasure of one source: from the dialect with types to plain Lua that keeps its lines."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from simcore.lua.erase.facts import NO_FACTS, SolidTokens, gather
from simcore.lua.erase.lexer import preamble_end
from simcore.lua.erase.statement import StatementReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.lua.erase.cursor import Edit

# A source without any of these words has no facts to gather.
_TELLING = ("require", "exec", "data")


@dataclass(frozen=True, slots=True)
class Erased:
    """A program without its types, and what was learned about it on the way.

    Args:
        text: plain Lua 5.4; what was erased is blank, line breaks stay.
        type_names: the names of its type aliases and interfaces, in order of declaration.
        requires: the literal names it passes to ``require``, in order of first use.
        calls_data_on_payload: it calls ``data`` on the value of a ``:payload()`` call.
        calls_exec: it uses ``process.exec`` or calls a method ``exec``.
        type_values: those of *type_names* that are also used as values, sorted.
    """

    text: str
    type_names: tuple[str, ...]
    requires: tuple[str, ...]
    calls_data_on_payload: bool
    calls_exec: bool
    type_values: tuple[str, ...] = ()


def erase(source: str, name: str, *, wrap_concatenation: bool = True) -> Erased:
    """Check the syntax of *source* and blank its types (lua 4, 7).

    Args:
        source: the bytes of the file, decoded as latin-1.
        name: the file as the user knows it, for errors.
        wrap_concatenation: put each operand of ``..`` that may be a float into a call ``__S(..)``, which moves
            columns but no lines. Without it, columns stay too.

    Raises:
        LuaSyntaxError: the source is no program of the dialect.
    """
    reader = StatementReader(source, name, wrap_concatenation=wrap_concatenation)
    try:
        reader.read_program()
    except RecursionError:
        # The bound on nesting comes first, unless the caller itself stands deep in Python's stack.
        reader.fail_too_deep()
    tokens = _solid(reader)
    facts = NO_FACTS if tokens is None else gather(tokens, dict.fromkeys(reader.payload_names), reader.type_names)
    opening = preamble_end(source)
    edits = [(0, opening, " " * opening), *reader.edits] if opening else reader.edits
    return Erased(
        text=_edited(source, edits),
        type_names=tuple(dict.fromkeys(reader.type_names)),
        requires=facts.requires,
        calls_data_on_payload=facts.calls_data_on_payload,
        calls_exec=facts.calls_exec,
        type_values=facts.type_values,
    )


def _solid(reader: StatementReader) -> SolidTokens | None:
    """Return the tokens that are left, or None where they have nothing to tell."""
    if not reader.type_names and not any(word in reader.source for word in _TELLING):
        return None
    erased = sorted((start, end) for start, end, _ in reader.edits if start < end)
    return SolidTokens(reader.texts, reader.kinds, reader.starts, erased)


def _edited(source: str, edits: Sequence[Edit]) -> str:
    """Apply *edits*; where one inserts at the place where another erases, the insertion comes first."""
    pieces: list[str] = []
    done = 0
    for start, end, text in sorted(edits, key=itemgetter(0, 1)):
        assert start >= done, "edits never overlap"
        pieces += (source[done:start], text)
        done = end
    return "".join([*pieces, source[done:]])
