"""Checks that stand beside what is run are asked of it, by every command that runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

FILE = """
from simcore import Process, World, always, scenario, sometimes

@always
def nobody_has_a_name(world: World) -> None:
    assert not world.names, "somebody has a name"

@sometimes
def two_have_names(world: World) -> None:
    assert len(world.names) == 2

async def named(process: Process) -> None:
    await process.registry.register("one")
    await process.inbox.receive()

async def quiet(process: Process) -> None: ...

@scenario(schedules=2)
def with_a_name(world: World) -> None:
    world.define("app:named", named)
    world.spawn("app:named", "app:host")
    world.run()

@scenario(schedules=2)
def without_one(world: World) -> None:
    world.define("app:quiet", quiet)
    world.spawn("app:quiet", "app:host")
    world.run()
"""
CHECK = """
from simcore import World, always

@always
def nothing_is_started(world: World) -> None:
    assert world.now_ns < 0, "something was started"
"""


def test_a_check_beside_a_scenario_fails_it_and_its_case_replays(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"beside.py": FILE}))

    failed, held, summary = objects(call("run", "beside.py", "--format", "jsonl").out)
    replayed = call(*failed["replay"].split()[1:])

    assert (failed["id"], failed["verdict"], failed["property"]) == (
        "beside.py::with_a_name",
        "failed",
        "nobody_has_a_name",
    )
    assert held["verdict"] == "passed"
    assert summary["summary"]["notes"] == []
    assert replayed.code == 1
    assert "reproduced" in replayed.out
    assert "nobody_has_a_name: nobody has a name somebody has a name (beside.py:6)" in replayed.out


def test_a_check_beside_a_scenario_is_not_asked_of_another_file(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/beside.py": FILE.replace('register("one")', 'register("two")')})
    write_files(folder, {"scenarios/other.py": FILE.replace("@always", "").replace("@sometimes", "")})

    found = {each["id"]: each["verdict"] for each in objects(call("run", "--format", "jsonl").out)[:-1]}

    assert found["scenarios/beside.py::with_a_name"] == "failed"
    assert found["scenarios/other.py::with_a_name"] == "passed"


def test_what_was_never_seen_is_told_where_the_whole_file_was_run(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/beside.py": FILE})
    never = "never seen: scenarios/beside.py::two_have_names"

    assert never in call("run", "scenarios/beside.py").out
    assert never in call("run").out
    assert never not in call("run", "without_one").out
    assert never not in call("run", "scenarios/pairs.py").out


@pytest.mark.parametrize("home", ["app/properties", "properties"])
@pytest.mark.parametrize("project", [True, False])
def test_the_checks_of_an_app_are_asked_by_test_as_by_run(call: Call, folder: Path, home: str, project: bool) -> None:
    write_files(folder, {f"{home}/mine.py": CHECK})
    if not project:
        (folder / "pyproject.toml").unlink()

    for command in ("run", "test"):
        found, summary = objects(call(command, "app", "--format", "jsonl").out)
        again = call(*found["replay"].split()[1:], "--format", "jsonl")

        assert (found["id"], found["verdict"], found["property"]) == ("app::shop:ships", "failed", "nothing_is_started")
        assert summary["summary"]["exit"] == 1
        assert objects(again.out)[0]["reproduced"]


def test_a_broken_file_beside_an_app_is_no_pass(call: Call, folder: Path) -> None:
    write_files(folder, {"app/properties/broken.py": "def (\n"})

    for command in ("run", "test"):
        ended = call(command, "app")

        assert ended.code == 2
        assert "PASSED        app::shop:ships" in ended.out
        assert "app/properties/broken.py:1: SyntaxError" in ended.out


def test_scenarios_and_tests_of_hypothesis_run_from_whatever_folder(call: Call, folder: Path) -> None:
    given = "from hypothesis import given, strategies\n\n@given(strategies.integers())\ndef test_it(n): ...\n"
    write_files(folder, {"properties/beside.py": FILE, "scenarios/drawn.py": given})

    found = [each.get("id") for each in objects(call("run", "--format", "jsonl").out)]

    assert {"properties/beside.py::with_a_name", "scenarios/drawn.py::test_it"} < set(found)
