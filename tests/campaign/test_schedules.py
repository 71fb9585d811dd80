"""The course of a scenario that does not end: three schedules and the story of the first, also after an interrupt."""

from __future__ import annotations

from pathlib import Path

from simcore import ItemResult, Verdict
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.schedules import Schedules
from simcore.campaign.work import Block, Explain, Play, Played, Recorded
from simcore.model.errors import StepTimeout
from simcore.model.item import ItemFacts
from simcore.model.outcome import Outcome
from simcore.runner.plan import Plan

ITEM = ItemFacts(kind="scenario", id="scenarios/a.py::b")
BOUND = Outcome(Verdict.INCONCLUSIVE, "virtual_time_max_ns", "a day is over")


def at_its_bounds(folder: Path) -> tuple[Schedules, Explain]:
    """Return a course of which the first three schedules were heard, and the work that comes then."""
    told: list[ItemResult] = []
    course = Schedules(ITEM, plan=Plan(), folder=folder, seen={}, failed=told.append)
    works = [course.next(4, 0.0) for _ in range(3)]
    assert course.next(4, 0.0) is None, "what may be for nothing is not handed out"
    for number, work in enumerate(works, 1):
        assert isinstance(work, Play)
        assert work.schedules == [number]
        course.heard(work, Block(played=[Played(BOUND)]))
    last = course.next(4, 0.0)
    assert isinstance(last, Explain)
    assert isinstance(works[0], Play)
    assert last.run == works[0].runs[0]
    assert course.next(4, 0.0) is None
    assert told == []
    return course, last


def test_the_story_of_the_first_is_asked_for_once_and_ends_the_item(tmp_path: Path) -> None:
    course, work = at_its_bounds(tmp_path)

    course.heard(work, Recorded(story=["it ticks"], cpu_s=2.5))

    assert course.result is not None
    assert (course.result.verdict, course.result.schedules) == (Verdict.INCONCLUSIVE, 3)
    assert (course.result.story, course.result.cpu_s, course.result.replay) == (["it ticks"], 2.5, None)


def test_where_its_process_dies_the_item_is_told_without_a_story(tmp_path: Path) -> None:
    course, work = at_its_bounds(tmp_path)

    course.lost(work, WorkerDied("was ended by SIGKILL"))

    assert course.result is not None
    assert course.result.verdict is Verdict.INCONCLUSIVE
    assert course.result.story == ["no story is known: the process that replayed it was ended by SIGKILL"]


def test_a_replay_that_had_to_be_ended_says_why_and_not_by_which_signal(tmp_path: Path) -> None:
    course, work = at_its_bounds(tmp_path)
    late = StepTimeout("a process did not give control back within 1s of CPU time, at last in f (a.py:3); raise it")

    course.lost(work, WorkerDied("was ended by SIGKILL", late))

    assert course.result is not None
    why = "when it was replayed a process did not give control back within 1s of CPU time, at last in f (a.py:3)"
    assert course.result.story == [f"no story is known: {why}"]


def test_an_interrupt_leaves_what_is_known(tmp_path: Path) -> None:
    course, _ = at_its_bounds(tmp_path)

    course.finish(course.progress.interrupted())

    assert course.result is not None
    assert (course.result.property, course.result.schedules) == ("virtual_time_max_ns", 3)
    assert course.result.message.startswith(
        "a day is over\nthe same bound was reached in each of the first 3 schedules"
    )


def test_a_failure_that_comes_later_is_told_and_the_bound_is_not_explained(tmp_path: Path) -> None:
    course = Schedules(ITEM, plan=Plan(), folder=tmp_path, seen={}, failed=lambda _: None)
    broke = Outcome(Verdict.ERROR, "usage", "it is used wrongly")

    for outcome in (BOUND, BOUND, broke):
        work = course.next(1, 0.0)
        assert isinstance(work, Play)
        course.heard(work, Block(played=[Played(outcome)]))

    assert course.result is not None
    assert (course.result.verdict, course.result.message) == (Verdict.ERROR, "it is used wrongly")
