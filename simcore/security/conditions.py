"""Conditions: what a policy asks of actor, action, resource and attributes (process 12.3.3, 12.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from simcore.model.errors import UsageError
from simcore.model.texts import represented
from simcore.security.operators import EXISTENCE, MISSING, OPERATORS, PATTERNS, ConditionError
from simcore.security.pattern import compile_pattern

if TYPE_CHECKING:
    from simcore.security.actor import Actor
    from simcore.security.pattern import Pattern

ConditionValue: TypeAlias = "str | int | float | bool | tuple[ConditionValue, ...]"
CONDITION_KEYS: Final = ("field", "operator", "value", "value_from")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: *field* *operator* *value*, or with what the field *value_from* holds.

    A field is ``actor.id``, ``actor.meta.<key>[.<key>...]``, ``meta.<key>[.<key>...]`` (the attributes of the check,
    for instance ``meta.pid``), ``action``, ``resource``, or the bare name of an attribute, such as ``pid``
    (process 12.3.3).

    Args:
        field: what is looked at.
        operator: one of ``OPERATORS``.
        value: what it is compared with: a text, a number, true, false, or a list of these.
        value_from: another field to compare with; it takes precedence over *value*.

    Raises:
        UsageError: a part is missing or of a wrong type, the operator is unknown, or the pattern of ``matches`` or
            ``nmatches`` is none that RE2 accepts. The message begins with the part's name.
    """

    field: str
    operator: str
    value: ConditionValue | None = None
    value_from: str | None = None
    _pattern: Pattern | None = dataclass_field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        _require_text("field", self.field)
        _require_text("operator", self.operator)
        if self.operator not in OPERATORS:
            raise UsageError(f"operator: {represented(self.operator)} is unknown, write one of {', '.join(OPERATORS)}")
        if self.value_from is not None:
            _require_text("value_from", self.value_from)
        elif self.value is None:
            raise UsageError("value: neither value nor value_from is there, give one of them")
        object.__setattr__(self, "value", _frozen(self.value))
        if self.operator in PATTERNS and self.value_from is None:
            object.__setattr__(self, "_pattern", _pattern(self.value))

    @property
    def unanswerable(self) -> str:
        """Why this condition can never hold, or an empty text: legal in the contract, yet surely a mistake."""
        if self.operator in PATTERNS and self.value_from is not None:
            return f"value_from: {self.operator} takes its pattern from value alone, so this condition never holds"
        if self.operator in EXISTENCE and self.value_from is None and not isinstance(self.value, bool):
            return f"value: {self.operator} is compared with true or false, so this condition never holds"
        return ""

    def holds(self, actor: Actor | None, action: str, resource: str, attributes: Mapping[str, object]) -> bool:
        """Tell whether the condition is true for this check.

        Raises:
            ConditionError: it has no answer, which makes its policy undefined (process 12.3.2).
        """
        found = _look_up(self.field, actor, action, resource, attributes)
        operand: object = self._pattern if self._pattern is not None else self.value
        if self.value_from is not None:
            operand = _look_up(self.value_from, actor, action, resource, attributes)
            if operand is MISSING:
                raise ConditionError(f"there is no {self.value_from} to compare with")
        if found is MISSING and self.operator not in EXISTENCE:
            return False
        return OPERATORS[self.operator](found, operand)


def condition_from_mapping(data: Mapping[str, Any]) -> Condition:
    """Return the condition that a mapping of the policy file spells (process 12.3).

    Raises:
        UsageError: a part of it is wrong; the message begins with the part's name.
    """
    return Condition(*(data.get(key) for key in CONDITION_KEYS))  # type: ignore[arg-type]  # Condition checks each


def _look_up(name: str, actor: Actor | None, action: str, resource: str, attributes: Mapping[str, object]) -> object:
    """Return what the field *name* holds, or MISSING; a field of nobody is an error (process 12.3.3)."""
    if name == "action":
        return action
    if name == "resource":
        return resource
    if name.startswith("actor."):
        return _look_up_actor(name, actor)
    if name.startswith("meta."):
        return _walk(attributes, name.split(".")[1:])
    return _walk(attributes, [name])


def _look_up_actor(name: str, actor: Actor | None) -> object:
    if actor is None or not (actor.id or actor.meta):
        raise ConditionError("an actor without id and meta has no fields")
    if name == "actor.id":
        return actor.id
    if name.startswith("actor.meta."):
        return _walk(actor.meta, name.split(".")[2:])
    raise ConditionError(f"an actor has an id and meta, no {name}")


def _walk(values: object, path: list[str]) -> object:
    for key in path:
        if not isinstance(values, Mapping) or values.get(key) is None:
            # A table of the simulated language cannot hold nil, so a null is as good as nothing.
            return MISSING
        values = values[key]
    return values


def _require_text(part: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise UsageError(
            f"{part}: a condition needs a text here, not {'nothing' if value is None else represented(value)}"
        )


def _frozen(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_frozen(member) for member in value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise UsageError(
        f"value: a condition compares with a text, a number, true, false or a list of these, not {represented(value)}; "
        "put quotes around a date"
    )


def _pattern(value: object) -> Pattern:
    if not isinstance(value, str):
        raise UsageError(f"value: a pattern is a text, not {represented(value)}")
    try:
        return compile_pattern(value)
    except UsageError as problem:
        raise UsageError(f"value: {problem}") from None
