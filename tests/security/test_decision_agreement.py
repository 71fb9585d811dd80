"""Ours and a naive evaluator agree on every decision; more denials and fewer allowances never open anything."""

from __future__ import annotations

import random
from typing import Any

import pytest

from simcore.security.actor import Actor
from simcore.security.decision import allowed
from simcore.security.frame import Frame
from simcore.security.operators import OPERATORS, PATTERNS
from simcore.security.policy import Policy
from simcore.security.scope import Scope

from . import naive

WORDS = ["a", "ab", "a.b", "a.b.c", "b", "1", "1.0", "2", "-3", "true", ""]
ACTIONS = ["process.send", "process.spawn", "process.spawn.linked", "process.spawner", "process.host", "x"]
PATTERNS_OF_ACTIONS = [*ACTIONS, "*", "process.*", "process.spawn.*", "process.spawn*", "*.send", "process.s*"]
RESOURCES = ["app:worker", "app:workers:a", "app", "{app:p|0x00001}", "boss"]
PATTERNS_OF_RESOURCES = [*RESOURCES, "*", "app:*", "app.*", "{app:*", "b*", "*boss"]
FIELDS = [
    "actor.id",
    "actor.meta.role",
    "actor.meta.level",
    "actor.meta.team.name",
    "actor.meta.team",
    "actor.meta.tags",
    "actor.meta.no",
    "actor.name",
    "meta.pid",
    "meta.order",
    "meta.list",
    "meta.deep.key",
    "meta.no.no",
    "pid",
    "order",
    "deep.key",
    "action",
    "resource",
]
REGULAR = ["a", "^a", "b$", "[ab]+c?", "^(a|b)*$", "1|2", "^$", "w.r", "pr.*end"]
PID = "{app:p|0x00001}"


