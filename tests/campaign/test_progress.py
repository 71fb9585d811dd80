"""An interrupt leaves what there is of an item: the failure that was found, else how far it came."""

from __future__ import annotations

import pytest

from simcore import ItemResult, Verdict
from simcore.campaign.progress import ItemProgress
from simcore.model.item import ItemFacts

ITEM = ItemFacts(kind="scenario", id="scenarios/a.py::b")


@pytest.mark.parametrize(("schedules", "amount"), [(0, "0 schedules"), (1, "1 schedule"), (2, "2 schedules")])
def test_an_item_without_a_failure_is_inconclusive_and_says_how_far_it_came(schedules: int, amount: str) -> None:
    result = ItemProgress(ITEM, schedules=schedules).interrupted()

    assert (result.id, result.verdict, result.property) == (ITEM.id, Verdict.INCONCLUSIVE, "interrupted")
    assert (result.schedules, result.message) == (schedules, f"interrupted after {amount}")


def test_a_failure_that_was_found_is_told_with_the_figures_of_the_interrupt() -> None:
    progress = ItemProgress(ITEM)
    progress.found = ItemResult(id=ITEM.id, verdict=Verdict.FAILED, schedules=2, first_failure=2, case="x.case.json")
    progress.schedules = 9
    for name in ("actions_max", "processes_max", "actions_max"):
        progress.bound(name)

    result = progress.interrupted()

    assert (result.verdict, result.case, result.first_failure) == (Verdict.FAILED, "x.case.json", 2)
    assert (result.schedules, result.bounds) == (9, {"actions_max": 2, "processes_max": 1})


def test_a_result_that_knows_of_more_schedules_keeps_its_figure() -> None:
    assert ItemProgress(ITEM, schedules=3).told(ItemResult(id=ITEM.id, schedules=5)).schedules == 5
