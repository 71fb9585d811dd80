"""Every shipped scenario says the truth about itself."""

from __future__ import annotations

import pytest

from simcore.catalog.item import Item
from simcore.model.outcome import Verdict
from tests.scenarios.conftest import outcome_of, shipped_items

ITEMS = shipped_items()
HOLDING = [item for item in ITEMS if item.expect == "passed"]
FLAWED = [item for item in ITEMS if item.expect == "failed"]
SCHEDULES = 40
SCHEDULES_LONG = 2_000


def failures(item: Item, schedules: int) -> list[str]:
    outcomes = [outcome_of(item, schedule) for schedule in range(1, schedules + 1)]
    return [f"{outcome.verdict}: {outcome.message}" for outcome in outcomes if outcome.verdict != Verdict.PASSED]


def by_id(item: Item) -> str:
    return item.id


@pytest.mark.parametrize("item", HOLDING, ids=by_id)
def test_a_scenario_holds_under_every_schedule(item: Item) -> None:
    assert failures(item, SCHEDULES) == []


@pytest.mark.slow
@pytest.mark.parametrize("item", HOLDING, ids=by_id)
def test_a_scenario_holds_under_thousands_of_schedules(item: Item) -> None:
    assert failures(item, SCHEDULES_LONG) == []


@pytest.mark.parametrize("item", FLAWED, ids=by_id)
def test_a_scenario_that_is_expected_to_fail_fails(item: Item) -> None:
    found = failures(item, SCHEDULES)

    assert found
    assert all(each.startswith("failed") for each in found)


@pytest.mark.parametrize("item", FLAWED, ids=by_id)
def test_a_flawed_scenario_has_a_twin_that_holds(item: Item) -> None:
    file = item.id.split("::")[0]
    twins = [other.id for other in HOLDING if (other.id.split("::")[0], other.suite) == (file, item.suite)]

    assert twins
