"""The operators of expressions: how tightly each binds, what it takes, and what it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from simcore.model.errors import UsageError
from simcore.security.expression import kinds
from simcore.security.expression.kinds import Fit, kind_of
from simcore.security.operators import ConditionError
from simcore.security.pattern import compile_pattern

if TYPE_CHECKING:
    from simcore.security.pattern import Pattern

Binary: TypeAlias = Callable[[Any, Any], object]
RANGE_MAX: Final = 1_000_000
"""How many numbers ``a..b`` may span."""
TEXT_MAX: Final = 1_000_000
"""How long a text may become by ``+``."""
DEPTH_MAX: Final = 50
"""How deeply the values that ``==`` compares may be nested."""


class Operator(NamedTuple):
    """One binary operator.

    Args:
        binding: a larger one binds tighter.
        apply: what it does; raises ``ConditionError`` where it has no answer.
        fit: which kinds it takes.
        right: whether ``a op b op c`` means ``a op (b op c)``.
        negatable: whether ``not`` may stand before it.
    """

    binding: int
    apply: Binary
    fit: Fit
    right: bool = False
    negatable: bool = False


def equal(left: object, right: object, depth: int = 0) -> bool:
    """Tell whether two values are the same: numbers by amount, lists and maps by what they hold; else kinds must agree.

    Raises:
        ConditionError: they are nested deeper than ``DEPTH_MAX``.
    """
    if depth > DEPTH_MAX:
        raise ConditionError(f"values nested deeper than {DEPTH_MAX} are not compared")
    kind, other = kind_of(left), kind_of(right)
    if kind == "array" and other == "array":
        return _equal_arrays(left, right, depth)
    if kind == "map" and other == "map":
        return _equal_maps(left, right, depth)
    same = kind == other or {kind, other} == {"integer", "float"}
    return same and left == right


def _equal_arrays(left: Any, right: Any, depth: int) -> bool:
    return len(left) == len(right) and all(equal(*pair, depth + 1) for pair in zip(left, right, strict=True))


def _equal_maps(left: Any, right: Any, depth: int) -> bool:
    return left.keys() == right.keys() and all(equal(left[key], right[key], depth + 1) for key in left)


def is_number(value: object) -> bool:
    """Tell whether *value* is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def truth(value: object) -> bool:
    """Return *value*, which must be true or false.

    Raises:
        ConditionError: it is something else; nothing else counts as true or false.
    """
    if not isinstance(value, bool):
        raise ConditionError("a condition is true or false and nothing else")
    return value


def negative(value: Any) -> object:
    """Return the number of the other sign. Raises ``ConditionError`` for anything else."""
    _require_numbers(value, 0)
    return _wrapped(-value)


def positive(value: Any) -> object:
    """Return the number itself. Raises ``ConditionError`` for anything else."""
    _require_numbers(value, 0)
    return value


def inverse(value: object) -> bool:
    """Return the other truth. Raises ``ConditionError`` where it is none."""
    return not truth(value)


def _unequal(left: object, right: object) -> bool:
    return not equal(left, right)


def _ordered(compare: Binary) -> Binary:
    def apply(left: Any, right: Any) -> object:
        if not (isinstance(left, str) and isinstance(right, str)):
            _require_numbers(left, right)
        return compare(left, right)

    return apply


def _is_in(found: Any, container: Any) -> bool:
    kind = kind_of(container)
    if kind == "nil":
        return False
    if kind == "map":
        return isinstance(found, str) and found in container
    if isinstance(container, range):
        # By arithmetic: a range of a million numbers is not walked.
        return is_number(found) and float(found).is_integer() and int(found) in container
    if kind == "array":
        return any(equal(found, member) for member in container)
    raise ConditionError("`in` asks for a list or a map")


def _on_texts(test: Callable[[str, str], bool]) -> Binary:
    """Nil on either side is false and no error: nothing begins with anything."""

    def apply(left: object, right: object) -> bool:
        if left is None or right is None:
            return False
        if not (isinstance(left, str) and isinstance(right, str)):
            raise ConditionError("only texts contain, start with, end with or match texts")
        return test(left, right)

    return apply


