"""The parts of a parsed expression; each knows its kind as far as the text tells it, and evaluates itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.security.expression import operators
from simcore.security.expression.functions import LOOPS
from simcore.security.expression.kinds import Kind, either, kind_of
from simcore.security.operators import ConditionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.security.expression.functions import Function
    from simcore.security.expression.operators import Binary

# Parsing and evaluating are recursive, and Python ends a deep recursion in its own way.
DEPTH_MAX: Final = 100
ROUNDS_MAX: Final = 100_000
"""How many members all loops of one evaluation may look at together."""


class Evaluation:
    """One evaluation: the values by name, the members that the loops stand at, and what is left of the rounds."""

    __slots__ = ("members", "rounds", "values")

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values: Mapping[str, object] = values
        self.members: list[object] = []
        self.rounds: int = ROUNDS_MAX

    def spend(self) -> None:
        """Use up one round of a loop.

        Raises:
            ConditionError: there is none left.
        """
        self.rounds -= 1
        if self.rounds < 0:
            raise ConditionError(f"the loops of one expression look at more than {ROUNDS_MAX} members")


class Node:
    """The root of all parts. *kind* is that of the value, *children* are what it is made of."""

    __slots__ = ("depth", "kind")

    def __init__(self, kind: Kind, children: Iterable[Node] = ()) -> None:
        self.kind: Kind = kind
        self.depth: int = 1 + max((child.depth for child in children), default=0)

    def evaluate(self, evaluation: Evaluation) -> object:
        """Return the value.

        Raises:
            ConditionError: there is none.
        """
        raise NotImplementedError


class Literal(Node):
    """A value that is written down."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        super().__init__(kind_of(value))
        self.value: object = value

    def evaluate(self, evaluation: Evaluation) -> object:
        return self.value


class Name(Node):
    """What the check is about: ``actor``, ``action``, ``resource`` or ``meta``; any other name is nil."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__("text" if name in ("action", "resource") else "map" if name == "meta" else "any")
        self.name: str = name

    def evaluate(self, evaluation: Evaluation) -> object:
        return evaluation.values.get(self.name)


class Element(Node):
    """``#``: the member that the innermost loop stands at."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("any")

    def evaluate(self, evaluation: Evaluation) -> object:
        return evaluation.members[-1]


# An exception, because it leaves any number of members at once, up to the start of the chain.
class _Nothing(Exception):
    """A chain with ``?.`` has come upon nil."""


class MemberAccess(Node):
    """``target.key`` or ``target[key]``; with ``?.`` the whole chain is nil where the target is."""

    __slots__ = ("_key", "_optional", "_target")

    def __init__(self, target: Node, key: Node, *, optional: bool) -> None:
        super().__init__("any", (target, key))
        self._target = target
        self._key = key
        self._optional = optional

    def evaluate(self, evaluation: Evaluation) -> object:
        target = self._target.evaluate(evaluation)
        if target is None and self._optional:
            raise _Nothing
        return operators.member(target, self._key.evaluate(evaluation))


