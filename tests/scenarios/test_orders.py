"""The order pipeline: one race that exploration finds and oldest-first never shows, and a twin without it."""

from __future__ import annotations

import pytest

from simcore.model.outcome import Verdict
from tests.scenarios.conftest import order_tests, outcome_of

TESTS = order_tests()
RACE = TESTS["a_returning_customer_is_served_by_name"]
TWIN = TESTS["a_returning_customer_is_served"]
BASE_SEEDS = 20
SCHEDULES_MAX = 200


def first_failure(base_seed: int) -> int | None:
    """Return the first schedule of uniform exploration that shows the race, from 1."""
    for schedule in range(2, SCHEDULES_MAX + 1):
        if outcome_of(RACE, schedule, base_seed=base_seed).verdict == Verdict.FAILED:
            return schedule
    return None


def twin_failures(schedules: int) -> list[str]:
    outcomes = (outcome_of(TWIN, schedule) for schedule in range(1, schedules + 1))
    return [outcome.message for outcome in outcomes if outcome.verdict != Verdict.PASSED]


def test_oldest_first_never_shows_the_race() -> None:
    assert outcome_of(RACE, 1).verdict == Verdict.PASSED


@pytest.mark.parametrize("base_seed", range(BASE_SEEDS))
def test_uniform_exploration_finds_the_race_from_any_base_seed(base_seed: int) -> None:
    assert first_failure(base_seed) is not None


def test_the_race_is_an_order_that_is_never_shipped() -> None:
    schedule = first_failure(0)
    assert schedule is not None

    outcome = outcome_of(RACE, schedule)

    assert outcome.property == "assert"
    assert outcome.message.endswith("of ada was not shipped: order: no reply within 10s")


def test_the_tracking_coordinator_loses_no_order() -> None:
    assert twin_failures(300) == []


@pytest.mark.slow
def test_the_tracking_coordinator_loses_no_order_in_ten_thousand_schedules() -> None:
    assert twin_failures(10_000) == []


def test_race_and_twin_differ_in_the_coordinator_alone() -> None:
    race, twin = (dict(item.application.entries[item.entry].data) for item in (RACE, TWIN) if item.application)

    assert race.pop("method") == "a_returning_customer_is_served_by_name"
    assert twin.pop("method") == "a_returning_customer_is_served"
    assert race == twin
