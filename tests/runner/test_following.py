"""A schedule that was noted is followed to the letter, and what does not fit any more is told or counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from simcore.kernel.action import Action
from simcore.kernel.choices import Choices
from simcore.model.errors import NondeterminismDetected
from simcore.model.run import Deviation
from simcore.runner.following import DEVIATIONS_MAX, Following, Noting
from simcore.story.labels import Labels
from tests.actions import ready

A_WAITS = Deviation("step#1@a", 3, "step#1@c")
B_WAITS = Deviation("step#1@b", 2, "step#2@b")


class Picking:
    """Picks what the test says, one after the other."""

    name = "picking"

    def __init__(self, *picks: int) -> None:
        self._picks: Iterator[int] = iter(picks)

    def begin(self, choices: Choices) -> None: ...

    def pick(self, ready: list[Action]) -> int:
        return next(self._picks)


def performed(labels: Labels, names: str, pick: Callable[[list[Action]], int]) -> str:
    """Perform all that is enabled, one after the other as *pick* says, and return the order."""
    enabled, order = ready(names), []
    while enabled:
        action = enabled.pop(pick(enabled))
        order.append(labels.perform(action.label()))
    return " ".join(order)


def test_only_what_is_not_the_oldest_is_noted() -> None:
    labels = Labels()
    noting = Noting(Picking(2, 0, 1, 0), labels)

    assert performed(labels, "abcb", noting.pick) == "step#1@c step#1@a step#1@b step#2@b"
    assert noting.deviations == [Deviation("step#1@a", 4, "step#1@c"), B_WAITS]


@pytest.mark.parametrize("picks", [(0, 0, 0, 0, 0), (4, 3, 2, 1, 0), (2, 0, 1, 1, 0), (1, 3, 0, 1, 0)])
def test_a_noted_schedule_is_followed_to_the_same_order(picks: tuple[int, ...]) -> None:
    labels, again = Labels(), Labels()
    noting = Noting(Picking(*picks), labels)
    order = performed(labels, "abaca", noting.pick)

    following = Following(noting.deviations or [], again, strict=True)

    assert performed(again, "abaca", following.pick) == order
    following.finish()
    assert (following.divergence, following.skipped) == (None, [])


@pytest.mark.parametrize(("amount", "kept"), [(DEVIATIONS_MAX, True), (DEVIATIONS_MAX + 1, False)])
def test_a_schedule_that_deviates_too_often_is_not_written_down(amount: int, kept: bool) -> None:
    noting = Noting(Picking(*[1] * amount), Labels())
    enabled = ready("ab")

    picks = {noting.pick(enabled) for _ in range(amount)}

    assert picks == {1}
    assert (len(noting.deviations or []) == amount, noting.deviations is None) == (kept, not kept)


@pytest.mark.parametrize(
    ("enabled", "told"),
    [
        ("ab", "at step#1@a the case takes step#1@c of 3 enabled actions; now 2 are enabled: step#1@a, step#1@b"),
        ("acbb", "now 4 are enabled: step#1@a, step#1@c, step#1@b, step#2@b"),
        ("aaaaaaaaab", "now 10 are enabled: " + ", ".join(f"step#{number}@a" for number in range(1, 9))),
    ],
)
def test_a_strict_schedule_that_does_not_fit_ends_the_run_and_says_what_is_there(enabled: str, told: str) -> None:
    following = Following([A_WAITS, B_WAITS], Labels(), strict=True)

    with pytest.raises(NondeterminismDetected) as caught:
        following.pick(ready(enabled))

    assert str(caught.value).endswith(told)


def test_a_divergence_that_the_program_swallows_is_kept_and_nothing_more_is_followed() -> None:
    following = Following([A_WAITS, B_WAITS], Labels(), strict=True)
    with pytest.raises(NondeterminismDetected) as caught:
        following.pick(ready("ab"))

    assert following.pick(ready("bb")) == 0
    following.finish()
    assert following.divergence == str(caught.value)


def test_of_another_source_the_count_may_differ_and_what_is_gone_is_skipped() -> None:
    following = Following([A_WAITS, B_WAITS], Labels(), strict=False)

    assert following.pick(ready("ab")) == 0
    assert following.pick(ready("babb")) == 2
    following.finish()
    assert (following.skipped, following.divergence) == ([A_WAITS], None)


def test_what_was_never_reached_is_skipped_in_its_order() -> None:
    following = Following([A_WAITS, B_WAITS], Labels(), strict=False)

    following.finish()

    assert following.skipped == [A_WAITS, B_WAITS]


@pytest.mark.parametrize(("deviations", "amount"), [([A_WAITS], "1 choice earlier"), ([A_WAITS] * 2, "2 choices earl")])
def test_a_run_that_ends_before_its_case_is_a_divergence(deviations: list[Deviation], amount: str) -> None:
    following = Following(deviations, Labels(), strict=True)

    following.finish()

    assert following.divergence is not None
    assert following.divergence.startswith(f"the run ended {amount}")
    assert "step#1@a was not the oldest" in following.divergence
