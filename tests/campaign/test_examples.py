"""The course of a property: it goes whole to one process, and what is heard of it becomes its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simcore import ItemResult, Verdict
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.examples import Examples
from simcore.campaign.work import Examine, Examined, Failing, Record
from simcore.model.errors import StepTimeout
from simcore.model.item import ItemFacts
from simcore.model.outcome import Outcome, Remark
from simcore.model.run import Run
from simcore.runner.plan import Plan

ITEM = ItemFacts(kind="property", id="properties/a.py::test_b", source_line="properties/a.py:3")
FAILED = Outcome(Verdict.FAILED, "assert", "no")


class Heard:
    """A course and all that it told."""

    def __init__(self, folder: Path, item: ItemFacts = ITEM, **plan: Any) -> None:
        self.told: list[ItemResult] = []
        self.course = Examples(item, plan=Plan(**plan), folder=folder, seen={"s": False}, failed=self.told.append)

    def examined(self, **answer: Any) -> ItemResult | None:
        work = self.course.next(1, 0.0)
        assert isinstance(work, Examine)
        self.course.heard(work, Examined(**answer))
        return self.course.result


def failing(**fields: Any) -> Failing:
    known: dict[str, Any] = {"run": None, "verdict": Verdict.FAILED, "property": "test_b", "message": "no"}
    known |= {"outcome": FAILED, **fields}
    return Failing(**known)


@pytest.mark.parametrize(("asked", "examples"), [({}, None), ({"schedules": 7}, 7)])
def test_the_property_is_left_to_say_how_many_examples_where_the_command_does_not(
    tmp_path: Path, asked: dict[str, Any], examples: int | None
) -> None:
    work = Heard(tmp_path, **asked).course.next(1, 0.0)

    assert isinstance(work, Examine)
    assert work.examples == examples


def test_what_was_tried_is_told_apart(tmp_path: Path) -> None:
    heard = Heard(tmp_path)

    result = heard.examined(examples=100, schedules=230, seen=("s",), remarks=(Remark("odd", "so", 3, 2),))

    assert result is not None
    assert (result.verdict, result.examples, result.schedules) == (Verdict.PASSED, 100, 230)
    assert result.remarked() == ["so (in 3 of 100 examples, first in 2)"]


def test_what_cannot_be_tried_is_an_error(tmp_path: Path) -> None:
    result = Heard(tmp_path).examined(examples=0, schedules=0, refused="test_b: odd (properties/a.py:3)")

    assert result is not None
    assert (result.verdict, result.property, result.message) == (
        Verdict.ERROR,
        "usage",
        "test_b: odd (properties/a.py:3)",
    )


def test_a_failure_with_its_arguments_is_kept_and_recorded(tmp_path: Path) -> None:
    heard = Heard(tmp_path)

    heard.examined(
        examples=4,
        schedules=9,
        shrinking=30,
        failing=failing(run=Run(item=ITEM.reference, seed=0, arguments={"number": 1})),
    )

    (told,) = heard.told
    assert (told.first_failure, told.examples, told.schedules, told.shrinking) == (4, 4, 9, 30)
    assert told.case is not None
    assert isinstance(heard.course.next(1, 0.0), Record)


@pytest.mark.parametrize(
    ("target", "plan", "command"),
    [
        ("", {}, "simcore run properties/a.py::test_b --seed 0"),
        ("/else where/a.py", {"base_seed": 5, "schedules": 9}, "simcore run '/else where/a.py' --seed 5 --schedules 9"),
    ],
)
def test_a_failure_that_cannot_be_kept_says_why_and_which_command_finds_it_again(
    tmp_path: Path, target: str, plan: dict[str, Any], command: str
) -> None:
    item = ItemFacts(kind="property", id=ITEM.id, target=target)
    heard = Heard(tmp_path, item, **plan)

    result = heard.examined(
        examples=4,
        schedules=0,
        failing=failing(story=["the arguments"], unkept="n is of type T, which cannot be saved"),
    )

    assert result is not None
    assert (result.verdict, result.case, result.replay, result.token) == (Verdict.FAILED, None, None, None)
    assert result.story == [
        "the arguments",
        f"no case: n is of type T, which cannot be saved; to find it again: {command}",
    ]
    assert [each.story for each in heard.told] == [result.story]
    assert not list(tmp_path.rglob("*.case.json"))


def test_a_test_that_skips_itself_leaves_nothing_to_find_again(tmp_path: Path) -> None:
    skipped = failing(
        verdict=Verdict.INCONCLUSIVE, property="skipped", outcome=Outcome(Verdict.INCONCLUSIVE, "skipped")
    )

    result = Heard(tmp_path).examined(examples=1, schedules=0, failing=skipped)

    assert result is not None
    assert (result.verdict, result.property, result.story) == (Verdict.INCONCLUSIVE, "skipped", [])


def test_an_interrupt_leaves_a_failure_that_is_not_kept(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    heard.examined(examples=4, schedules=0, failing=failing(unkept="odd"))

    assert heard.course.progress.interrupted().verdict is Verdict.FAILED


def test_a_property_whose_process_dies_twice_is_an_error(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    for _ in range(2):
        work = heard.course.next(1, 0.0)
        assert work is not None
        heard.course.progress.examples = 12
        heard.course.lost(work, WorkerDied("was ended by SIGKILL"))

    result = heard.course.result
    assert result is not None
    assert result.message == "the process that played it was ended by SIGKILL, twice, after 12 examples at least"


def test_a_property_that_never_gives_control_back_is_tried_once(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    work = heard.course.next(1, 0.0)
    assert work is not None
    heard.course.lost(work, WorkerDied("was ended by SIGKILL", StepTimeout("it did not give control back")))

    result = heard.course.result
    assert result is not None
    assert (result.verdict, result.property, result.case) == (Verdict.ERROR, "step_timeout", None)
    assert result.message == "it did not give control back"
    assert result.story[0].startswith("no case: it is not known which arguments it had; to find it again: simcore run ")
    assert [each.message for each in heard.told] == [result.message]
