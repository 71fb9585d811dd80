"""Code that never gives control back: its item is an error with the place, and the others are played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.files import write_files

NEVER = """
import time
from hypothesis import given, strategies
from simcore import Process, World, scenario

async def busy(process: Process) -> None:
    await process.sleep("1s")
    while True:
        pass

def start(world: World, behaviour: object) -> None:
    world.define("app:busy", behaviour)
    world.spawn("app:busy", "app:host")
    world.run()

@scenario
def in_a_behaviour(world: World) -> None:
    start(world, busy)

@scenario
def in_the_body(world: World) -> None:
    while True:
        world.run(until=world.now_ns + 1)

@scenario
def in_a_sleep(world: World) -> None:
    time.sleep(1_000)

@scenario
def swallowed(world: World) -> None:
    try:
        start(world, busy)
    except BaseException:
        pass

@scenario
def held(world: World) -> None:
    start(world, still)

async def still(process: Process) -> None:
    await process.sleep("1s")

@given(number=strategies.integers(0, 1_000))
def test_of_hypothesis(number: int) -> None:
    while number > 10:
        number += 1
"""
IMPORTED = "while True:\n    pass\n"
REPORT = """
from simcore import Results, report

@report("endless.txt")
def endless(results: Results) -> str:
    while True:
        pass
"""


@pytest.fixture(autouse=True)
def nobody_debugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)


def results(folder: Path) -> Any:
    (file,) = folder.glob(".simcore/runs/*/results.json")
    return json.loads(file.read_text(encoding="utf-8"))


def test_each_item_has_its_verdict_and_the_reports_are_written(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/never.py": NEVER, "scenarios/imported.py": IMPORTED, "reports/endless.py": REPORT})
    ended = call("run", "scenarios/never.py", "scenarios/imported.py", "--step-timeout", "300ms", "--schedules", "2")
    told = {item["id"].rpartition("::")[2]: item for item in results(folder)["items"]}

    assert ended.code == 1
    verdicts = {name: (item["verdict"], item["property"]) for name, item in told.items()}
    assert verdicts == {
        "in_a_behaviour": ("error", "step_timeout"),
        "in_the_body": ("error", "step_timeout"),
        "in_a_sleep": ("error", "step_timeout"),
        "swallowed": ("error", "step_timeout"),
        "held": ("passed", ""),
        "test_of_hypothesis": ("error", "step_timeout"),
        "scenarios/imported.py": ("error", "usage"),
    }
    assert told["in_a_behaviour"]["message"].startswith("world/app:busy.0 did not give control back within ")
    assert "at last in busy (scenarios/never.py:" in told["in_a_behaviour"]["message"]
    assert told["in_the_body"]["message"].startswith("the scenario did not")
    assert "at last in in_the_body (scenarios/never.py:" in told["in_the_body"]["message"]
    assert "with number=" in told["test_of_hypothesis"]["message"]
    assert "the import of scenarios/imported.py did not give control back" in told["scenarios/imported.py"]["message"]
    assert all(item["case"] for item in told.values() if item["property"] == "step_timeout")
    assert not any(item["diverged"] for item in told.values())
    assert "endless.txt was not written" in ended.out + ended.err
    assert "the report endless.txt did not give control back" in ended.out + ended.err


def test_its_case_is_replayed_to_the_same_end(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/never.py": NEVER})
    call("run", "in_a_behaviour", "--step-timeout", "100ms")
    (case,) = folder.glob(".simcore/runs/*/cases/*.json")
    ended = call("replay", str(case), "--step-timeout", "110ms")

    assert ended.code == 1
    assert "ERROR         reproduced" in ended.out
    assert "within 110ms of CPU" in ended.out or "within 550ms of wall" in ended.out


def test_the_project_says_how_long_a_step_may_take(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/never.py": NEVER})
    project = folder / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8") + '\n[tool.simcore.run]\nstep_timeout = "100ms"\n', "utf-8")
    ended = call("run", "in_a_behaviour")

    assert ended.code == 1
    assert "step_timeout: world/app:busy.0 did not give control back within" in ended.out


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("step_timeout = 60", "[tool.simcore.run].step_timeout: expected"),
        (
            'step_timeout = "soon"',
            "[tool.simcore.run].step_timeout takes a duration such as 60s or 5m, from",
        ),
        (
            'step_timeout = "1ms"',
            "[tool.simcore.run].step_timeout takes a duration such as 60s or 5m, from",
        ),
        ('timeout = "1s"', "[tool.simcore.run] has an unknown key 'timeout', and may hold schedules, seed,"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_field(call: Call, folder: Path, written: str, said: str) -> None:
    project = folder / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8") + f"\n[tool.simcore.run]\n{written}\n", "utf-8")
    ended = call("run")

    assert (ended.code, said in ended.err) == (2, True), ended.err


@pytest.mark.parametrize("command", [("run",), ("test", "."), ("replay", "case"), ("check",)])
def test_a_wrong_option_is_refused_by_its_name(call: Call, folder: Path, command: tuple[str, ...]) -> None:
    ended = call(*command, "--step-timeout", "0s")

    assert (ended.code, "--step-timeout takes a duration such as 60s or 5m, from" in ended.err) == (
        2,
        True,
    ), ended.err


def test_a_check_says_what_was_not_played_to_its_end(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/never.py": NEVER})
    ended = call("check", "in_the_body", "--schedules", "1", "--step-timeout", "300ms")

    assert ended.code == 1
    assert ended.out.startswith("UNPLAYED")
    assert "the scenario did not give control back within" in ended.out
    assert "none differs, and 1 not played to the end" in ended.out


HOLDS = """
from simcore import Process, World, scenario

