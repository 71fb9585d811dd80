"""A policy applies when action, resource and all conditions match, and is undefined otherwise."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.model.errors import UsageError
from simcore.security.actor import Actor
from simcore.security.conditions import Condition
from simcore.security.policy import Policy, allow, deny

ACTOR = Actor("app:boss", {"role": "supervisor"})
SUPERVISOR = {"field": "actor.meta.role", "operator": "eq", "value": "supervisor"}
WORKER = {"field": "actor.meta.role", "operator": "eq", "value": "worker"}
BROKEN = {"field": "actor.meta.role", "operator": "lt", "value": 3}


@pytest.mark.parametrize(
    ("action", "resource", "when", "applies"),
    [
        ("process.send", "app:worker", (), True),
        ("process.send", "app:workers", (), False),
        ("process.link", "app:worker", (), False),
        ("process.send", "app:worker", (SUPERVISOR,), True),
        ("process.send", "app:worker", (SUPERVISOR, WORKER), False),
        ("process.send", "app:worker", (BROKEN,), False),
        ("process.send", "app:worker", (SUPERVISOR, BROKEN), False),
    ],
)
def test_a_policy_has_its_effect_only_where_all_of_it_matches(
    action: str, resource: str, when: tuple[dict[str, Any], ...], *, applies: bool
) -> None:
    allowing = allow("process.send", "app:worker", when=when)
    denying = deny("process.send", "app:worker", when=when)

    assert allowing.evaluate(ACTOR, action, resource) == ("allow" if applies else None)
    assert denying.evaluate(ACTOR, action, resource) == ("deny" if applies else None)


def test_a_condition_sees_the_attributes_of_the_check() -> None:
    policy = allow("*", "*", when=[{"field": "meta.pid", "operator": "eq", "value_from": "resource"}])

    assert policy.evaluate(ACTOR, "process.send", "{a:b|0x00001}", {"pid": "{a:b|0x00001}"}) == "allow"
    assert policy.evaluate(ACTOR, "process.send", "{a:b|0x00001}", {"pid": "{a:b|0x00002}"}) is None


def test_a_policy_takes_a_text_or_several() -> None:
    assert allow("a", "b", id="x") == allow(["a"], ("b",), id="x") == Policy("x", ("a",), ("b",), "allow")


def test_a_derived_id_reads_as_the_policy() -> None:
    policy = deny(["process.send", "process.link"], "app:*", groups="staff", when=[SUPERVISOR])

    assert policy.id == "deny process.send, process.link on app:* when actor.meta.role eq 'supervisor' for staff"


PARTS = st.lists(st.text("a, '\"\\\n", min_size=1, max_size=4), min_size=1, max_size=3).map(tuple)
VALUES = st.one_of(st.text("a1' ", max_size=2), st.integers(0, 1), st.booleans(), st.just(1.0))
CONDITIONS = st.lists(
    st.builds(lambda name, value: (name, "eq", value), st.sampled_from(["pid", "a b"]), VALUES), max_size=2
).map(tuple)
SPECS = st.tuples(st.sampled_from([allow, deny]), PARTS, PARTS, CONDITIONS)


def build(spec: Any) -> Policy:
    make, actions, resources, conditions = spec
    policy: Policy = make(actions, resources, when=[Condition(*condition) for condition in conditions])
    return policy


@given(SPECS, SPECS)
def test_derived_ids_are_equal_exactly_when_the_policies_are(one: Any, other: Any) -> None:
    # repr tells 1, 1.0 and true apart, as the comparison of a condition does.
    assert (build(one).id == build(other).id) is (repr(one[1:]) == repr(other[1:]) and one[0] is other[0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", "b"), "actions[0]: a text is needed, not ''"),
        (([], "b"), "actions: the list is empty"),
        ((["a", 3], "b"), "actions[1]: a text is needed, not 3"),
        ((None, "b"), "actions: a text or a list of texts is needed, not None"),
        (("a", {"b": 1}), "resources: a text or a list of texts is needed"),
        (("a", ()), "resources: the list is empty"),
    ],
)
def test_a_policy_without_actions_or_resources_is_refused(arguments: tuple[Any, Any], message: str) -> None:
    for make in (allow, deny):
        with pytest.raises(UsageError) as refused:
            make(*arguments)

        assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"when": SUPERVISOR}, "conditions: a list of conditions is needed"),
        ({"when": 3}, "conditions: a list of conditions is needed"),
        ({"when": [SUPERVISOR, "role"]}, "conditions[1]: a mapping of field, operator, value, value_from is needed"),
        ({"when": [SUPERVISOR, {"field": "pid"}]}, "conditions[1].operator: a condition needs a text here"),
        ({"groups": [""]}, "groups[0]: a text is needed"),
        ({"id": ""}, "id: a policy needs a text as its id"),
    ],
)
def test_a_wrong_part_of_a_policy_is_refused_by_its_name(named: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        allow("a", "b", **named)

    assert str(refused.value).startswith(message)


def test_an_effect_is_allow_or_deny() -> None:
    with pytest.raises(UsageError, match="effect: 'permit' is no effect, write allow or deny"):
        Policy("x", ("a",), ("b",), "permit")  # type: ignore[arg-type]  # what a file may hold


def test_a_policy_survives_a_copy_and_a_journey() -> None:
    policy = allow("process.*", "*", when=[SUPERVISOR])

    for twin in (copy.deepcopy(policy), pickle.loads(pickle.dumps(policy))):
        assert twin == policy
        assert hash(twin) == hash(policy)
        assert twin.evaluate(ACTOR, "process.send", "x") == "allow"
