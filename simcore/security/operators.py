"""The fourteen comparisons of policy conditions, as a table from word to function (process 12.3.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from simcore.security.pattern import Pattern

MISSING: Final = object()
"""Stands for a field that is not there. Only ``exists`` and ``nexists`` are ever given it."""

TEXT_DEPTH_MAX: Final = 50
Comparison: TypeAlias = Callable[[object, object], bool]
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,400}")


class ConditionError(Exception):
    """A comparison that has no answer. It makes the whole policy undefined, a deny as well (process 12.3.2)."""


def equal(found: object, operand: object) -> bool:
    """Tell whether two values are equal: as numbers if both read as numbers, else as texts (process 12.3.4, eq)."""
    if isinstance(found, str) and isinstance(operand, str) and found == operand:
        return True
    left, right = number(found), number(operand)
    if left is not None and right is not None:
        return left == right
    return text_of(found) == text_of(operand)


def number(value: object) -> float | None:
    """Return *value* as a number if it is one or spells one; true and false are none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return None
    # A whole number stays exact: two long ids that differ in their last digit are two ids.
    return int(value) if _WHOLE.fullmatch(value) else float(value)


def text_of(value: object, depth: int = 0) -> str:
    """Return the text form in which values of unlike types are compared: ``true``, ``3``, ``[a b]``, ``map[k:v]``.

    Raises:
        ConditionError: the value is nested deeper than ``TEXT_DEPTH_MAX``; it may contain itself.
    """
    if depth > TEXT_DEPTH_MAX:
        raise ConditionError(f"a value nested deeper than {TEXT_DEPTH_MAX} has no text form")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, list | tuple):
        return f"[{' '.join(text_of(member, depth + 1) for member in value)}]"
    if isinstance(value, Mapping):
        # In the order of the keys, or a comparison would depend on how the map was made.
        return f"map[{' '.join(f'{key}:{text_of(value[key], depth + 1)}' for key in sorted(value, key=str))}]"
    return str(value)


def _unequal(found: object, operand: object) -> bool:
    return not equal(found, operand)


def _numbers(found: object, operand: object) -> tuple[float, float]:
    left, right = number(found), number(operand)
    if left is None or right is None:
        raise ConditionError("only numbers have an order")
    return left, right


def _less(found: object, operand: object) -> bool:
    left, right = _numbers(found, operand)
    return left < right


def _greater(found: object, operand: object) -> bool:
    left, right = _numbers(found, operand)
    return left > right


def _less_or_equal(found: object, operand: object) -> bool:
    left, right = _numbers(found, operand)
    return left <= right


def _greater_or_equal(found: object, operand: object) -> bool:
    left, right = _numbers(found, operand)
    return left >= right


def _is_in(found: object, operand: object) -> bool:
    if isinstance(operand, str):
        return equal(found, operand)
    if isinstance(operand, list | tuple):
        return any(equal(found, member) for member in operand)
    raise ConditionError("membership asks for a list or a text")


def _is_not_in(found: object, operand: object) -> bool:
    return not _is_in(found, operand)


def _exists(found: object, operand: object) -> bool:
    if not isinstance(operand, bool):
        raise ConditionError("existence is compared with true or false")
    return (found is not MISSING) is operand


def _does_not_exist(found: object, operand: object) -> bool:
    return not _exists(found, operand)


def _contains(found: object, operand: object) -> bool:
    if isinstance(found, list | tuple):
        return any(equal(member, operand) for member in found)
    return _scalar(operand) in _scalar(found)


def _does_not_contain(found: object, operand: object) -> bool:
    return not _contains(found, operand)


def _matches(found: object, operand: object) -> bool:
    if not isinstance(operand, Pattern):
        raise ConditionError("a pattern is written in the policy itself, it cannot come from a field")
    return operand.search(_scalar(found))


def _does_not_match(found: object, operand: object) -> bool:
    return not _matches(found, operand)


def _scalar(value: object) -> str:
    if isinstance(value, list | tuple | Mapping):
        raise ConditionError("only a text, a number, true or false can be searched")
    return text_of(value)


OPERATORS: Final[dict[str, Comparison]] = {
    "eq": equal,
    "ne": _unequal,
    "lt": _less,
    "gt": _greater,
    "lte": _less_or_equal,
    "gte": _greater_or_equal,
    "in": _is_in,
    "nin": _is_not_in,
    "exists": _exists,
    "nexists": _does_not_exist,
    "contains": _contains,
    "ncontains": _does_not_contain,
    "matches": _matches,
    "nmatches": _does_not_match,
}
"""Each takes what the field holds and what it is compared with; without an answer it raises ``ConditionError``."""

EXISTENCE: Final = frozenset({"exists", "nexists"})
"""The operators that are asked about a missing field; every other one is false there."""

PATTERNS: Final = frozenset({"matches", "nmatches"})
"""The operators whose value is a regular expression."""