async def holds(process: Process) -> None:
    sum(range(10**12))

@scenario
def held(world: World) -> None:
    world.define("app:holds", holds)
    world.spawn("app:holds", "app:processes")
    world.run()

async def ticks(process: Process) -> None:
    while True:
        await process.sleep("1s")

@scenario
def endless(world: World) -> None:
    world.define("app:ticks", ticks)
    world.spawn("app:ticks", "app:processes")
    world.run()
"""


def test_a_check_says_where_python_itself_was_held(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/holds.py": HOLDS})
    ended = call("check", "held", "--schedules", "1", "--step-timeout", "20ms")

    assert ended.code == 1
    assert "a process did not give control back within 100ms of wall time, at last in holds (scenarios/holds.py:" in (
        ended.out
    )


def test_a_check_of_what_never_ends_is_over_soon(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/holds.py": HOLDS})
    project = folder / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8") + "\n[tool.simcore.world]\nactions_max = 200\n", "utf-8")
    ended = call("check", "endless", "--schedules", "20")

    said = "actions_max was reached in each of the first 3 schedules, so 17 more were not played"
    assert said in ended.out
    assert "3 schedules in two fresh processes" in ended.out


STUBBORN = """
from simcore import Process, World, scenario

async def stubborn(process: Process) -> None:
    while True:
        try:
            await process.sleep("1s")
        except BaseException:
            continue

@scenario(seeds=2)
def the_command_ends(world: World) -> None:
    world.define("app:stubborn", stubborn)
    world.spawn("app:stubborn", "app:processes")
    world.run(until="3s")
"""


# The command has its own way of hearing what Python cannot raise, and gives that up when it ends, unlike its process.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_retry_loop_that_lets_nothing_through_ends_with_its_world_and_is_said(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/stubborn.py": STUBBORN})
    ended = call("run", "the_command_ends")

    assert (ended.code, ended.err) == (0, "")
    assert "PASSED        scenarios/stubborn.py::the_command_ends  2 schedules" in ended.out
    said = "world/app:stubborn.0 catches its own end again and again in scenarios/stubborn.py:7, and was given up"
    assert said in ended.out
    assert "(in 2 of 2 schedules, first in 1)" in ended.out
