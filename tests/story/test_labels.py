"""Each action of a run has a name that no other has, also where several alike are enabled."""

from __future__ import annotations

from simcore.kernel.action import Label
from simcore.story.labels import Labels
from tests.actions import ready


def test_the_occurrences_of_each_label_are_counted_for_themselves() -> None:
    labels = Labels()

    said = [labels.perform(Label("step", name)) for name in "aba"]

    assert said == ["step#1@a", "step#1@b", "step#2@a"]


def test_a_receiver_makes_another_label() -> None:
    labels = Labels()

    said = [labels.perform(Label("do:send", "a", receiver)) for receiver in ("b", "c", "b")]

    assert said == ["do:send#1@a->b", "do:send#1@a->c", "do:send#2@a->b"]


def test_of_several_alike_that_are_enabled_the_older_has_the_smaller_occurrence() -> None:
    labels = Labels()
    labels.perform(Label("step", "a"))

    assert [labels.of(ready("abab"), index) for index in range(4)] == ["step#2@a", "step#1@b", "step#3@a", "step#2@b"]


def test_asking_for_a_label_does_not_count_it() -> None:
    labels = Labels()

    assert labels.of(ready("a"), 0) == labels.of(ready("a"), 0) == labels.perform(Label("step", "a"))


def test_an_enabled_action_is_found_by_its_label_until_that_is_performed() -> None:
    labels = Labels()
    enabled = ready("aba")

    assert [labels.find(enabled, labels.of(enabled, index)) for index in range(3)] == [0, 1, 2]
    labels.perform(Label("step", "a"))
    assert labels.find(ready("ba"), "step#1@a") is None
    assert labels.find(ready("ba"), "step#2@a") == 1
