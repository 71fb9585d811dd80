"""Policies: who may do what, as plain values with three answers, allow, deny and undefined (process 12.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from simcore.model.errors import UsageError
from simcore.model.texts import represented
from simcore.security.conditions import CONDITION_KEYS, Condition, condition_from_mapping
from simcore.security.expression.error import ExpressionError
from simcore.security.expression.expression import Expression
from simcore.security.operators import ConditionError
from simcore.security.wildcards import Wildcards

if TYPE_CHECKING:
    from simcore.security.actor import Actor

Effect: TypeAlias = Literal["allow", "deny"]
Texts: TypeAlias = str | Iterable[str]
ALLOW: Final[Effect] = "allow"
DENY: Final[Effect] = "deny"
EFFECTS: Final[tuple[str, ...]] = (ALLOW, DENY)
NO_ATTRIBUTES: Final[Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule (process 12.3). It applies if action, resource and all conditions match; then its answer is its effect.

    ``allow`` and ``deny`` are the comfortable ways to make one.

    Args:
        id: its name in a scope and in the policy book, ``namespace:name`` where it comes from an app.
        actions: texts with the wildcards of process 12.3.1, at least one.
        resources: likewise.
        effect: ``allow`` or ``deny``.
        groups: groups that it belongs to (process 12.4).
        conditions: all of them must hold.
        expression: must be true as well, in the language of ``security.policy.expr`` (process 12.3.4); None for no such
            demand.

    Raises:
        UsageError: a part is empty or of a wrong type, or the expression means nothing (``ExpressionError``,
            ``UnsupportedExpression``); the message begins with the part's name.
    """

    id: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    effect: Effect
    groups: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    expression: str | None = None
    _actions: Wildcards = field(init=False, repr=False, compare=False)
    _resources: Wildcards = field(init=False, repr=False, compare=False)
    _expression: Expression | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given_id: object = self.id
        if not isinstance(given_id, str) or not given_id:
            raise UsageError(f"id: a policy needs a text as its id, not {represented(self.id)}")
        if self.effect not in EFFECTS:
            raise UsageError(f"effect: {represented(self.effect)} is no effect, write {' or '.join(EFFECTS)}")
        for part in ("actions", "resources", "groups"):
            object.__setattr__(self, part, texts(part, getattr(self, part), empty=part == "groups"))
        object.__setattr__(self, "conditions", _conditions(self.conditions))
        object.__setattr__(self, "_expression", _expression(self.expression))
        object.__setattr__(self, "_actions", Wildcards(self.actions))
        object.__setattr__(self, "_resources", Wildcards(self.resources))

    @property
    def conditional(self) -> bool:
        """Whether the answer depends on more than action and resource."""
        return bool(self.conditions) or self._expression is not None

    @property
    def unknown_names(self) -> tuple[str, ...]:
        """Names in the expression that are always nil: legal, and surely a mistake."""
        return () if self._expression is None else self._expression.unknown_names

    def evaluate(
        self,
        actor: Actor | None,
        action: str,
        resource: str,
        attributes: Mapping[str, object] = NO_ATTRIBUTES,
    ) -> Effect | None:
        """Return the policy's effect if it applies, else None, which means undefined (process 12.3.2).

        A condition or expression that has no answer leaves the policy undefined too, so a broken deny denies nothing.
        """
        if not (self._actions.match(action) and self._resources.match(resource)):
            return None
        try:
            applies = all(condition.holds(actor, action, resource, attributes) for condition in self.conditions)
            if applies and self._expression is not None:
                applies = self._expression.holds(actor, action, resource, attributes)
        except ConditionError:
            return None
        return self.effect if applies else None


