"""Schedules of the app ``orders``: each test that holds has its turn, and each schedule is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.bench import orders, portable
from simcore.catalog.find import app_tests
from simcore.catalog.item import Item
from simcore.catalog.project import shipped_project
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.fresh import SchedulePlayer


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was played, and under which seed; nothing is."""
    noted: list[tuple[str, int]] = []

    def play(player: SchedulePlayer, run: Run, schedule: int) -> tuple[Outcome, None]:
        noted.append((player.item.id, run.seed))
        return Outcome(Verdict.PASSED), None

    monkeypatch.setattr(SchedulePlayer, "play", play)
    return noted


def test_each_test_that_holds_has_its_turn_and_each_schedule_a_seed_of_its_own(played: list[tuple[str, int]]) -> None:
    tests = app_tests(shipped_project(), str(shipped_project().root / portable.ORDERS))

    orders.prepare(13)()

    wanted = [item.id for item in tests if item.expect == "passed"]
    assert [id for id, _ in played] == sorted((wanted * 3)[:13], key=wanted.index)
    assert len({seed for _, seed in played}) == 13


def test_a_schedule_that_does_not_hold_ends_the_measuring(tmp_path: Path) -> None:
    def broken(world: object) -> None:
        raise AssertionError("lost")

    item = Item(kind="scenario", id="mine::broken", function=broken)

    with pytest.raises(AssertionError, match="mine::broken: lost"):
        orders.playing([item], 1)()
