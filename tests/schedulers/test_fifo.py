"""The oldest first, always."""

from __future__ import annotations

from simcore import Fifo
from simcore.kernel.action import Action
from simcore.kernel.choices import Choices

READY = [Action() for _ in range(4)]


def test_fifo_picks_the_oldest() -> None:
    fifo = Fifo()
    fifo.begin(Choices(1))

    assert [fifo.pick(READY) for _ in range(5)] == [0] * 5
