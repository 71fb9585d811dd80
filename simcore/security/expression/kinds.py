"""What is known of a value before the expression is ever evaluated, and which kinds an operator takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["any", "nil", "bool", "integer", "float", "text", "array", "map"]
"""``any`` is what only the check itself will tell, such as the value of ``actor.meta.role``."""

Fit: TypeAlias = Callable[[Kind, Kind], "Kind | None"]
"""Answers the kind of an operator's result, or None where it does not take such operands."""

NUMBERS: Final[frozenset[Kind]] = frozenset({"any", "integer", "float"})
TEXTS: Final[frozenset[Kind]] = frozenset({"any", "text"})
BOOLS: Final[frozenset[Kind]] = frozenset({"any", "bool"})
INTEGERS: Final[frozenset[Kind]] = frozenset({"any", "integer"})
CONTAINERS: Final[frozenset[Kind]] = frozenset({"any", "nil", "array", "map"})
ARRAYS: Final[frozenset[Kind]] = frozenset({"any", "array"})


def kind_of(value: object) -> Kind:
    """Return the kind of a value that is there."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "float"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list | tuple | range):
        return "array"
    return "map" if isinstance(value, Mapping) else "any"


def both(accepted: frozenset[Kind], result: Kind) -> Fit:
    """Return the rule of an operator that takes the same kinds on both sides."""
    return lambda left, right: result if left in accepted and right in accepted else None


def arithmetic(left: Kind, right: Kind) -> Kind | None:
    """The rule of ``-`` and ``*``."""
    if left not in NUMBERS or right not in NUMBERS:
        return None
    if "any" in (left, right):
        return "any"
    return "float" if "float" in (left, right) else "integer"


def addition(left: Kind, right: Kind) -> Kind | None:
    """The rule of ``+``, which also joins texts."""
    if left in TEXTS and right in TEXTS:
        return "text" if "text" in (left, right) else "any"
    return arithmetic(left, right)


def equality(left: Kind, right: Kind) -> Kind | None:
    """The rule of ``==`` and ``!=``: what can never be equal is a mistake."""
    numbers = left in NUMBERS and right in NUMBERS
    return "bool" if left == right or numbers or {left, right} & {"any", "nil"} else None


def order(left: Kind, right: Kind) -> Kind | None:
    """The rule of ``<`` and its like."""
    same = (left in NUMBERS and right in NUMBERS) or (left in TEXTS and right in TEXTS)
    return "bool" if same else None


def membership(left: Kind, right: Kind) -> Kind | None:
    """The rule of ``in``."""
    if right == "map" and left not in TEXTS:
        return None
    return "bool" if right in CONTAINERS else None


def either(left: Kind, right: Kind) -> Kind:
    """Return the kind of what is one of two values."""
    return left if left == right else "any"
