"""The story of a run that a bound has ended: how it came to what it repeats, from a replay of its beginning."""

from __future__ import annotations

import pytest

from simcore import Behaviour, Options, Process, World
from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties
from simcore.model.outcome import Verdict
from simcore.model.run import ItemReference, Run
from simcore.runner.beginning import beginning_of
from simcore.runner.stage import Stage, play
from tests.worlds import HOST

MINUTE = 60 * 1_000_000_000


async def clock(process: Process) -> None:
    await process.registry.register("clock")
    await process.sleep("10s")
    while True:
        await process.sleep("1s")
        await process.registry.unregister("clock")
        await process.registry.register("clock")


def told_of(options: Options, behaviour: Behaviour = clock) -> list[str]:
    def body(world: World) -> None:
        world.define("app:clock", behaviour)
        world.spawn("app:clock", HOST)
        world.run()

    item = Item(kind="scenario", id="s.py::body", function=body)
    run = Run(item=ItemReference("", ""), seed=3, strategy="uniform", options=options)
    assert play(item, Stage(run)).verdict is Verdict.INCONCLUSIVE
    return [line.strip() for line in beginning_of(item, run, ProjectProperties())]


def test_the_way_into_the_cycle_and_the_cycle_are_told() -> None:
    lines = told_of(Options(virtual_time_max_ns=MINUTE))

    assert lines[0] == "the last events:"
    assert lines[1].endswith("the world starts clock#1 of app:clock, {app:processes|0x00001}")
    assert lines[2].endswith("#2    clock#1 takes the name clock")
    assert lines[3] == "from here on again and again:"
    assert lines[4].startswith("11s")
    assert lines[4].endswith("clock#1 (clock) loses the name clock")
    assert lines[6].startswith("... 50 times in all, the last one from 1m0s #")
    assert lines[-1] == "the schedule is oldest first throughout"


def test_of_a_very_long_run_only_the_beginning_is_played_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.runner.beginning.ACTIONS_MAX", 200)

    lines = told_of(Options(virtual_time_max_ns=MINUTE))

    assert lines[0] == "told of its first 200 actions:"
    assert lines[5].startswith("11s")


def test_where_the_cycle_begins_late_more_is_played_to_find_how_it_was_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.runner.beginning.ACTIONS_MAX", 200)

    async def late(process: Process) -> None:
        for number in range(300):
            await process.registry.register("abcdefghij"[number % 7] * (number + 1))
        await clock(process)

    lines = told_of(Options(virtual_time_max_ns=10 * MINUTE), late)

    assert lines[0] == "told of its first 800 actions:"
    assert "from here on again and again:" in lines


def test_where_nothing_ever_repeats_itself_only_so_much_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.runner.beginning.ACTIONS_MAX", 200)

    async def changing(process: Process) -> None:
        number = 0
        while True:
            number += 1
            await process.sleep("1s")
            await process.registry.register("x" * number if number % 3 else "y" * (number % 97 + 1))

    lines = told_of(Options(virtual_time_max_ns=60 * MINUTE), changing)

    assert lines[0] == "told of its first 800 actions:"
    assert "from here on again and again:" not in lines
