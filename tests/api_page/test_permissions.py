"""Permissions, multiple permissions and what a policy decides on, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from simcore import allow, deny

from .rows import EVALUATION, MULTIPLE, PERMISSIONS
from .worlds import FRONT_ENDS, TARGET, Prepare, use

BOTH: Final = pytest.mark.parametrize("prepare", FRONT_ENDS.values(), ids=FRONT_ENDS)
EVERYTHING: Final = allow("*", "*")
# What the two front ends need besides the row's own permissions, to have a builder and an actor at all.
PREPARING: Final = allow(["process.context", "security.actor.create"], "*")


def cases(tables: Mapping[str, Mapping[str, tuple[Any, ...]]]) -> list[Any]:
    return [
        pytest.param(*values, id=f"{table}: {text}") for table, rows in tables.items() for text, values in rows.items()
    ]


@BOTH
@pytest.mark.parametrize(("action", "verbs", "resource"), cases(PERMISSIONS))
def test_each_function_of_a_row_asks_for_its_permission_on_its_resource(
    action: str, verbs: tuple[str, ...], resource: str, prepare: Prepare
) -> None:
    asked = TARGET if resource == "target" else resource
    for verb in verbs:
        answer, world = use(prepare, verb, [EVERYTHING, deny(action, asked)])
        assert (answer, [(each.action, each.resource) for each in world.denials]) == (
            "PermissionDenied",
            [(action, asked)],
        )


@BOTH
@pytest.mark.parametrize(("action", "verbs", "resource"), cases(PERMISSIONS))
def test_a_denial_on_another_resource_stops_no_function_of_a_row(
    action: str, verbs: tuple[str, ...], resource: str, prepare: Prepare
) -> None:
    for verb in verbs:
        answer, _ = use(prepare, verb, [EVERYTHING, deny(action, f"{resource}.other")])
        assert answer == "true"


@BOTH
@pytest.mark.parametrize(("verb", "actions"), cases(MULTIPLE))
def test_an_operation_needs_each_permission_of_its_row_and_no_other(
    verb: str, actions: tuple[str, ...], prepare: Prepare
) -> None:
    assert use(prepare, verb, [PREPARING, allow(actions, "*")])[0] == "true"
    for left_out in actions:
        kept = [action for action in actions if action != left_out]
        assert use(prepare, verb, [PREPARING, allow(kept, "*")])[0] == "PermissionDenied"


@BOTH
@pytest.mark.parametrize(("field", "value"), cases(EVALUATION))
def test_a_policy_decides_on_what_a_row_names(field: str, value: str, prepare: Prepare) -> None:
    for operator, expected in (("eq", "PermissionDenied"), ("ne", "true")):
        policy = deny("process.send", "*", when=[{"field": field, "operator": operator, "value": value}])
        assert use(prepare, "send", [EVERYTHING, policy])[0] == expected
