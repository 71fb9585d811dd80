"""A scope's answer is deny before allow before undefined, whatever the order of its policies."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.model.errors import UsageError
from simcore.security import scope as scope_module
from simcore.security.actor import Actor
from simcore.security.conditions import Condition
from simcore.security.policy import Policy, allow, deny
from simcore.security.scope import Scope

ACTORS = [Actor("app:boss", {"role": "supervisor"}), Actor("app:worker"), Actor("")]
ACTIONS = ["process.send", "process.spawn", "process.spawn.linked"]
RESOURCES = ["{a:b|0x00001}", "app:worker", "boss"]
PIDS = ["{a:b|0x00001}", "{a:b|0x00002}"]

CONDITIONS = st.sampled_from(
    [
        Condition("pid", "eq", None, "resource"),
        Condition("actor.meta.role", "eq", "supervisor"),
        Condition("actor.id", "matches", "^app:"),
        Condition("actor.meta.role", "lt", 3),
        Condition("meta.none", "nexists", value=True),
    ]
)
POLICIES = st.builds(
    lambda make, actions, resources, when: make(actions, resources, when=when),
    st.sampled_from([allow, deny]),
    st.sampled_from(["*", "process.send", "process.spawn.*", "process.s*"]),
    st.sampled_from(["*", "app:*", "boss", "{a:b|0x00001}"]),
    st.lists(CONDITIONS, max_size=1),
)
SETS = st.lists(POLICIES, max_size=5)
CHECKS = [
    (actor, action, resource, {"pid": pid})
    for actor, action, resource, pid in itertools.product(ACTORS, ACTIONS, RESOURCES, PIDS)
]


def answers(scope: Scope) -> list[str | None]:
    return [scope.evaluate(*check) for check in CHECKS]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], None),
        ([allow("process.link", "*")], None),
        ([allow("process.send", "*")], "allow"),
        ([deny("process.send", "*")], "deny"),
        ([allow("process.send", "*"), deny("process.send", "boss")], "deny"),
        ([allow("*", "*"), allow("process.send", "*"), deny("process.send", "somebody")], "allow"),
        ([allow("*", "*"), deny("*", "*", when=[Condition("actor.id", "lt", 3)])], "allow"),
    ],
)
def test_deny_goes_before_allow_and_allow_before_undefined_in_any_order(
    policies: list[Policy], expected: str | None
) -> None:
    for order in itertools.permutations(policies):
        assert Scope(order).evaluate(ACTORS[0], "process.send", "boss") == expected


@given(SETS, st.randoms(use_true_random=False))
def test_the_order_of_policies_never_changes_an_answer(policies: list[Policy], random: Any) -> None:
    shuffled = list(policies)
    random.shuffle(shuffled)

    assert answers(Scope(policies)) == answers(Scope(shuffled))
    assert Scope(policies) == Scope(shuffled)


@given(SETS)
def test_an_answer_is_deny_if_any_denies_else_allow_if_any_allows(policies: list[Policy]) -> None:
    for check, answer in zip(CHECKS, answers(Scope(policies)), strict=True):
        effects = {policy.evaluate(*check) for policy in policies}
        assert answer == ("deny" if "deny" in effects else "allow" if "allow" in effects else None)


@given(SETS.filter(bool), st.data())
def test_taking_an_allow_away_or_adding_a_deny_never_opens_anything(policies: list[Policy], data: Any) -> None:
    scope = Scope(policies)
    removed = data.draw(st.sampled_from(policies))
    added = data.draw(POLICIES)
    narrower = [scope.without(removed)] if removed.effect == "allow" else []
    narrower += [scope.with_policy(added)] if added.effect == "deny" else []

    for other in narrower:
        for before, after in zip(answers(scope), answers(other), strict=True):
            assert after != "allow" or before == "allow"


@given(SETS, st.lists(st.sampled_from(range(len(CHECKS))), max_size=30))
def test_a_scope_that_remembers_answers_as_one_that_was_never_asked(policies: list[Policy], asked: list[int]) -> None:
    scope = Scope(policies)

    for index in asked:
        assert scope.evaluate(*CHECKS[index]) == Scope(policies).evaluate(*CHECKS[index])


def test_a_condition_on_the_caller_is_asked_anew_for_each_caller() -> None:
    scope = Scope([allow("*", "*", when=[Condition("pid", "eq", "one")])])

    found = [scope.evaluate(ACTORS[0], "process.send", "x", {"pid": pid}) for pid in ("one", "two", "one")]
    assert found == ["allow", None, "allow"]


def test_a_full_memory_is_emptied_and_answers_stay_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope_module, "DECISIONS_MAX", 2)
    scope = Scope([allow("process.send", "a*"), deny("process.send", "ab")])

    for resource, expected in [("a", "allow"), ("ab", "deny"), ("b", None), ("a", "allow"), ("ab", "deny")] * 2:
        assert scope.evaluate(ACTORS[0], "process.send", resource) == expected
        assert len(scope._decisions or ()) <= 2


def test_policies_keep_the_place_where_their_id_first_came_in() -> None:
    first, second, newer = allow("a", "*", id="p"), allow("b", "*", id="q"), deny("c", "*", id="p")

    assert Scope([first, second, newer]).policies == (newer, second)
    assert Scope([first, second]).with_policy(newer).policies == (newer, second)


def test_with_and_without_give_new_scopes_and_leave_the_old_one() -> None:
    policy, other = allow("a", "*", id="p"), deny("a", "*", id="q")
    scope = Scope([policy])
    assert scope.evaluate(None, "a", "x") == "allow"

    wider = scope.with_policy(other)

    assert scope.policies == (policy,)
    assert (scope.evaluate(None, "a", "x"), wider.evaluate(None, "a", "x")) == ("allow", "deny")
    assert wider.without("q") == scope
    assert wider.without(other) == scope
    assert scope.without("unknown") == scope


def test_contains_asks_for_the_id() -> None:
    scope = Scope([allow("a", "*", id="p")])

    assert scope.contains("p")
    assert scope.contains(deny("b", "*", id="p"))
    assert not scope.contains("q")


def test_equal_scopes_are_one_key_and_survive_a_journey() -> None:
    scope = Scope([allow("a", "*"), deny("b", "*")])
    scope.evaluate(None, "a", "x")

    for twin in (copy.deepcopy(scope), pickle.loads(pickle.dumps(scope)), Scope(scope.policies)):
        assert {scope: 1}[twin] == 1
        assert answers(twin) == answers(scope)
    assert scope != Scope([allow("a", "*")])
    assert scope != scope.policies


def test_a_scope_reads_as_its_policies() -> None:
    assert repr(Scope([allow("a", "*")])) == f"Scope([{allow('a', '*')!r}])"


@pytest.mark.parametrize("policies", [["app:policy"], allow("a", "*"), 3])
def test_a_scope_of_something_else_is_refused(policies: Any) -> None:
    with pytest.raises(UsageError, match="a scope is made of"):
        Scope(policies)
