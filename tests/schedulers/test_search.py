"""A search says who plays each schedule: the first is always the oldest first."""

from __future__ import annotations

from simcore.model.outcome import Outcome, Verdict
from simcore.schedulers.search import Search


def test_the_first_schedule_is_the_oldest_first_and_all_others_have_the_strategy() -> None:
    search = Search("uniform")

    assert search.round([1, 2, 3]) == ["fifo", "uniform", "uniform"]
    search.told([Outcome(Verdict.PASSED)] * 3)
    assert search.round([4, 5]) == ["uniform", "uniform"]


def test_the_first_schedule_is_the_oldest_first_only_where_it_is_asked_for() -> None:
    assert Search("uniform").round(range(17, 19)) == ["uniform", "uniform"]
