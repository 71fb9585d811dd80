"""A policy with an expression: its entry, its answer, and that no scope remembers what depends on more."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from simcore.model.errors import UsageError
from simcore.security.actor import Actor
from simcore.security.entry import policy_from_entry
from simcore.security.policy import Policy
from simcore.security.scope import Scope

RULES: dict[str, Any] = {
    "actions": "process.*",
    "resources": "*",
    "effect": "allow",
    "expression": 'actor.meta.role == "admin"',
}


def entry(**changes: Any) -> tuple[Policy, tuple[str, ...]]:
    rules = {key: value for key, value in {**RULES, **changes}.items() if value is not None}
    return policy_from_entry("rule", "app", {"policy": rules, "groups": ["staff"]}, expression=True)


def test_an_entry_gives_a_policy_that_applies_where_its_expression_is_true() -> None:
    policy, warnings = entry()

    assert (policy.id, policy.groups, warnings) == ("app:rule", ("staff",), ())
    assert policy.evaluate(Actor("a", {"role": "admin"}), "process.send", "x") == "allow"
    assert policy.evaluate(Actor("a", {"role": "guest"}), "process.send", "x") is None
    assert policy.evaluate(Actor("a", {"role": "admin"}), "funcs.call", "x") is None


def test_an_expression_without_an_answer_makes_a_deny_undefined_too() -> None:
    """process 12.3.2: a broken deny fails open."""
    policy, _ = entry(effect="deny", expression="actor.meta.no.deeper == 1")

    assert policy.evaluate(Actor("a"), "process.send", "x") is None


def test_a_scope_asks_anew_where_an_expression_is_in_it() -> None:
    scope = Scope([entry(expression="meta.pid == 'p' && actor.id == 'a'")[0]])
    answers = [
        scope.evaluate(Actor(id), "process.send", "x", {"pid": pid}) for id, pid in [("a", "p"), ("a", "q"), ("b", "p")]
    ]

    assert answers == ["allow", None, None]


def test_such_policies_are_values() -> None:
    policy, _ = entry()

    assert pickle.loads(pickle.dumps(Scope([policy]))) == Scope([policy])
    assert policy != entry(expression="true")[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expression": None}, "app:rule: policy.expression: a text is needed"),
        ({"expression": True}, "app:rule: policy.expression: a text is needed"),
        ({"expression": " "}, "app:rule: policy.expression: column 1: the expression is empty"),
        ({"expression": "actor.id ="}, "app:rule: policy.expression: column 10: an assignment is not part"),
        ({"effect": None}, "app:rule: policy.effect: it is missing"),
        ({"actions": None}, "app:rule: policy.actions: a text or a list of texts is needed"),
    ],
)
def test_an_entry_without_a_meaning_is_rejected(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        entry(**changes)

    assert str(refused.value).startswith(message)


def test_what_has_no_effect_is_warned_of() -> None:
    _, warnings = entry(expression="user == nil", conditions=[{"field": "action"}])

    assert warnings == (
        "app:rule: policy.expression: the name user is always nil, only actor, action, resource, meta are known",
        "app:rule: policy.conditions: this key is unknown and has no effect",
    )


def test_an_expression_in_a_plain_policy_is_warned_of() -> None:
    policy, warnings = policy_from_entry("app:rule", "app", {"policy": RULES})

    assert policy.expression is None
    assert warnings == ("app:rule: policy.expression: this key is unknown and has no effect",)
