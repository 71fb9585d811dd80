"""A policy's expression: compiled once, evaluated at each check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.security.expression.nodes import Evaluation
from simcore.security.expression.operators import truth
from simcore.security.expression.parser import NAMES, Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.security.actor import Actor


class Expression:
    """A condition in the expression language of ``security.policy.expr`` (process 12.3.4). An immutable value.

    It speaks of ``actor`` (its ``id`` and ``meta``; nil where nobody acts), ``action``, ``resource`` and ``meta``, the
    attributes of the check such as ``meta.pid``; any other name is nil. What it may be made of is listed in
    ``docs/your-app.md``; whatever else is refused when the expression is compiled, and never guessed.

    Args:
        text: the expression; its value has to be true or false.

    Raises:
        ExpressionError: it is empty or malformed, or its parts do not fit together; the message has the column.
        UnsupportedExpression: it uses a construct that the simulation does not know.
    """

    __slots__ = ("_node", "text", "unknown_names")

    def __init__(self, text: str) -> None:
        parser = Parser(text)
        self.text: str = text
        self._node = parser.parsed()
        self.unknown_names: tuple[str, ...] = tuple(parser.unknown_names)
        """Names that are always nil, in the order in which they come: legal, and surely a mistake."""

    def holds(self, actor: Actor | None, action: str, resource: str, attributes: Mapping[str, object]) -> bool:
        """Tell whether the expression is true for this check.

        Raises:
            ConditionError: it has no answer, which makes its policy undefined.
        """
        known = None if actor is None else {"id": actor.id, "meta": actor.meta}
        values: dict[str, object] = dict(zip(NAMES, (known, action, resource, attributes), strict=True))
        return truth(self._node.evaluate(Evaluation(values)))

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Expression) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __reduce__(self) -> tuple[Callable[..., Expression], tuple[str]]:
        return (Expression, (self.text,))
