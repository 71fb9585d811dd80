"""The table of legitimate ways to idle: who waits like that when nothing can happen any more is never blamed.

Each row is played from Python as a scenario and from Lua as the test of an application, which is driven on after it has
passed; the sides of a row are in ``idle/patterns.py`` and ``idle/patterns.lua`` under its name. A few schedules of each
are played by default, and a thousand by ``pytest -m slow tests/check/test_deadlocks_idle.py``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from simcore.catalog.item import Item
from simcore.catalog.properties import ProjectProperties
from simcore.catalog.read import whole_app
from simcore.lua import load_app
from simcore.model.outcome import UNSETTLED, Outcome, Verdict
from simcore.runner.fresh import SchedulePlayer
from simcore.runner.plan import Plan
from tests.apps import app_place
from tests.check.idle.patterns import PATTERNS
from tests.files import write_files

PYTHON, LUA = "python", "lua"
BOTH: Final = (PYTHON, LUA)
PATTERNS_OF_ALL: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    # Who serves.
    "server_at_its_inbox": (BOTH, "anybody may send it something"),
    "server_that_has_answered": (BOTH, "both sides wait for what comes next"),
    "client_whom_nobody_answers": (BOTH, "it waits at a topic, and no call has promised it anything"),
    "client_that_gave_up": (BOTH, "its time limit has passed, and it waits for other work"),
    "deaf_with_a_full_mailbox": (BOTH, "it waits for events; what lies unread is its affair"),
    "two_who_let_each_other_go_first": (BOTH, "each waits at an inbox, which the other and the outside can reach"),
    # Who listens.
    "listener_at_a_topic": (BOTH, "anybody may send on it"),
    "listener_at_several_topics": (BOTH, "one of the cases of a select is enough"),
    "listener_with_a_channel_of_its_own": ((LUA,), "a topic leads to the channel (lua 6.14)"),
    "subscriber_of_the_bus": ((LUA,), "anybody may send an event (lua 6.7)"),
    # Who watches.
    "supervisor_of_idle_children": (BOTH, "an EXIT may come, and the children serve"),
    "supervisor_with_links": (BOTH, "a LINK_DOWN has come, and another may"),
    "supervisor_that_restarted": (BOTH, "the second child serves"),
    "watcher_of_the_dead": (BOTH, "its EXIT has come, and it does not know that it was the last"),
    "watcher_that_came_late": ((LUA,), "no EXIT comes of whom was gone, and the events still may (process 5.2)"),
    "child_that_refuses_to_end": (BOTH, "a deadline of a cancel is advice (process 2.5)"),
    # Coroutines of one process.
    "pool_that_waits_for_work": (BOTH, "its workers wait at a channel that its reader feeds"),
    "workers_behind_one_reader": (BOTH, "the reader feeds them all"),
    "pipeline_of_coroutines": (BOTH, "what feeds the first of them feeds all"),
    "queue_that_is_full": (BOTH, "the next message makes room in it"),
    "main_that_only_keeps_alive": (BOTH, "another coroutine serves"),
    "latch_that_an_event_opens": (BOTH, "who waits at the gate is let through by whoever waits for events"),
    # Who waits for others.
    "lock_that_nobody_has_released_yet": (BOTH, "the holder serves, and those in its queue wait at a topic"),
    "lock_that_the_outside_releases": ((PYTHON,), "at rest twice, and healthy both times"),
    "barrier_that_one_is_missing_from": (BOTH, "the last one may come"),
    "client_that_was_answered": (BOTH, "its calls are over"),
    "client_whose_call_timed_out": ((LUA,), "its call is over; the function that it called idles"),
    "future_or_inbox": ((LUA,), "the inbox is one of the cases"),
    "callee_of_a_caller_that_was_ended": (BOTH, "nobody waits for it any more (process 8.6)"),
    "program_that_was_upgraded": (BOTH, "the next incarnation serves"),
    # Time.
    "timer_that_is_over": (BOTH, "it waits at its inbox alone by now"),
    "timer_that_was_stopped": ((LUA,), "it has never waited for it"),
    "ticker_for_ever": ((LUA,), "the world never comes to rest"),
    "cron_job": (BOTH, "the world never comes to rest"),
    "watchdog": (BOTH, "the world never comes to rest, and who idles beside it is not looked at"),
    # SimPy.
    "consumer_of_a_store": ((PYTHON,), "its `get` is how an idle server waits"),
    "consumer_of_a_container": ((PYTHON,), "likewise"),
    "consumer_of_a_filtered_store": ((PYTHON,), "likewise"),
    "consumer_of_priorities": ((PYTHON,), "likewise"),
    "watcher_of_a_simpy_server": ((PYTHON,), "the SimPy process that it waits for is an idle server"),
    "work_or_an_alarm": ((PYTHON,), "one of the two is enough, and work may come"),
    "simpy_beside_the_inbox": ((PYTHON,), "another coroutine serves"),
    # Services.
    "service_at_its_inbox": (BOTH, "it serves"),
    "service_that_came_back": (BOTH, "its second process serves"),
    "service_that_has_ended": (BOTH, "there is nobody left to wait"),
}
"""Each way to idle: from where it is played, and why it is healthy."""

ROWS: Final = [(name, side) for name, (sides, _) in PATTERNS_OF_ALL.items() for side in sides]
RESTLESS: Final = ("ticker_for_ever", "cron_job", "watchdog")
"""Of these an application is never at rest, which is said."""
SERVICES: Final = {
    "service_at_its_inbox": "server",
    "service_that_came_back": "comes_back",
    "service_that_has_ended": "quick",
}
ORDINARY: Final = "ordinary"
SOURCE: Final = Path(__file__).parent / "idle" / "patterns.lua"
MODULES: Final = "[channel, process, funcs, time, coroutine, events]"
FEW: Final = 6


def entries(kind: str, table: str) -> list[str]:
    """Return an entry for each function of a *table* of the source."""
    names = re.findall(rf"^function {table}\.(\w+)\(", SOURCE.read_text(), re.MULTILINE)
    return [_entry(name, kind) for name in names]


def _entry(name: str, kind: str, meta: str = "") -> str:
    return (
        f"  - {{name: {name}, kind: {kind}, source: 'file://patterns.lua', method: {name}, modules: {MODULES}{meta}}}\n"
    )


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of applications with the same processes: one with all tests, but those of services have their own."""
    folder = tmp_path_factory.mktemp("apps")
    ordinary = [name for name, side in ROWS if side == LUA and name not in SERVICES]
    _write(folder / ORDINARY, ordinary)
    for name, process in SERVICES.items():
        what = f"process: 'idle:{process}', host: 'idle:host', lifecycle: {{auto_start: true}}"
        _write(folder / name, [name], f"  - {{name: the_service, kind: process.service, {what}}}\n")
    return folder