class Chain(Node):
    """A chain of members in which some are optional."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Node) -> None:
        super().__init__("any", (inner,))
        self._inner = inner

    def evaluate(self, evaluation: Evaluation) -> object:
        try:
            return self._inner.evaluate(evaluation)
        except _Nothing:
            return None


class ListOf(Node):
    """``[a, b]``"""

    __slots__ = ("_members",)

    def __init__(self, members: Sequence[Node]) -> None:
        super().__init__("array", members)
        self._members = members

    def evaluate(self, evaluation: Evaluation) -> object:
        return [member.evaluate(evaluation) for member in self._members]


class MapOf(Node):
    """``{key: a, "other key": b}``; of two equal keys the later one counts."""

    __slots__ = ("_members",)

    def __init__(self, members: Sequence[tuple[str, Node]]) -> None:
        super().__init__("map", [value for _, value in members])
        self._members = members

    def evaluate(self, evaluation: Evaluation) -> object:
        return {key: value.evaluate(evaluation) for key, value in self._members}


class Unary(Node):
    """``!a``, ``not a``, ``-a``, ``+a``."""

    __slots__ = ("_operand", "_sign")

    def __init__(self, sign: str, operand: Node) -> None:
        super().__init__("bool" if sign in ("!", "not") else operand.kind, (operand,))
        self._sign = sign
        self._operand = operand

    def evaluate(self, evaluation: Evaluation) -> object:
        return operators.UNARY[self._sign][1](self._operand.evaluate(evaluation))


class Both(Node):
    """A binary operator that looks at both sides."""

    __slots__ = ("_apply", "_left", "_right")

    def __init__(self, kind: Kind, apply: Binary, left: Node, right: Node) -> None:
        super().__init__(kind, (left, right))
        self._apply = apply
        self._left = left
        self._right = right

    def evaluate(self, evaluation: Evaluation) -> object:
        return self._apply(self._left.evaluate(evaluation), self._right.evaluate(evaluation))


# One node for a whole row, so that `a || b || ...` of a hundred names is not a hundred deep.
class Until(Node):
    """``a || b || c`` stops at the first that is true, ``a && b && c`` at the first that is false."""

    __slots__ = ("parts", "stops_at")

    def __init__(self, parts: Sequence[Node], *, stops_at: bool) -> None:
        super().__init__("bool", parts)
        self.parts: Sequence[Node] = parts
        self.stops_at: bool = stops_at

    def evaluate(self, evaluation: Evaluation) -> object:
        for part in self.parts:
            if operators.truth(part.evaluate(evaluation)) is self.stops_at:
                return self.stops_at
        return not self.stops_at


class Coalesce(Node):
    """``a ?? b``: a unless it is nil."""

    __slots__ = ("_left", "_right")

    def __init__(self, left: Node, right: Node) -> None:
        kind = right.kind if left.kind == "nil" else either(left.kind, right.kind)
        super().__init__(kind, (left, right))
        self._left = left
        self._right = right

    def evaluate(self, evaluation: Evaluation) -> object:
        left = self._left.evaluate(evaluation)
        return self._right.evaluate(evaluation) if left is None else left


class Conditional(Node):
    """``condition ? a : b``"""

    __slots__ = ("_condition", "_no", "_yes")

    def __init__(self, condition: Node, yes: Node, no: Node) -> None:
        super().__init__(either(yes.kind, no.kind), (condition, yes, no))
        self._condition = condition
        self._yes = yes
        self._no = no

    def evaluate(self, evaluation: Evaluation) -> object:
        chosen = self._yes if operators.truth(self._condition.evaluate(evaluation)) else self._no
        return chosen.evaluate(evaluation)


class CallOf(Node):
    """``len(a)`` and its like."""

    __slots__ = ("_arguments", "_function")

    def __init__(self, function: Function, arguments: Sequence[Node]) -> None:
        super().__init__(function.result, arguments)
        self._function = function
        self._arguments = arguments

    def evaluate(self, evaluation: Evaluation) -> object:
        return self._function.apply(*(argument.evaluate(evaluation) for argument in self._arguments))


class Loop(Node):
    """``any(list, {# > 1})`` and its like; *predicate* is asked of each member in turn."""

    __slots__ = ("_array", "_name", "_predicate")

    def __init__(self, name: str, array: Node, predicate: Node) -> None:
        super().__init__(LOOPS[name], (array, predicate))
        self._name = name
        self._array = array
        self._predicate = predicate

    def evaluate(self, evaluation: Evaluation) -> object:
        array: Any = self._array.evaluate(evaluation)
        if kind_of(array) != "array":
            raise ConditionError(f"{self._name} asks for a list")
        if self._name == "map":
            return [self._ask(evaluation, member) for member in array]
        if self._name in ("all", "any"):
            return self._first(evaluation, array, found=self._name == "any")
        chosen = [member for member in array if operators.truth(self._ask(evaluation, member))]
        if self._name == "filter":
            return chosen
        return len(chosen) if self._name == "count" else len(chosen) == (1 if self._name == "one" else 0)

    def _first(self, evaluation: Evaluation, array: Iterable[object], *, found: bool) -> bool:
        for member in array:
            if operators.truth(self._ask(evaluation, member)) is found:
                return found
        return not found

    def _ask(self, evaluation: Evaluation, member: object) -> object:
        evaluation.spend()
        evaluation.members.append(member)
        try:
            return self._predicate.evaluate(evaluation)
        finally:
            evaluation.members.pop()
