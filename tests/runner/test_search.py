"""The schedules that are tried around one: a given number, always the same, and each can be written down."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simcore.kernel.choices import Choices
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Deviation, ItemReference, Run
from simcore.runner.search import GIVES_UP, SINGLE, Around, Searched, fails, tries
from simcore.schedulers.uniform import Uniform
from simcore.story.labels import Labels
from tests.actions import ready

ITEM = ItemReference("scenarios/a.py::b", "")
DEVIATIONS = [Deviation("step#1@world/a.0", 3, "step#1@world/a.1")]
PASSED, FAILED = Outcome(Verdict.PASSED, decisions=1), Outcome(Verdict.FAILED, "assert", decisions=1)
RUN = Run(item=ITEM, seed=7, strategy="pct:3", deviations=DEVIATIONS)


@pytest.mark.parametrize("amount", [0, 1, 5, 60])
@pytest.mark.parametrize("deviations", [None, [], DEVIATIONS])
def test_so_many_are_tried_as_was_asked_for(amount: int, deviations: list[Deviation] | None) -> None:
    run = Run(item=ITEM, seed=7, deviations=deviations)

    assert len([*tries(run, [], 0, amount)]) == amount


def test_what_is_tried_has_the_world_of_the_run_or_is_made_again_by_its_seed() -> None:
    several = [*tries(RUN, ["step#1@world/a.0"], 1, 60)]

    assert all(each.run.deviations is None for each in several)
    assert all(each.by_seed for each in several if each.run.seed != RUN.seed)
    assert sum(each.by_seed and each.run == Run(item=ITEM, seed=7, strategy="pct:3") for each in several) == 1
    assert sum(each.run.seed != RUN.seed for each in several) > 5


def test_each_seed_is_tried_once() -> None:
    seeds = sorted(each.run.seed for each in tries(RUN, [], 0, 100) if each.run.seed != RUN.seed)

    assert all(one != other for one, other in pairwise(seeds))


def picks(around: Around, times: int) -> list[int]:
    around.begin(Choices(1))
    return [around.pick(ready("abcd")) for _ in range(times)]


def test_a_schedule_that_strays_picks_alike_each_time_whatever_the_seed_of_the_world() -> None:
    def one(seed: int, every: int) -> list[int]:
        return picks(Around((), Labels(), Uniform(), seed, every=every), 200)

    assert one(1, 8) == one(1, 8) != one(2, 8)
    assert one(1, 8).count(0) > 150 > one(1, 1).count(0)


def test_a_part_of_a_schedule_is_followed_before_anything_else_is_picked() -> None:
    around = Around([Deviation("step#1@a", 4, "step#1@c")], Labels(), Uniform(), 3, every=1)
    around.begin(Choices(1))

    assert around.pick(ready("bcd")) == 0
    assert around.pick(ready("abcd")) == 2
    assert {around.pick(ready("abcd")) for _ in range(50)} == {0, 1, 2, 3}


def test_a_search_ends_with_what_it_looks_for_and_keeps_the_first_of_another_kind() -> None:
    searched = Searched()
    error = Outcome(Verdict.ERROR, "KeyError", decisions=1)

    assert not searched.hear(RUN, PASSED, wanted=False)
    assert not searched.hear(RUN, error, wanted=False)
    assert not searched.hear(RUN, Outcome(Verdict.ERROR, "TypeError", decisions=1), wanted=False)
    assert searched.hear(RUN, FAILED, wanted=True)
    assert (searched.tried, searched.outcome, searched.other) == (4, FAILED, (RUN, error))


def test_a_search_gives_up_where_nothing_comes_to_its_end() -> None:
    searched = Searched()
    bound = Outcome(Verdict.INCONCLUSIVE, "actions_max", decisions=1)

    ends = [searched.hear(RUN, bound, wanted=False) for _ in range(GIVES_UP)]

    assert ends == [False] * (GIVES_UP - 1) + [True]
    assert searched.ended == f"{GIVES_UP} of them reached the bound actions_max"


def test_a_search_ends_where_there_is_nothing_to_choose() -> None:
    searched = Searched()

    ends = [searched.hear(RUN, Outcome(Verdict.PASSED), wanted=False) for _ in range(SINGLE)]

    assert (ends.index(True), searched.ended) == (SINGLE - 1, "")


def test_a_mistake_in_the_use_is_no_failure() -> None:
    assert [fails(each) for each in (PASSED, FAILED, Outcome(Verdict.ERROR, "usage"))] == [False, True, False]


def test_a_search_that_takes_too_many_actions_is_cut_short_and_says_so() -> None:
    searched = Searched(amount=10)
    long = Outcome(Verdict.PASSED, decisions=1, actions=60_000)

    assert [searched.hear(RUN, long, wanted=False) for _ in range(2)] == [False, True]
    assert searched.ended == "2 of 10 schedules took 120,000 actions"
