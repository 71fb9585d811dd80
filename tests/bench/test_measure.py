"""How it is measured: in turns, in one process, and only what is to be measured."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from simcore.bench import machine
from simcore.bench.measure import in_turns, rounds, timed


def test_both_are_taken_in_turns_and_the_first_of_each_is_for_warmth_alone() -> None:
    taken: list[str] = []

    def sample(name: str) -> Callable[[], float]:
        def take() -> float:
            taken.append(name)
            return len(taken)

        return take

    pairs = in_turns(sample("work"), sample("base"), rounds=3)

    assert taken == ["work", "base", "base", "work", "work", "base", "base", "work"]
    assert pairs == [(4, 3), (5, 6), (8, 7)]


@pytest.mark.parametrize("quick", [True, False])
def test_there_are_enough_rounds_for_a_median(*, quick: bool) -> None:
    assert rounds(quick=quick) >= 7


def test_setting_up_is_not_timed_and_a_collection_comes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: happened.append("collect"))

    def clock() -> int:
        happened.append("clock")
        return 1_000 * len(happened)

    monkeypatch.setattr(machine, "cpu_ns", clock)

    def prepare(operations: int) -> Callable[[], None]:
        happened.append(f"prepare {operations}")
        return lambda: happened.append("perform")

    ns = timed(prepare, 10)()

    assert happened == ["prepare 10", "collect", "clock", "perform", "clock"]
    assert ns == 200
