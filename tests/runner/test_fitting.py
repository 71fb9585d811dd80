"""A schedule is read anew where labels are called otherwise: by kind and order, then by role, then moved by a few."""

from __future__ import annotations

import pytest

from simcore.model.run import Deviation
from simcore.runner.fitting import by_order, moved, read_label, role

BOSS = "world/app:boss.0"
ONE, TWO = "world/app:worker.1", "world/app:worker.2"


def deviation(at: str, take: str) -> Deviation:
    return Deviation(at, 3, take)


@pytest.mark.parametrize(
    "text",
    [
        f"step#1@{BOSS}",
        f"do:send#12@{ONE}->{BOSS}",
        "fire:sleep#3@world/app:a.0/app:b.1",
        "leave#1@world/odd#name@x.0->world/y->z.1",
        "simpy#4@",
    ],
)
def test_a_label_is_read_as_it_was_written(text: str) -> None:
    label = read_label(text)

    assert label is not None
    assert str(label) == text


@pytest.mark.parametrize("text", ["", "step", "step#x@a", "#1@a"])
def test_what_is_no_label_is_none(text: str) -> None:
    assert read_label(text) is None


def test_a_role_is_a_path_without_its_numbers() -> None:
    assert role("world/app:boss.0/app:v1.2.13") == "world/app:boss/app:v1.2"


def test_a_schedule_whose_labels_are_all_there_is_left_as_it_is() -> None:
    there = [f"step#1@{BOSS}", f"step#1@{ONE}"]

    assert by_order([deviation(*there)], there) is None


def test_an_action_that_comes_less_often_is_the_last_of_its_kind() -> None:
    performed = [f"step#1@{BOSS}", f"do:send#1@{ONE}->{BOSS}", f"do:send#2@{ONE}->{BOSS}"]

    assert by_order([deviation(f"step#1@{BOSS}", f"do:send#5@{ONE}->{BOSS}")], performed) == [
        deviation(f"step#1@{BOSS}", f"do:send#2@{ONE}->{BOSS}")
    ]


def test_an_action_that_concerns_somebody_else_now_is_that_of_the_same_kind_and_path() -> None:
    performed = [f"step#1@{BOSS}", f"do:send#1@{ONE}->{TWO}", f"do:send#1@{ONE}->{ONE}"]

    assert by_order([deviation(f"step#1@{BOSS}", f"do:send#2@{ONE}->{BOSS}")], performed) == [
        deviation(f"step#1@{BOSS}", f"do:send#1@{ONE}->{ONE}")
    ]


def test_a_process_that_is_gone_is_the_nearest_of_its_role() -> None:
    performed = [f"step#1@{BOSS}", "step#1@world/app:worker.7", "step#1@world/app:worker.3"]

    assert by_order([deviation(f"step#1@{BOSS}", f"step#1@{TWO}")], performed) == [
        deviation(f"step#1@{BOSS}", "step#1@world/app:worker.3")
    ]


def test_processes_that_are_called_otherwise_take_each_other_s_places_by_number() -> None:
    performed = [f"step#1@{BOSS}", "step#1@world/app:hand.2", "step#1@world/app:hand.1"]

    assert by_order([deviation(f"step#1@{ONE}", f"step#1@{TWO}")], performed) == [
        deviation("step#1@world/app:hand.1", "step#1@world/app:hand.2")
    ]


def test_what_nothing_takes_the_place_of_is_left() -> None:
    left = deviation(f"fire#1@{ONE}", f"step#1@{BOSS}")

    assert by_order([left, deviation(f"step#9@{BOSS}", f"step#1@{BOSS}")], [f"step#1@{BOSS}"]) == [
        left,
        deviation(f"step#1@{BOSS}", f"step#1@{BOSS}"),
    ]


def test_a_schedule_is_moved_by_processes_and_by_actions_and_never_below_the_first() -> None:
    several = [*moved([deviation(f"step#1@{BOSS}", f"do:send#1@{ONE}->{BOSS}")])]

    assert [deviation(f"step#1@{BOSS}", f"do:send#1@{TWO}->{BOSS}")] in several
    assert [deviation("step#1@world/app:boss.1", f"do:send#1@{ONE}->world/app:boss.1")] in several
    assert [deviation(f"step#1@{BOSS}", f"do:send#2@{ONE}->{BOSS}")] in several
    assert [deviation(f"step#2@{BOSS}", f"do:send#1@{ONE}->{BOSS}")] in several
    assert not any("#0@" in text or ".-" in text for each in several for text in (each[0].at, each[0].take))


def test_who_has_made_others_is_moved_with_them() -> None:
    child = f"{BOSS}/app:child.0"

    assert [deviation("step#1@world/app:boss.1/app:child.0", "step#1@world/app:boss.1")] in [
        *moved([deviation(f"step#1@{child}", f"step#1@{BOSS}")])
    ]
