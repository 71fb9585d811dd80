"""Worlds that an item plays besides its own, from its run to what is told of it and to its replay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.cli.project import edit

OTHERS = """
from simcore import Process, World, always, run, scenario

@always
def nobody_is_n(world: World) -> None:
    assert "n" not in world.names

async def named(process: Process) -> None:
    await process.registry.register("n")

async def dies(process: Process) -> None:
    raise RuntimeError("burst")

async def sleeps(process: Process) -> None:
    await process.sleep("1h")

async def tells(process: Process, number: int) -> None:
    await process.sleep("1s")
    await process.send("all", str(number))

async def hears(process: Process) -> None:
    await process.registry.register("all")
    heard = [(await process.inbox.receive()).topic for _ in range(3)]
    assert heard != ["2", "1", "0"], "the wrong way round"

def of(behaviour):
    def body(world: World) -> None:
        world.define("app:it", behaviour)
        world.spawn("app:it", "app:host")
        world.run()
    return body

def race(world: World) -> None:
    world.define("app:hears", hears)
    world.define("app:tells", tells)
    pid = world.spawn("app:hears", "app:host")
    for number in range(3):
        world.spawn("app:tells", "app:host", number)
    world.run()
    world.result(pid)

@scenario
def names(world: World) -> None:
    run(of(named))

@scenario
def deaths(world: World) -> None:
    run(of(dies))

@scenario
def by_hand(world: World) -> None:
    of(named)(World())

@scenario
def also_by_hand(world: World) -> None:
    of(sleeps)(world)
    of(named)(World())

@scenario
def catches(world: World) -> None:
    try:
        run(of(named))
    except BaseException:
        pass

@scenario
def races(world: World) -> None:
    of(sleeps)(world)
    run(race)
    run(of(sleeps))
"""

SEEN = """
from simcore import World, run, scenario, sometimes

@sometimes
def time_passes(world: World) -> None:
    assert world.now_ns

def waits(world: World) -> None:
    world.run(until="1h")

@scenario
def waiting(world: World) -> None:
    world.run(until=0)
    run(waits)
"""

PROPERTY = """
from hypothesis import given, strategies
from simcore import Process, World, always, run

@always
def nobody_is_n(world: World) -> None:
    assert "n" not in world.names

async def named(process: Process) -> None:
    await process.registry.register("n")

def registers(world: World) -> None:
    world.define("app:it", named)
    world.spawn("app:it", "app:host")
    world.run()

@given(strategies.integers())
def test_catches(number: int) -> None:
    try:
        run(registers)
    except Exception:
        pass

@given(strategies.integers())
def test_never_runs(number: int) -> None:
    run(lambda world: None)

@given(strategies.integers())
def test_idles(number: int) -> None:
    run(lambda world: world.run())

@given(strategies.integers(0, 3))
def test_by_hand(number: int) -> None:
    registers(World())
