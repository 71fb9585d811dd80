"""A plan decides each run of an item by numbers alone, and refuses numbers that mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Options, UsageError
from simcore.catalog.item import Item
from simcore.model.run import SETTLE_NS, Run
from simcore.runner.plan import Plan

ITEM = Item(kind="scenario", id="scenarios/a.py::b", digest="0f", target="a.py")


def runs(plan: Plan, *schedules: int) -> list[Run]:
    return plan.runs(ITEM, plan.search(), schedules)


def test_the_first_schedule_is_the_oldest_first_and_all_others_have_the_strategy() -> None:
    assert [run.strategy for run in runs(Plan(strategy="uniform"), 1, 2, 3)] == ["fifo", "uniform", "uniform"]


def test_a_run_has_the_item_and_the_options_that_were_asked_for() -> None:
    options = Options(actions_max=5)

    (run,) = runs(Plan(options=options), 2)

    assert (run.item, run.options) == (ITEM.reference, options)
    assert (run.deviations, run.arguments) == (None, None)


def test_the_worlds_of_tests_alone_are_driven_on() -> None:
    """A scenario and a property say themselves how far they go, and a boot lasts its minute."""
    plan = Plan(settle_ns=7)
    items = [Item(kind=kind, id="a::b") for kind in ("test", "boot", "scenario", "property")]

    driven = [run.settle_ns for item in items for run in plan.runs(item, plan.search(), [1])]

    assert driven == [7, 0, 0, 0]
    assert Plan().settle_ns == SETTLE_NS


def test_base_seed_item_and_schedule_each_make_another_seed() -> None:
    seeds = [Plan(base_seed=base).seed(item, schedule) for base in (0, 1) for item in "ab" for schedule in (1, 2, 3)]

    assert len(set(seeds)) == len(seeds)


def test_how_many_schedules_are_asked_for_does_not_change_their_seeds() -> None:
    few, many = Plan(schedules=1), Plan(schedules=1_000, strategy="fifo", max_failures=9)

    assert [run.seed for run in runs(few, 1, 7)] == [run.seed for run in runs(many, 1, 7)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"schedules": 0}, "schedules is a number of 1 or more, not 0"),
        ({"max_failures": -1}, "max-failures is a number of 1 or more, not -1"),
        ({"strategy": "unifrom"}, "did you mean uniform?"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Plan(**asked)

    assert told in str(caught.value)
