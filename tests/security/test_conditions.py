"""Each operator and each field of a condition means what the contract says."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from simcore.model.errors import UsageError
from simcore.security.actor import Actor
from simcore.security.conditions import Condition, condition_from_mapping
from simcore.security.operators import OPERATORS, ConditionError

ACTOR = Actor("app:boss", {"role": "supervisor", "level": 7, "team": {"name": "blue", "size": "12"}, "tags": ["a", 2]})
ATTRIBUTES = {
    "pid": "{app:processes|0x00002}",
    "ratio": 1.5,
    "whole": 2.0,
    "big": 9_007_199_254_740_993,
    "yes": True,
    "empty": "",
    "null": None,
    "words": ["alpha", "beta"],
    "table": {"deep": {"deeper": "x"}},
    "dotted.name": "found",
}


def holds(field: str, operator: str, value: Any = None, value_from: str | None = None, actor: Actor = ACTOR) -> bool:
    condition = Condition(field, operator, value, value_from)
    return condition.holds(actor, "process.send", "app:worker", ATTRIBUTES)


TABLE: list[tuple[str, str, Any, bool]] = [
    # eq and ne: identical, else as numbers if both read so, else as texts
    ("actor.meta.role", "eq", "supervisor", True),
    ("actor.meta.role", "eq", "Supervisor", False),
    ("actor.meta.team.size", "eq", 12.0, True),
    ("actor.meta.level", "eq", "7.0", True),
    ("actor.meta.level", "eq", "7 ", False),
    ("meta.yes", "eq", True, True),
    ("meta.yes", "eq", "true", True),
    ("meta.yes", "eq", 1, False),
    ("meta.yes", "eq", "True", False),
    ("meta.big", "eq", "9007199254740993", True),
    ("meta.big", "eq", "9007199254740992", False),
    ("meta.ratio", "eq", "15e-1", True),
    ("meta.ratio", "contains", ".5", True),
    ("meta.whole", "contains", ".", False),
    ("meta.whole", "eq", ["2"], False),
    ("meta.words", "eq", ["alpha", "beta"], True),
    ("meta.words", "eq", "[alpha beta]", True),
    ("meta.table", "eq", "map[deep:map[deeper:x]]", True),
    ("meta.empty", "eq", "", True),
    ("actor.meta.role", "ne", "worker", True),
    ("actor.meta.role", "ne", "supervisor", False),
    ("actor.meta.level", "ne", "7", False),
    # order, on numbers
    ("actor.meta.level", "lt", 8, True),
    ("actor.meta.level", "lt", 7, False),
    ("actor.meta.level", "gt", "6.5", True),
    ("actor.meta.level", "gt", 7, False),
    ("actor.meta.team.size", "lte", 12, True),
    ("actor.meta.team.size", "lte", 11, False),
    ("actor.meta.team.size", "gte", "12", True),
    ("actor.meta.team.size", "gte", 13, False),
    # in and nin
    ("actor.meta.role", "in", ["worker", "supervisor"], True),
    ("actor.meta.role", "in", ["worker"], False),
    ("actor.meta.role", "in", [], False),
    ("actor.meta.level", "in", ["7"], True),
    ("actor.meta.role", "in", "supervisor", True),
    ("actor.meta.role", "in", "a supervisor or two", False),
    ("actor.meta.role", "nin", ["worker"], True),
    ("actor.meta.role", "nin", ["supervisor"], False),
    ("actor.meta.role", "nin", "worker", True),
    # exists and nexists
    ("actor.meta.role", "exists", True, True),
    ("actor.meta.role", "exists", False, False),
    ("actor.meta.none", "exists", True, False),
    ("actor.meta.none", "exists", False, True),
    ("actor.meta.role", "nexists", True, False),
    ("actor.meta.role", "nexists", False, True),
    ("actor.meta.none", "nexists", True, True),
    ("actor.meta.none", "nexists", False, False),
    ("meta.null", "exists", True, False),
    ("meta.empty", "exists", True, True),
    # contains and ncontains
    ("actor.meta.role", "contains", "super", True),
    ("actor.meta.role", "contains", "boss", False),
    ("meta.big", "contains", 7199, True),
    ("meta.yes", "contains", "ru", True),
    ("meta.words", "contains", "alpha", True),
    ("meta.words", "contains", "alp", False),
    ("actor.meta.tags", "contains", "2", True),
    ("actor.meta.role", "ncontains", "boss", True),
    ("actor.meta.role", "ncontains", "super", False),
    ("meta.words", "ncontains", "alp", True),
    # matches and nmatches
    ("actor.meta.role", "matches", "per", True),
    ("actor.meta.role", "matches", "^per", False),
    ("meta.big", "matches", "^9[0-9]+$", True),
    ("actor.meta.role", "nmatches", "^per", True),
    ("actor.meta.role", "nmatches", "visor$", False),
]


@pytest.mark.parametrize(("field", "operator", "value", "expected"), TABLE)
def test_an_operator_compares_as_the_contract_says(field: str, operator: str, value: Any, *, expected: bool) -> None:
    assert holds(field, operator, value) is expected


def test_the_table_above_has_a_true_and_a_false_row_of_each_operator() -> None:
    seen = {(operator, expected) for _, operator, _, expected in TABLE}

    assert seen == {(operator, expected) for operator in OPERATORS for expected in (True, False)}
    assert len(OPERATORS) == 14


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor.id", "app:boss"),
        ("actor.meta.role", "supervisor"),
        ("actor.meta.team.name", "blue"),
        ("action", "process.send"),
        ("resource", "app:worker"),
        ("meta.pid", "{app:processes|0x00002}"),
        ("pid", "{app:processes|0x00002}"),
        ("meta.table.deep.deeper", "x"),
        ("dotted.name", "found"),
    ],
)
def test_a_field_is_found_where_the_contract_says(field: str, value: str) -> None:
    assert holds(field, "eq", value)
    assert not holds(field, "eq", value + "x")


@pytest.mark.parametrize(
    "field", ["meta.none", "none", "actor.meta.role.deeper", "meta.table.none.x", "meta.dotted.name"]
)
@pytest.mark.parametrize("operator", sorted(set(OPERATORS) - {"exists", "nexists"}))
def test_a_missing_field_makes_every_comparison_false(field: str, operator: str) -> None:
    assert holds(field, operator, "x") is False


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("actor.meta.role", "lt", 3),
        ("actor.meta.level", "gte", "high"),
        ("meta.yes", "gt", 0),
        ("actor.meta.role", "in", 3),
        ("actor.meta.role", "nin", True),
        ("actor.meta.role", "exists", "true"),
        ("meta.table", "contains", "deep"),
        ("actor.meta.role", "ncontains", ["super"]),
        ("meta.words", "matches", "alpha"),
        ("actor.name", "eq", "x"),
    ],
)
def test_a_comparison_without_an_answer_is_an_error(field: str, operator: str, value: Any) -> None:
    condition = Condition(field, operator, value)

    with pytest.raises(ConditionError):
        condition.holds(ACTOR, "process.send", "app:worker", ATTRIBUTES)


@pytest.mark.parametrize("field", ["actor.id", "actor.meta.role"])
@pytest.mark.parametrize("operator", ["eq", "exists", "nexists"])
@pytest.mark.parametrize("actor", [None, Actor("")])
def test_a_field_of_an_actor_without_id_and_meta_is_an_error(field: str, operator: str, actor: Actor | None) -> None:
    condition = Condition(field, operator, value=True)

    with pytest.raises(ConditionError):
        condition.holds(actor, "process.send", "app:worker", ATTRIBUTES)


def test_an_attribute_that_contains_itself_has_no_answer() -> None:
    loop: dict[Any, Any] = {"b": 1, 2: 2}
    assert Condition("meta.loop", "eq", "map[2:2 b:1]").holds(ACTOR, "a", "r", {"loop": loop})

    loop["again"] = [loop]

    with pytest.raises(ConditionError):
        Condition("meta.loop", "eq", "x").holds(ACTOR, "a", "r", {"loop": loop})


def test_an_empty_id_is_a_field_once_the_actor_has_meta() -> None:
    assert holds("actor.id", "eq", "", actor=Actor("", {"role": "x"}))


def test_value_from_compares_two_fields_and_goes_before_value() -> None:
    assert holds("meta.pid", "eq", "ignored", "pid")
    assert holds("meta.pid", "ne", None, "resource")
    assert not holds("meta.pid", "eq", "{app:processes|0x00002}", "resource")
    assert holds("actor.meta.tags", "contains", None, "actor.meta.tag", actor=Actor("a", {"tags": ["x"], "tag": "x"}))


@pytest.mark.parametrize(
    ("operator", "value_from"), [("matches", "pid"), ("nmatches", "pid"), ("eq", "none"), ("exists", "none")]
)
def test_a_pattern_or_a_missing_operand_from_a_field_is_an_error(operator: str, value_from: str) -> None:
    condition = Condition("meta.pid", operator, "x", value_from)

    with pytest.raises(ConditionError):
        condition.holds(ACTOR, "process.send", "app:worker", ATTRIBUTES)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"operator": "eq", "value": "x"}, "field: a condition needs a text here, not nothing"),
        ({"field": 3, "operator": "eq", "value": "x"}, "field: a condition needs a text here, not 3"),
        ({"field": "", "operator": "eq", "value": "x"}, "field: a condition needs a text here, not ''"),
        ({"field": "pid", "value": "x"}, "operator: a condition needs a text here, not nothing"),
        (
            {"field": "pid", "operator": "equals", "value": "x"},
            "operator: 'equals' is unknown, write one of eq, ne, lt",
        ),
        ({"field": "pid", "operator": "eq"}, "value: neither value nor value_from is there"),
        ({"field": "pid", "operator": "exists", "value": None}, "value: neither value nor value_from is there"),
        ({"field": "pid", "operator": "eq", "value_from": 3}, "value_from: a condition needs a text here, not 3"),
        ({"field": "pid", "operator": "eq", "value": {"a": 1}}, "value: a condition compares with a text, a number"),
        (
            {"field": "pid", "operator": "matches", "value": "("},
            "value: bad pattern '(' at position 1: missing closing )",
        ),
        (
            {"field": "pid", "operator": "nmatches", "value": "(?=x)"},
            "value: bad pattern '(?=x)' at position 1: look-ahead",
        ),
        ({"field": "pid", "operator": "matches", "value": 3}, "value: a pattern is a text, not 3"),
    ],
)
def test_a_wrong_part_of_a_condition_is_refused_by_its_name(data: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        condition_from_mapping(data)

    assert str(refused.value).startswith(message)


def test_a_condition_does_not_change_with_the_list_it_was_made_of() -> None:
    roles = ["worker"]
    condition = Condition("actor.meta.role", "in", roles)  # type: ignore[arg-type]  # a list, as YAML gives it

    roles.append("supervisor")

    assert not condition.holds(ACTOR, "process.send", "app:worker", ATTRIBUTES)


def test_a_condition_survives_a_copy_and_a_journey() -> None:
    condition = Condition("actor.meta.role", "matches", "^super")

    for twin in (copy.deepcopy(condition), pickle.loads(pickle.dumps(condition))):
        assert twin == condition
        assert twin.holds(ACTOR, "process.send", "app:worker", ATTRIBUTES)
