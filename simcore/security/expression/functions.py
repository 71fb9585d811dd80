"""The functions of expressions that take values; those that take a predicate are ``Loop`` nodes."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any, Final, NamedTuple

from simcore.security.expression.kinds import TEXTS, Kind
from simcore.security.operators import ConditionError

SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What ``trim`` takes away."""


class Function(NamedTuple):
    """One function.

    Args:
        apply: what it does; raises ``ConditionError`` where it has no answer.
        accepts: which kinds its first argument may have.
        result: the kind of its result.
        arguments: the least and the greatest number of arguments.
    """

    apply: Callable[..., object]
    accepts: frozenset[Kind]
    result: Kind
    arguments: tuple[int, int] = (1, 1)


def _length(value: object) -> int:
    if not isinstance(value, Sized):
        raise ConditionError("only texts, lists and maps have a length")
    return len(value)


def _lower(text: Any) -> str:
    return _by_character(text, str.lower)


def _upper(text: Any) -> str:
    return _by_character(text, str.upper)


def _by_character(text: object, change: Callable[[str], str]) -> str:
    """Change each character on its own, and leave alone one that would become two."""
    changed = ((character, change(character)) for character in _required(text))
    return "".join(after if len(after) == 1 else before for before, after in changed)


def _trim(text: object, characters: object = SPACES) -> str:
    text, characters = _required(text), _required(characters)
    # Python takes an empty set of characters for "spaces"; here it is nothing.
    return text.strip(characters) if characters else text


def _required(value: object) -> str:
    if not isinstance(value, str):
        raise ConditionError("lower, upper and trim take texts")
    return value


FUNCTIONS: Final[dict[str, Function]] = {
    "len": Function(_length, frozenset({"any", "text", "array", "map"}), "integer"),
    "lower": Function(_lower, TEXTS, "text"),
    "upper": Function(_upper, TEXTS, "text"),
    "trim": Function(_trim, TEXTS, "text", (1, 2)),
}
"""By name."""

LOOPS: Final[dict[str, Kind]] = {
    "all": "bool",
    "any": "bool",
    "none": "bool",
    "one": "bool",
    "count": "integer",
    "filter": "array",
    "map": "array",
}
"""The functions of a list and what is asked of each member, with the kinds of their results."""
