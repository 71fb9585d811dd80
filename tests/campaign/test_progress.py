"""An interrupt leaves what there is of an item: the failure that was found, else how far it came."""

from __future__ import annotations

import pytest

from simcore import ItemResult, Verdict
from simcore.campaign.progress import REMARKS_MAX, ItemProgress
from simcore.model.item import ItemFacts
from simcore.model.outcome import Remark

ITEM = ItemFacts(kind="scenario", id="scenarios/a.py::b")


@pytest.mark.parametrize(("schedules", "amount"), [(0, "0 schedules"), (1, "1 schedule"), (2, "2 schedules")])
def test_an_item_without_a_failure_is_inconclusive_and_says_how_far_it_came(schedules: int, amount: str) -> None:
    result = ItemProgress(ITEM, schedules=schedules).interrupted()

    assert (result.id, result.verdict, result.property) == (ITEM.id, Verdict.INCONCLUSIVE, "interrupted")
    assert (result.schedules, result.message) == (schedules, f"interrupted after {amount}")


def test_a_property_says_how_many_examples_there_were() -> None:
    progress = ItemProgress(ITEM, examples=30)
    assert progress.interrupted().message == "interrupted after 30 examples"
    assert progress.amount == 30

    progress.schedules = 60
    result = progress.interrupted()
    assert (result.message, result.examples) == ("interrupted after 30 examples, 60 schedules", 30)
    assert progress.amount == 60


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


def test_a_remark_is_kept_once_with_the_first_schedule_and_how_many_there_were() -> None:
    progress = ItemProgress(ITEM, schedules=9)
    for schedule, texts in ((2, ["a"]), (3, ["b", "a"]), (9, ["a"])):
        progress.remark(schedule, [Remark("unobserved", text) for text in texts])

    assert progress.told(ItemResult(id=ITEM.id)).remarks == [
        Remark("unobserved", "a", schedules=3, first=2),
        Remark("unobserved", "b", schedules=1, first=3),
    ]


def test_the_same_text_of_another_kind_is_another_remark() -> None:
    progress = ItemProgress(ITEM)
    progress.remark(1, [Remark("unobserved", "a"), Remark("vacuous", "a")])

    assert [each.kind for each in progress.interrupted().remarks] == ["unobserved", "vacuous"]


def test_remarks_that_differ_in_every_schedule_are_not_kept_without_end() -> None:
    progress = ItemProgress(ITEM)
    for schedule in range(1, 2 * REMARKS_MAX):
        progress.remark(schedule, [Remark("unobserved", str(schedule))])

    assert len(progress.interrupted().remarks) == REMARKS_MAX
