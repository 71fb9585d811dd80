"""What policies say, and what each verb asks of them (process 12.1 to 12.3, 12.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simcore import Actor, Policy

from .parties import Fault, Frame

MISSING: Final = object()


class Unanswerable(Exception):
    """A condition that has no answer: its policy says nothing (process 12.3.2)."""


def allowed(frame: Frame, action: str, resource: str, pid: str, *, strict: bool) -> bool:
    """Tell whether a check passes (process 12.1; I72, I75 to I79)."""
    if frame.actor is None or frame.scope is None:
        return not strict
    verdicts = [verdict(policy, frame.actor, action, resource, pid) for policy in frame.scope.policies]
    return "deny" not in verdicts and "allow" in verdicts


def is_judged(frame: Frame) -> bool:
    """Tell whether the model can say what the policies of *frame* mean: it knows no expressions."""
    return frame.scope is None or all(policy.expression is None for policy in frame.scope.policies)


def verdict(policy: Policy, actor: Actor, action: str, resource: str, pid: str) -> str | None:
    """Return the effect of one policy, or None where it does not apply (process 12.3.2)."""
    if not any(fits(pattern, action) for pattern in policy.actions):
        return None
    if not any(fits(pattern, resource) for pattern in policy.resources):
        return None
    fields = {"action": action, "resource": resource, "pid": pid}
    try:
        holds = all(holds_of(condition, actor, fields) for condition in policy.conditions)
    except Unanswerable:
        return None
    return policy.effect if holds else None


def fits(pattern: str, value: str) -> bool:
    """Tell whether a wildcard matches: a star alone or at the end, a dot before it dropped too (process 12.3.1)."""
    if pattern.endswith("*"):
        return value.startswith(pattern.removesuffix("*").removesuffix("."))
    return value == pattern


# -- conditions (process 12.3.3, 12.3.4)


def holds_of(condition: Any, actor: Actor, fields: Mapping[str, str]) -> bool:
    """Tell whether a condition holds. Raises ``Unanswerable``."""
    found = looked_up(condition.field, actor, fields)
    operand = condition.value
    if condition.value_from is not None:
        operand = looked_up(condition.value_from, actor, fields)
        if operand is MISSING:
            raise Unanswerable
    if condition.operator in ("exists", "nexists"):
        if not isinstance(operand, bool):
            raise Unanswerable
        return bool(((found is not MISSING) == operand) == (condition.operator == "exists"))
    if found is MISSING:
        return False
    if condition.operator in ("matches", "nmatches") and condition.value_from is not None:
        raise Unanswerable
    positive = condition.operator.removeprefix("n") if condition.operator != "ne" else "eq"
    answer = compare(positive, found, operand)
    return answer if positive == condition.operator else not answer


def compare(operator: str, found: Any, operand: Any) -> bool:
    """Answer one of the operators in its positive form."""
    if operator == "eq":
        return same(found, operand)
    if operator == "in":
        if isinstance(operand, (list, tuple)):
            return any(same(found, each) for each in operand)
        if isinstance(operand, str):
            return same(found, operand)
        raise Unanswerable
    if operator == "contains" and isinstance(found, (list, tuple)):
        return any(same(each, operand) for each in found)
    if operator == "contains":
        return scalar(operand) in scalar(found)
    if operator == "matches":
        return re.search(operand, scalar(found)) is not None
    left, right = number(found), number(operand)
    if left is None or right is None:
        raise Unanswerable
    return {"lt": left < right, "gt": left > right, "lte": left <= right, "gte": left >= right}[operator]


def looked_up(name: str, actor: Actor, fields: Mapping[str, str]) -> Any:
    """Return what a field holds, or ``MISSING``."""
    if name in ("action", "resource"):
        return fields[name]
    head, _, rest = name.partition(".")
    if head == "actor" and rest:
        if not (actor.id or actor.meta):
            raise Unanswerable
        if rest == "id":
            return actor.id
        if not rest.startswith("meta."):
            raise Unanswerable
        return walked(actor.meta, rest.split(".")[1:])
    if head == "meta" and rest:
        return walked({"pid": fields["pid"]}, rest.split("."))
    return fields["pid"] if name == "pid" else MISSING


def walked(value: Any, path: list[str]) -> Any:
    """Follow *path* into nested maps."""
    for key in path:
        if not isinstance(value, Mapping) or value.get(key) is None:
            return MISSING
        value = value[key]
    return value


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal: identical, else as numbers, else as texts."""
    left, right = number(one), number(other)
    if left is not None and right is not None and one != other:
        return left == right
    return text(one) == text(other)


def number(value: Any) -> float | None:
    """Return a number, or a text that spells one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", value, re.ASCII):
        return int(value) if re.fullmatch(r"[+-]?\d+", value, re.ASCII) else float(value)
    return None


def text(value: Any) -> str:
    """Return how values of unlike types are compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return f"[{' '.join(map(text, value))}]"
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{text(value[key])}' for key in sorted(value, key=str))}]"
    return str(value)


def scalar(value: Any) -> str:
    """Return the text of something that is no list and no map."""
    if isinstance(value, (list, tuple, Mapping)):
        raise Unanswerable
    return text(value)


# -- the table of verbs (process 12.5)

Row = tuple[str, str]


def rows(verb: str, **about: str) -> list[Row]:
    """Return what *verb* asks for, in order: action and resource (I74, I81)."""
    if verb.startswith("spawn"):
        return spawn_rows(verb, about["id"], about["host"])
    if verb in ("call", "exec"):
        return [(f"process.{verb}", about["id"]), ("process.host", about["host"])]
    if verb in ("send", "terminate", "cancel", "monitor", "unmonitor", "link", "unlink"):
        return [(f"process.{verb}", about["target"])]
    if verb in ("register", "unregister"):
        return [(f"process.registry.{verb}", about["name"])]
    if verb == "register foreign":
        return [("process.registry.foreign", about["target"]), ("process.registry.register", about["name"])]
    if verb == "function":
        return [("funcs.call", about["id"])]
    return [(verb, about["name"])]


def spawn_rows(verb: str, id: str, host: str) -> list[Row]:
    """Return the rows of one of the four spawns (process 7.2)."""
    found = [("process.spawn", id)]
    if "monitored" in verb:
        found.append(("process.spawn.monitored", id))
    if "linked" in verb:
        found.append(("process.spawn.linked", id))
    return [*found, ("process.host", host)]


def denial(action: str) -> Fault:
    """Return the error of a denied check: its kind, and that it says what was not allowed (I83, process 12.10)."""
    if action in ("events.subscribe", "events.send"):
        return Fault("Invalid", "not allowed to")
    return Fault("PermissionDenied", "not allowed to")
