"""A policy entry of an app is read as written, or refused with the path of the wrong field."""

from __future__ import annotations

from typing import Any

import pytest

from simcore.model.errors import UsageError
from simcore.security.actor import Actor
from simcore.security.conditions import Condition
from simcore.security.entry import policy_from_entry
from simcore.security.policy import Policy
from simcore.security.scope import Scope


def entry(**changes: Any) -> dict[str, Any]:
    rules = {"actions": "process.send", "resources": ["app:*"], "effect": "allow"} | changes
    return {"name": "p", "kind": "security.policy", "policy": {k: v for k, v in rules.items() if v is not ...}}


def test_the_entry_of_the_contract_becomes_its_policy() -> None:
    data = {
        "name": "workers_only",
        "kind": "security.policy",
        "policy": {
            "actions": ["process.spawn", "process.spawn.*"],
            "resources": "app.workers:*",
            "effect": "allow",
            "conditions": [
                {"field": "actor.meta.role", "operator": "eq", "value": "supervisor"},
                {"field": "meta.pid", "operator": "ne", "value_from": "resource"},
            ],
        },
        "groups": ["supervisors"],
    }

    policy, warnings = policy_from_entry("workers_only", "app.security", data)

    assert warnings == ()
    assert policy == Policy(
        "app.security:workers_only",
        ("process.spawn", "process.spawn.*"),
        ("app.workers:*",),
        "allow",
        ("supervisors",),
        (
            Condition("actor.meta.role", "eq", "supervisor"),
            Condition("meta.pid", "ne", value_from="resource"),
        ),
    )
    supervisor = Actor("app:boss", {"role": "supervisor"})
    check = ("process.spawn.linked", "app.workers:w", {"pid": "{a:b|0x00001}"})
    assert Scope([policy]).evaluate(supervisor, *check) == "allow"
    assert Scope([policy]).evaluate(Actor("app:worker"), *check) is None


def test_a_whole_id_stays_as_it_is() -> None:
    policy, _ = policy_from_entry("other:p", "app", entry())

    assert policy.id == "other:p"


NOWHERE = {"field": "pid", "operator": "eq", "value": "x"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (entry(effect="permit"), "app:p: policy.effect: 'permit' is no effect, write allow or deny"),
        (entry(effect=...), "app:p: policy.effect: it is missing, write allow or deny"),
        (entry(effect=["allow"]), "app:p: policy.effect: ['allow'] is no effect"),
        (entry(actions=...), "app:p: policy.actions: a text or a list of texts is needed, not nothing"),
        (entry(actions=""), "app:p: policy.actions[0]: a text is needed, not ''"),
        (entry(actions=[]), "app:p: policy.actions: the list is empty"),
        (entry(actions=["a", 5]), "app:p: policy.actions[1]: a text is needed, not 5"),
        (entry(actions={"a": 1}), "app:p: policy.actions: a text or a list of texts is needed, not {'a': 1}"),
        (entry(resources=True), "app:p: policy.resources: a text or a list of texts is needed, not True"),
        (entry(conditions="x"), "app:p: policy.conditions: a list of conditions is needed, not 'x'"),
        (entry(conditions=[NOWHERE, "x"]), "app:p: policy.conditions[1]: a mapping of field, operator"),
        (entry(conditions=[{}]), "app:p: policy.conditions[0].field: a condition needs a text"),
        (entry(conditions=[NOWHERE | {"operator": None}]), "app:p: policy.conditions[0].operator: a condition needs"),
        (entry(conditions=[NOWHERE | {"operator": "is"}]), "app:p: policy.conditions[0].operator: 'is' is unknown"),
        (entry(conditions=[NOWHERE | {"value": None}]), "app:p: policy.conditions[0].value: neither value nor"),
        (
            entry(conditions=[NOWHERE, NOWHERE | {"operator": "matches", "value": "(a)\\1"}]),
            "app:p: policy.conditions[1].value: bad pattern '(a)\\\\1' at position 4: a back reference",
        ),
        ({"name": "p"}, "app:p: policy: a mapping with actions, resources, effect, conditions is needed, not nothing"),
        ({"policy": []}, "app:p: policy: a mapping with actions, resources, effect, conditions is needed, not []"),
        (entry() | {"groups": [3]}, "app:p: groups[0]: a text is needed, not 3"),
        (entry() | {"groups": 3}, "app:p: groups: a text or a list of texts is needed, not 3"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path_and_what_is_allowed(data: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        policy_from_entry("p", "app", data)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (entry(), []),
        (entry(conditions=None), []),
        (entry(resources=["app:*", "*.read"]), ["app:p: policy.resources[1]: '*.read' has a * that is not at its end"]),
        (entry(actions="a*b"), ["app:p: policy.actions[0]: 'a*b' has a * that is not at its end"]),
        (
            entry(conditions=[NOWHERE | {"operator": "matches", "value_from": "resource"}]),
            ["app:p: policy.conditions[0].value_from: matches takes its pattern from value alone"],
        ),
        (
            entry(conditions=[NOWHERE | {"operator": "exists", "value": "yes"}]),
            ["app:p: policy.conditions[0].value: exists is compared with true or false"],
        ),
        (
            entry(efect="deny", conditions=[NOWHERE | {"negate": True}]),
            [
                "app:p: policy.efect: this key is unknown and has no effect",
                "app:p: policy.conditions[0].negate: this key is unknown and has no effect",
            ],
        ),
    ],
)
def test_what_is_legal_and_without_effect_is_warned_of(data: dict[str, Any], warnings: list[str]) -> None:
    _, found = policy_from_entry("p", "app", data)

    assert len(found) == len(warnings)
    for text, beginning in zip(found, warnings, strict=True):
        assert text.startswith(beginning)


def test_a_leading_star_is_literal() -> None:
    policy, _ = policy_from_entry("p", "app", entry(resources="*.read"))

    assert policy.evaluate(None, "process.send", "file.read") is None
    assert policy.evaluate(None, "process.send", "*.read") == "allow"
