"""What is wrong with an expression, and at which place of it."""

from __future__ import annotations

from simcore.model.errors import UsageError


class ExpressionError(UsageError):
    """An expression that has no meaning: it is malformed, or its parts do not fit together."""


class UnsupportedExpression(ExpressionError):
    """An expression that may mean something elsewhere, written with a construct that the simulation does not know."""


def malformed(text: str, at: int, problem: str) -> ExpressionError:
    """Return the error of a *problem* at the index *at* of the expression *text*."""
    return ExpressionError(f"{_place(text, at)}: {problem}")


def unsupported(text: str, at: int, construct: str) -> UnsupportedExpression:
    """Return the error of a *construct* at the index *at* that is no part of the simulated language."""
    return UnsupportedExpression(f"{_place(text, at)}: {construct} is not part of the simulated expression language")


def _place(text: str, at: int) -> str:
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    return f"column {column}" if "\n" not in text.rstrip() else f"line {line}, column {column}"
