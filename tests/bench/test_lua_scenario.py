"""Schedules of the scenario in Lua."""

from __future__ import annotations

import pytest

from simcore.bench import lua_scenario, orders
from simcore.catalog.item import Item
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.stage import Stage


def test_as_many_schedules_are_played_as_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def play(item: Item, stage: Stage) -> Outcome:
        played.append(item.id)
        return Outcome(Verdict.PASSED)

    monkeypatch.setattr(orders, "play", play)
    lua_scenario.prepare(3)()

    assert played == ["scenarios/supervised_restart_in_lua::supervised_restart_in_lua"] * 3