class Draw:
    """Random policies and checks, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ids = 0

    def some(self, values: list[Any], most: int) -> list[Any]:
        return [self.random.choice(values) for _ in range(self.random.randint(1, most))]

    def scalar(self) -> Any:
        return self.random.choice([*WORDS, *ACTIONS[:2], *RESOURCES[:2], PID, "admin", 1, 1.0, 2, 2.5, -3, True, False])

    def value(self, depth: int = 0) -> Any:
        kind = self.random.random()
        if kind < 0.15 and depth < 2:
            return [self.value(depth + 1) for _ in range(self.random.randint(0, 3))]
        if kind < 0.2 and depth < 2:
            return {self.random.choice(["name", "key", "x"]): self.value(depth + 1) for _ in range(2)}
        return None if kind > 0.97 else self.scalar()

    def actor(self) -> tuple[str, dict[str, Any]]:
        keys = ["role", "level", "tags", "team"]
        meta = {key: self.value() for key in keys if self.random.random() < 0.6}
        if self.random.random() < 0.3:
            meta["team"] = {"name": self.value(1)}
        return self.random.choice(["", "a", "admin", "1"]), {} if self.random.random() < 0.15 else meta

    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {"pid": PID}
        for key in ("order", "list", "deep", "deep.key"):
            if self.random.random() < 0.6:
                found[key] = {"key": self.value(1)} if key == "deep" else self.value()
        return found

    def condition(self) -> dict[str, Any]:
        operator = self.random.choice(list(OPERATORS))
        condition = {"field": self.random.choice(FIELDS), "operator": operator}
        if self.random.random() < 0.25:
            return {**condition, "value_from": self.random.choice(FIELDS), "value": "never looked at"}
        if operator in PATTERNS:
            return {**condition, "value": self.random.choice(REGULAR)}
        if operator in ("exists", "nexists") and self.random.random() < 0.9:
            return {**condition, "value": self.random.random() < 0.5}
        many = self.random.random() < (0.7 if operator in ("in", "nin") else 0.1)
        return {**condition, "value": [self.scalar() for _ in range(3)] if many else self.scalar()}

    def policy(self) -> dict[str, Any]:
        self.ids += 1
        return {
            "id": f"app:{self.ids if self.random.random() < 0.9 else 0}",
            "actions": self.some(PATTERNS_OF_ACTIONS, 3),
            "resources": self.some(PATTERNS_OF_RESOURCES, 3),
            "effect": "allow" if self.random.random() < 0.65 else "deny",
            "conditions": [self.condition() for _ in range(self.random.choice([0, 0, 1, 1, 1, 2, 3]))],
        }

    def check(self) -> dict[str, Any]:
        return {
            "actor": self.actor(),
            "action": self.random.choice(ACTIONS),
            "resource": self.random.choice(RESOURCES),
            "attributes": self.attributes(),
        }


def ours(policy: dict[str, Any]) -> Policy:
    return Policy(**policy)


def evaluated(scope: Scope, check: dict[str, Any]) -> str | None:
    return scope.evaluate(Actor(*check["actor"]), check["action"], check["resource"], check["attributes"])


def compared(decisions: int, seed: int) -> dict[str | None, int]:
    """Return how often each answer was given; the two agree on all of them."""
    draw, answers = Draw(seed), dict[str | None, int]()
    for _ in range(decisions // 20):
        policies = [draw.policy() for _ in range(draw.random.randint(0, 6))]
        scope = Scope(map(ours, policies))
        for _ in range(20):
            check = draw.check()
            expected = naive.scope_decision(policies, check)
            assert evaluated(scope, check) == expected, (policies, check)
            answers[expected] = answers.get(expected, 0) + 1
    return answers


def test_50_000_random_decisions_are_those_of_the_naive_evaluator() -> None:
    """process 12; each of the three answers is among them in earnest."""
    answers = compared(50_000, 1)

    assert sum(answers.values()) == 50_000
    assert min(answers["allow"], answers["deny"], answers[None]) > 2_000


@pytest.mark.slow
def test_1_000_000_random_decisions_are_those_of_the_naive_evaluator() -> None:
    assert sum(compared(1_000_000, 2).values()) == 1_000_000


@pytest.mark.parametrize("operator", list(OPERATORS))
def test_each_operator_is_met_with_both_answers(operator: str) -> None:
    """A drawn condition that never holds, or always, would compare nothing."""
    draw, answers = Draw(3), set()
    for _ in range(4_000):
        condition, check = {**draw.condition(), "operator": operator}, draw.check()
        if operator in PATTERNS:
            condition = {"field": condition["field"], "operator": operator, "value": draw.random.choice(REGULAR)}
        policy = {"id": "p", "actions": ["*"], "resources": ["*"], "effect": "deny", "conditions": [condition]}
        answer = ours(policy).evaluate(Actor(*check["actor"]), "process.send", "boss", check["attributes"])
        assert answer == naive.policy_decision(policy, {**check, "action": "process.send", "resource": "boss"})
        answers.add(answer)

    assert answers == {"deny", None}


def test_the_order_of_the_policies_never_matters() -> None:
    """I75."""
    draw = Draw(4)
    for _ in range(1_000):
        policies = [{**draw.policy(), "id": f"app:{place}"} for place in range(5)]
        shuffled = draw.random.sample(policies, 5)
        check = draw.check()
        assert evaluated(Scope(map(ours, policies)), check) == evaluated(Scope(map(ours, shuffled)), check)


def test_fewer_allowances_and_more_denials_never_open_what_was_closed() -> None:
    """I78."""
    draw, closed = Draw(5), 0
    for _ in range(5_000):
        policies = [ours({**draw.policy(), "id": f"app:{place}"}) for place in range(5)]
        check, scope = draw.check(), Scope(policies)
        if evaluated(scope, check) == "allow":
            continue
        closed += 1
        denial = ours({**draw.policy(), "id": "app:new", "effect": "deny"})
        assert evaluated(scope.with_policy(denial), check) != "allow"
        for policy in policies:
            if policy.effect == "allow":
                assert evaluated(scope.without(policy), check) != "allow"
    assert closed > 1_000


def test_an_incomplete_context_is_decided_by_strictness_and_a_complete_one_never_is() -> None:
    """process 12.1, I76, I77."""
    draw = Draw(6)
    for _ in range(500):
        check, scope = draw.check(), Scope([ours(draw.policy())])
        actor, asked = Actor(*check["actor"]), (check["action"], check["resource"])
        for strict in (False, True):
            for frame in (Frame(), Frame({}, actor), Frame({}, None, scope)):
                assert allowed(frame, *asked, pid=PID, strict=strict) is not strict
            expected = scope.evaluate(actor, *asked, {"pid": PID}) == "allow"
            assert allowed(Frame({}, actor, scope), *asked, pid=PID, strict=strict) is expected
            assert not allowed(Frame({}, actor, Scope()), *asked, pid=PID, strict=strict)
