"""Schedules of the scenario in Lua."""

from __future__ import annotations

import pytest

from simcore.bench import lua_scenario
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.fresh import SchedulePlayer


def test_as_many_schedules_are_played_as_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def play(player: SchedulePlayer, run: Run, schedule: int) -> tuple[Outcome, None]:
        played.append(player.item.id)
        return Outcome(Verdict.PASSED), None

    monkeypatch.setattr(SchedulePlayer, "play", play)
    lua_scenario.prepare(3)()

    assert played == ["scenarios/supervised_restart_in_lua.py::supervised_restart_in_lua"] * 3
