"""A schedule that takes a few decisions otherwise than another."""

from __future__ import annotations

from typing import Any

import pytest

from simcore.kernel.choices import Choices
from simcore.schedulers.deviating import Deviating
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.uniform import Uniform

READY: Any = ["a", "b", "c"]
"""To be picked from; nobody looks at what it is."""


def picks(deviating: Deviating, amount: int = 6) -> list[int]:
    deviating.begin(Choices(7))
    return [deviating.pick(READY) for _ in range(amount)]


@pytest.mark.parametrize(
    ("deviations", "taken"),
    [
        ((), [0, 0, 0, 0, 0, 0]),
        (((0, 1),), [1, 0, 0, 0, 0, 0]),
        (((2, 1), (4, 2)), [0, 0, 1, 0, 2, 0]),
        (((1, 5),), [0, 2, 0, 0, 0, 0]),
    ],
)
def test_each_deviation_is_taken_at_the_decision_that_it_names(
    deviations: tuple[tuple[int, int], ...], taken: list[int]
) -> None:
    assert picks(Deviating(Fifo(), deviations)) == taken


def test_what_the_other_draws_does_not_move() -> None:
    plain, deviating = picks(Deviating(Uniform(), ()), 20), picks(Deviating(Uniform(), ((3, 1),)), 20)

    assert deviating[:3] + deviating[4:] == plain[:3] + plain[4:]
