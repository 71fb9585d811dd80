"""Policies as an app's files write them: the kinds ``security.policy`` and ``security.policy.expr`` (process 12.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simcore.model.errors import UsageError
from simcore.security.conditions import CONDITION_KEYS
from simcore.security.expression.parser import NAMES
from simcore.security.policy import Policy, texts
from simcore.security.wildcards import literal_star

POLICY_KEYS: Final = ("actions", "resources", "effect", "conditions")
EXPRESSION_KEYS: Final = ("actions", "resources", "effect", "expression")


def policy_from_entry(
    id: str, namespace: str, data: Mapping[str, object], *, expression: bool = False
) -> tuple[Policy, tuple[str, ...]]:
    """Return the policy of an entry, and warnings on what is legal there and has no effect.

    Args:
        id: the entry's name, or its whole id.
        namespace: the namespace of its file, put before a bare name.
        data: the entry's mapping, already loaded, with its keys ``policy`` and ``groups``; other keys belong to others.
        expression: whether the entry is a ``security.policy.expr``, with an ``expression`` and no ``conditions``.

    Raises:
        UsageError: the entry is rejected. The message names the entry, the path of the field and what is allowed there.
    """
    entry_id = id if ":" in id else f"{namespace}:{id}"
    try:
        policy = _policy(entry_id, data, EXPRESSION_KEYS if expression else POLICY_KEYS)
    except UsageError as problem:
        raise UsageError(f"{entry_id}: {problem}") from None
    return policy, tuple(f"{entry_id}: {warning}" for warning in _warnings(policy, data))


def _policy(entry_id: str, data: Mapping[str, object], keys: tuple[str, ...]) -> Policy:
    rules = data.get("policy")
    if not isinstance(rules, Mapping):
        raise UsageError(f"policy: a mapping with {', '.join(keys)} is needed, not {_told(rules)}")
    groups = data.get("groups")
    if groups is not None:
        texts("groups", groups, empty=True)
    try:
        return _policy_from_rules(entry_id, {key: rules.get(key) for key in keys}, () if groups is None else groups)
    except UsageError as problem:
        raise UsageError(f"policy.{problem}") from None


def _policy_from_rules(entry_id: str, rules: Mapping[object, object], groups: object) -> Policy:
    for part in ("actions", "resources"):
        if not isinstance(rules.get(part), str | list):
            raise UsageError(f"{part}: a text or a list of texts is needed, not {_told(rules.get(part))}")
    effect = rules.get("effect")
    if effect is None:
        raise UsageError("effect: it is missing, write allow or deny")
    conditions = rules.get("conditions")
    expression = _expression(rules["expression"]) if "expression" in rules else None
    return Policy(
        entry_id,
        texts("actions", rules["actions"]),
        texts("resources", rules["resources"]),
        effect,  # type: ignore[arg-type]  # Policy refuses what is neither allow nor deny
        texts("groups", groups, empty=True),
        () if conditions is None else conditions,  # type: ignore[arg-type]  # Policy turns mappings into conditions
        expression,
    )


def _expression(value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f'expression: a text is needed, such as  actor.meta.role == "admin" , not {_told(value)}')
    return value


def _warnings(policy: Policy, data: Mapping[str, object]) -> list[str]:
    rules = data["policy"]
    assert isinstance(rules, Mapping)
    found = [
        f"policy.{part}[{index}]: {pattern!r} has a * that is not at its end, and only there it is a wildcard"
        for part, patterns in (("actions", policy.actions), ("resources", policy.resources))
        for index, pattern in enumerate(patterns)
        if literal_star(pattern)
    ]
    for index, condition in enumerate(policy.conditions):
        if condition.unanswerable:
            found.append(f"policy.conditions[{index}].{condition.unanswerable}")
    found += [
        f"policy.expression: the name {name} is always nil, only {', '.join(NAMES)} are known"
        for name in policy.unknown_names
    ]
    return found + _unknown_keys(rules, POLICY_KEYS if policy.expression is None else EXPRESSION_KEYS)


def _unknown_keys(rules: Mapping[object, object], keys: tuple[str, ...]) -> list[str]:
    found = [f"policy.{key}: this key is unknown and has no effect" for key in rules if key not in keys]
    conditions = rules.get("conditions") if "conditions" in keys else ()
    for index, condition in enumerate(conditions if isinstance(conditions, list) else []):
        found += [
            f"policy.conditions[{index}].{key}: this key is unknown and has no effect"
            for key in condition
            if key not in CONDITION_KEYS
        ]
    return found


def _told(value: object) -> str:
    return "nothing" if value is None else repr(value)
