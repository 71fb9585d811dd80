"""A second policy evaluator, written from process 12 alone and without a thought for speed.

It knows nothing of the first one: policies are the mappings of a policy file, an actor is a pair, and every rule is
spelled out where it is needed.
"""

from __future__ import annotations

import re
from typing import Any

NOTHING = object()


class Broken(Exception):
    """A condition that errors."""


def scope_decision(policies: list[dict[str, Any]], check: dict[str, Any]) -> str | None:
    """process 12.2: any deny denies, else any allow allows, else undefined; of two policies of one id the later
    counts."""
    by_id = {policy["id"]: policy for policy in policies}
    answers = [policy_decision(policy, check) for policy in by_id.values()]
    if "deny" in answers:
        return "deny"
    return "allow" if "allow" in answers else None


def policy_decision(policy: dict[str, Any], check: dict[str, Any]) -> str | None:
    """process 12.3.2."""
    if not any(wildcard(pattern, check["action"]) for pattern in policy["actions"]):
        return None
    if not any(wildcard(pattern, check["resource"]) for pattern in policy["resources"]):
        return None
    for condition in policy["conditions"]:
        try:
            if not condition_holds(condition, check):
                return None
        except Broken:
            return None
    effect: str = policy["effect"]
    return effect


def wildcard(pattern: str, value: str) -> bool:
    """process 12.3.1."""
    if pattern == "*":
        return True
    if pattern[-2:] == ".*":
        return value[: len(pattern) - 2] == pattern[:-2]
    if pattern[-1:] == "*":
        return value[: len(pattern) - 1] == pattern[:-1]
    return value == pattern


def field(name: str, check: dict[str, Any]) -> Any:
    """process 12.3.3."""
    if name == "action" or name == "resource":
        return check[name]
    steps = name.split(".")
    if steps[0] == "actor":
        id, meta = check["actor"]
        if id == "" and len(meta) == 0:
            raise Broken
        if steps[1:] == ["id"]:
            return id
        if steps[1] != "meta":
            raise Broken
        return inside(meta, steps[2:])
    return inside(check["attributes"], steps[1:]) if steps[0] == "meta" else inside(check["attributes"], [name])


def inside(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if type(value) is not dict or step not in value or value[step] is None:
            return NOTHING
        value = value[step]
    return value


def condition_holds(condition: dict[str, Any], check: dict[str, Any]) -> bool:
    """process 12.3.4, with the pattern of `matches` a literal."""
    operator = condition["operator"]
    left = field(condition["field"], check)
    right = condition.get("value")
    if "value_from" in condition:
        if operator in ("matches", "nmatches"):
            # An error and a missing field leave the policy undefined alike.
            raise Broken
        right = field(condition["value_from"], check)
        if right is NOTHING:
            raise Broken
    if operator == "exists" or operator == "nexists":
        if right is not True and right is not False:
            raise Broken
        return ((left is not NOTHING) == right) if operator == "exists" else ((left is NOTHING) == right)
    if left is NOTHING:
        return False
    if operator in ("ne", "nin", "ncontains", "nmatches"):
        positive = {"ne": "eq", "nin": "in", "ncontains": "contains", "nmatches": "matches"}[operator]
        return not compare(positive, left, right)
    return compare(operator, left, right)


def compare(operator: str, left: Any, right: Any) -> bool:
    if operator == "eq":
        return same(left, right)
    if operator == "in":
        if type(right) is str:
            return same(left, right)
        if type(right) is not list:
            raise Broken
        return any(same(left, each) for each in right)
    if operator == "contains":
        if type(left) is list:
            return any(same(each, right) for each in left)
        return scalar(right) in scalar(left)
    if operator == "matches":
        return re.search(right, scalar(left)) is not None
    one, other = as_number(left), as_number(right)
    if one is None or other is None:
        raise Broken
    return {"lt": one < other, "gt": one > other, "lte": one <= other, "gte": one >= other}[operator]


def same(left: Any, right: Any) -> bool:
    if type(left) is type(right) and left == right:
        return True
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return one == other
    return written(left) == written(right)


def as_number(value: Any) -> float | None:
    if type(value) is int or type(value) is float:
        return value
    if type(value) is not str or value.strip() != value or "_" in value or not value.isascii():
        return None
    if any(letter.isalpha() and letter not in "eE" for letter in value):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def written(value: Any) -> str:
    if value is True or value is False:
        return str(value).lower()
    if type(value) is float and value == int(value):
        return str(int(value))
    if type(value) is list:
        return "[" + " ".join(written(each) for each in value) + "]"
    if type(value) is dict:
        return "map[" + " ".join(f"{key}:{written(value[key])}" for key in sorted(value)) + "]"
    return str(value)


def scalar(value: Any) -> str:
    if type(value) in (list, dict):
        raise Broken
    return written(value)