"""
CAUGHT = (
    "  1 failure of run(...) was caught by the test itself: nobody_is_n: nobody is n assert 'n' not in "
    "NamesView({{'n': '{{app:host|0x00001}}'}}) (in 4 of 4 {}, first in 1)"
)
BY_HAND = "  1 world was made by hand, and nothing is asked of it; play it with run(...) (in 4 of 4 {}, first in 1)"


@pytest.fixture
def others(folder: Path) -> Path:
    (folder / "scenarios/others.py").write_text(OTHERS, encoding="utf-8")
    (folder / "properties").mkdir()
    (folder / "properties/others.py").write_text(PROPERTY, encoding="utf-8")
    return folder


def told(call: Call, *names: str) -> tuple[int, list[str]]:
    ended = call("run", *names, "--schedules", "4")
    return ended.code, ended.out.splitlines()[1:]


def test_the_checks_of_the_file_are_asked_of_every_world(call: Call, others: Path) -> None:
    code, lines = told(call, "others.py::names")

    assert code == 1
    assert lines[0].split() == ["FAILED", "scenarios/others.py::names", "schedule", "1", "of", "1"]
    assert "  | in the last" not in "\n".join(lines)
    assert any(line.endswith("it#1 takes the name n") for line in lines)


def test_what_may_hold_is_seen_in_a_world_that_a_scenario_runs(call: Call, folder: Path) -> None:
    file = folder / "scenarios/later.py"
    file.write_text(SEEN, encoding="utf-8")
    seen = told(call, "scenarios/later.py")
    edit(file, "run(waits)", "waits(World())")
    unseen = told(call, "scenarios/later.py")

    assert [code for code, _ in (seen, unseen)] == [0, 0]
    assert [any("never seen" in line for line in lines) for _, lines in (seen, unseen)] == [False, True]


def test_an_end_that_nobody_saw_is_told_and_fails_where_that_is_asked_for(call: Call, others: Path) -> None:
    code, lines = told(call, "deaths")
    (others / "pyproject.toml").write_text('[tool.simcore.world]\nunobserved = "fail"\n')
    failed, failure = told(call, "deaths")

    assert (code, failed) == (0, 1)
    assert lines[1].startswith("  1 process failed and nobody looked: world/app:it.0: RuntimeError: burst")
    assert failure[1].startswith("  unobserved: 1 process failed and nobody looked: ")


def test_worlds_made_by_hand_show_nothing(call: Call, others: Path) -> None:
    code, lines = told(call, "others.py::by_hand", "also_by_hand", "--strict")

    assert code == 1
    assert lines[:2] == [
        "ERROR         scenarios/others.py::by_hand  4 schedules",
        "  vacuous: the world that it is handed never ran; nothing is asked of a world that it makes itself; "
        "play it with run(...)",
    ]
    assert lines[2:4] == [
        "PASSED        scenarios/others.py::also_by_hand  4 schedules",
        BY_HAND.format("schedules"),
    ]


def test_what_an_item_catches_is_told(call: Call, others: Path) -> None:
    code, lines = told(call, "others.py::catches", "test_catches")

    assert code == 0
    assert [re.sub(r" \((scenarios|properties)/\S+\)", "", line) for line in lines[1:4:2]] == [
        CAUGHT.format("schedules"),
        CAUGHT.format("examples"),
    ]


def test_a_property_whose_runs_do_nothing_is_vacuous_and_played_no_schedule(call: Call, others: Path) -> None:
    code, lines = told(call, "test_never_runs", "test_idles", "test_by_hand")

    assert code == 0
    assert lines[:6] == [
        "PASSED        properties/others.py::test_never_runs  4 examples",
        "  vacuous: what it ran performed no action",
        "PASSED        properties/others.py::test_idles  4 examples",
        "  vacuous: what it ran performed no action",
        "PASSED        properties/others.py::test_by_hand  4 examples",
        BY_HAND.format("examples"),
    ]


def test_the_schedules_of_a_scenario_are_those_of_what_it_runs(call: Call, others: Path) -> None:
    ended = call("run", "races", "--schedules", "100")
    (case,) = others.glob(".simcore/runs/*/cases/*races*.case.json")
    trace = call("replay", str(case), "--trace")

    assert "the wrong way round" in ended.out
    assert "  | in the last of its 1 runs" not in ended.out
    assert any(line.startswith("  | the schedule is the uniform one of seed ") for line in ended.out.splitlines())
    assert (trace.code, "the wrong way round" in trace.out) == (1, True)
    assert call("replay", str(case), "--verify").code == 1
    assert "reproduced" in call("replay", str(case)).out


def without_run(text: str) -> str:
    return re.sub(r"runs/\S+?/|in \d+\.\d s|report: .*", "", text)


def test_whoever_plays_the_answer_is_the_same(call: Call, others: Path) -> None:
    answers: list[Any] = []
    for jobs in ("0", "1", "2"):
        ended = call("run", "scenarios/others.py", "properties/others.py", "--schedules", "40", "--jobs", jobs)
        answers.append((ended.code, without_run(ended.out)))

    assert answers[0] == answers[1] == answers[2]