def _search(text: str, pattern: str) -> bool:
    compiled = _compiled(pattern)
    if isinstance(compiled, str):
        raise ConditionError(compiled)
    return compiled.search(text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Pattern | str:
    try:
        return compile_pattern(pattern)
    except UsageError as problem:
        # Returned and not raised: the cache keeps no exceptions, and would compile the bad pattern at every check.
        return str(problem)


def _require_numbers(left: object, right: object) -> None:
    if not (is_number(left) and is_number(right)):
        raise ConditionError("arithmetic and order ask for numbers, or for texts on both sides")


def _wrapped(value: Any) -> object:
    """Keep whole numbers to 64 bits with a sign, where the largest is followed by the smallest."""
    return (value + 2**63) % 2**64 - 2**63 if isinstance(value, int) else value


def _add(left: Any, right: Any) -> object:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > TEXT_MAX:
            raise ConditionError(f"a text is no longer than {TEXT_MAX}")
        return left + right
    _require_numbers(left, right)
    return _wrapped(left + right)


def _subtract(left: Any, right: Any) -> object:
    _require_numbers(left, right)
    return _wrapped(left - right)


def _multiply(left: Any, right: Any) -> object:
    _require_numbers(left, right)
    return _wrapped(left * right)


def _divide(left: Any, right: Any) -> object:
    """The result always has a fraction; a division by zero is infinite, as floating point has it."""
    _require_numbers(left, right)
    if right == 0:
        return math.nan if left == 0 or left != left else math.copysign(math.inf, left) * math.copysign(1, right)
    return float(left) / float(right)


def _remainder(left: Any, right: Any) -> object:
    """Of whole numbers only; it has the sign of the dividend."""
    if kind_of(left) != "integer" or kind_of(right) != "integer" or right == 0:
        raise ConditionError("a remainder is that of a whole number by another that is not zero")
    return abs(left) % abs(right) * (-1 if left < 0 else 1)


def _power(left: Any, right: Any) -> object:
    _require_numbers(left, right)
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf if left > 0 or right % 2 == 0 else -math.inf
    except ValueError:
        return math.nan if left != 0 else math.inf


def _span(first: Any, last: Any) -> object:
    if kind_of(first) != "integer" or kind_of(last) != "integer":
        raise ConditionError("a range has whole numbers at its ends")
    if last - first >= RANGE_MAX:
        raise ConditionError(f"a range has at most {RANGE_MAX} numbers")
    return range(first, last + 1)


def member(target: object, key: Any) -> object:
    """Return what *target* holds at *key*: nil where a map has no such key.

    Raises:
        ConditionError: a list is not as long, or the target is no list and no map; nil has no members.
    """
    if isinstance(target, Mapping):
        found: object = target.get(key) if isinstance(key, str) else None
        return found
    if isinstance(target, list | tuple | range) and kind_of(key) == "integer":
        try:
            at: object = target[key]
            return at
        except IndexError:
            raise ConditionError("the list is shorter") from None
    raise ConditionError("only lists and maps have members")


_TEXT_TEST: Final = kinds.both(kinds.TEXTS, "bool")

OPERATORS: Final[dict[str, Operator]] = {
    "==": Operator(20, equal, kinds.equality),
    "!=": Operator(20, _unequal, kinds.equality),
    "<": Operator(20, _ordered(lambda left, right: left < right), kinds.order),
    "<=": Operator(20, _ordered(lambda left, right: left <= right), kinds.order),
    ">": Operator(20, _ordered(lambda left, right: left > right), kinds.order),
    ">=": Operator(20, _ordered(lambda left, right: left >= right), kinds.order),
    "in": Operator(20, _is_in, kinds.membership, negatable=True),
    "matches": Operator(20, _on_texts(_search), _TEXT_TEST, negatable=True),
    "contains": Operator(20, _on_texts(lambda left, right: right in left), _TEXT_TEST, negatable=True),
    "startsWith": Operator(20, _on_texts(str.startswith), _TEXT_TEST, negatable=True),
    "endsWith": Operator(20, _on_texts(str.endswith), _TEXT_TEST, negatable=True),
    "..": Operator(25, _span, kinds.both(kinds.INTEGERS, "array")),
    "+": Operator(30, _add, kinds.addition),
    "-": Operator(30, _subtract, kinds.arithmetic),
    "*": Operator(60, _multiply, kinds.arithmetic),
    "/": Operator(60, _divide, kinds.both(kinds.NUMBERS, "float")),
    "%": Operator(60, _remainder, kinds.both(kinds.INTEGERS, "integer")),
    "**": Operator(100, _power, kinds.both(kinds.NUMBERS, "float"), right=True),
    "^": Operator(100, _power, kinds.both(kinds.NUMBERS, "float"), right=True),
}
"""The binary operators that always look at both sides."""

OR_BINDING: Final = 10
AND_BINDING: Final = 15
COALESCE_BINDING: Final = 500
UNARY: Final[dict[str, tuple[int, Callable[[Any], object], frozenset[kinds.Kind]]]] = {
    "!": (50, inverse, kinds.BOOLS),
    "not": (50, inverse, kinds.BOOLS),
    "-": (90, negative, kinds.NUMBERS),
    "+": (90, positive, kinds.NUMBERS),
}
"""Binding, meaning and accepted kinds of the signs before a value."""