def allow(
    actions: Texts,
    resources: Texts,
    *,
    id: str | None = None,
    groups: Texts = (),
    when: Iterable[Condition | Mapping[str, object]] = (),
) -> Policy:
    """Return a policy that allows *actions* on *resources* (process 12.3).

    Args:
        actions: a text or several, such as ``"process.send"`` or ``"process.spawn.*"``; a trailing ``*`` is a wildcard.
        resources: a text or several: pids, definition ids, host ids, names.
        id: the policy's name; by default a sentence made of all its parts, so that equal policies have equal ids.
        groups: groups that it belongs to.
        when: conditions, in the shape of a policy file:
            ``{"field": "actor.meta.role", "operator": "eq", "value": "supervisor"}``.

    Raises:
        UsageError: a part is empty or of a wrong type; the message begins with the part's name.
    """
    return _policy(ALLOW, actions, resources, id, groups, when)


def deny(
    actions: Texts,
    resources: Texts,
    *,
    id: str | None = None,
    groups: Texts = (),
    when: Iterable[Condition | Mapping[str, object]] = (),
) -> Policy:
    """Return a policy that denies *actions* on *resources*, whatever others allow (process 12.2); arguments as for
    ``allow``.

    Raises:
        UsageError: a part is empty or of a wrong type; the message begins with the part's name.
    """
    return _policy(DENY, actions, resources, id, groups, when)


def texts(part: str, value: object, *, empty: bool = False) -> tuple[str, ...]:
    """Return a text, or each of several, as a tuple; *part* names it in errors, *empty* permits none at all.

    Raises:
        UsageError: there is none, or something else than a text among them.
    """
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, Iterable) or isinstance(value, Mapping | bytes):
        raise UsageError(f"{part}: a text or a list of texts is needed, not {represented(value)}")
    found = tuple(value)
    if not found and not empty:
        raise UsageError(f"{part}: the list is empty, name at least one (or * for all)")
    for index, text in enumerate(found):
        if not isinstance(text, str) or not text:
            raise UsageError(f"{part}[{index}]: a text is needed, not {represented(text)}")
    return found


def _policy(
    effect: Effect,
    actions: Texts,
    resources: Texts,
    id: str | None,
    groups: Texts,
    when: Iterable[Condition | Mapping[str, object]],
) -> Policy:
    actions, resources = texts("actions", actions), texts("resources", resources)
    groups, conditions = texts("groups", groups, empty=True), _conditions(when)
    if id is None:
        id = _derived_id(effect, actions, resources, groups, conditions)
    return Policy(id, actions, resources, effect, groups, conditions)


def _conditions(when: object) -> tuple[Condition, ...]:
    if not isinstance(when, Iterable) or isinstance(when, Mapping | str | bytes):
        raise UsageError(f"conditions: a list of conditions is needed, not {represented(when)}")
    found = []
    for index, entry in enumerate(when):
        if not isinstance(entry, Condition | Mapping):
            raise UsageError(
                f"conditions[{index}]: a mapping of {', '.join(CONDITION_KEYS)} is needed, not {represented(entry)}"
            )
        try:
            found.append(entry if isinstance(entry, Condition) else condition_from_mapping(entry))
        except UsageError as problem:
            raise UsageError(f"conditions[{index}].{problem}") from None
    return tuple(found)


def _expression(text: object) -> Expression | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise UsageError(f"expression: a text is needed, not {represented(text)}")
    try:
        return Expression(text)
    except ExpressionError as problem:
        raise type(problem)(f"expression: {problem}") from None


def _derived_id(
    effect: Effect,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    groups: tuple[str, ...],
    conditions: tuple[Condition, ...],
) -> str:
    """Spell out the whole policy: two that differ anywhere need two ids, or one would replace the other in a scope."""
    sentence = f"{effect} {_listed(actions)} on {_listed(resources)}"
    if conditions:
        sentence += " when " + " and ".join(map(_spelled, conditions))
    return f"{sentence} for {_listed(groups)}" if groups else sentence


def _listed(entries: tuple[str, ...]) -> str:
    return ", ".join(map(_quoted, entries))


def _quoted(text: str) -> str:
    return text if not any(sign in text for sign in " ,'\"\\") and text.isprintable() else repr(text)


def _spelled(condition: Condition) -> str:
    operand = repr(condition.value) if condition.value_from is None else _quoted(condition.value_from)
    return f"{_quoted(condition.field)} {condition.operator} {operand}"