def _write(app: Path, tests: list[str], service: str = "") -> None:
    index = [
        "version: '1.0'\nnamespace: idle\nentries:\n  - {name: host, kind: process.host}\n",
        *entries("process.lua", "processes"),
        *entries("function.lua", "functions"),
        *(_entry(f"t_{name}", "function.lua", ", meta: {type: test}") for name in tests),
        service,
    ]
    write_files(app, {"_index.yaml": "".join(index), "patterns.lua": SOURCE.read_text()})


def _item(apps: Path, name: str, side: str) -> Item:
    if side == PYTHON:
        return Item(kind="scenario", id=f"idle::{name}", function=PATTERNS[name])
    return _tests(apps / (name if name in SERVICES else ORDINARY))[f"idle:t_{name}"]


@cache
def _tests(app: Path) -> dict[str, Item]:
    return {item.entry: item for item in whole_app(load_app(app), app_place(app)) if item.kind == "test"}


def played(item: Item, schedules: int) -> list[Outcome]:
    """Return what became of the first *schedules* of *item*, as a command plays them."""
    player, plan, numbers = SchedulePlayer(item, ProjectProperties()), Plan(), range(1, schedules + 1)
    runs = plan.runs(item, plan.search(), numbers)
    return [player.play(run, number)[0] for number, run in zip(numbers, runs, strict=True)]


@pytest.mark.parametrize("schedules", [FEW, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "side"), ROWS)
def test_who_idles_is_blamed_under_no_schedule(apps: Path, name: str, side: str, schedules: int) -> None:
    outcomes = played(_item(apps, name, side), schedules)

    assert {(outcome.verdict, outcome.message) for outcome in outcomes} == {(Verdict.PASSED, "")}
    remarks = [{remark.kind for remark in outcome.remarks} for outcome in outcomes]
    assert remarks == [{UNSETTLED} if side == LUA and name in RESTLESS else set()] * schedules


def test_the_table_and_its_sides_are_of_one_mind() -> None:
    lua = set(re.findall(r"^(?:function )?patterns\.(\w+)", SOURCE.read_text(), re.MULTILINE))
    looped = set(re.findall(r'^    "(\w+)",$', SOURCE.read_text(), re.MULTILINE))

    assert {name for name, side in ROWS if side == PYTHON} == PATTERNS.keys()
    assert {name for name, side in ROWS if side == LUA} == lua | looped
    assert len(PATTERNS_OF_ALL) > 40
