"""A verdict is the same in whichever folder of the project the command is called, and wherever its code goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.files import write_files

FILES = {
    "data/greeting.txt": "hello",
    "scenarios/reading.py": """
import os
from pathlib import Path
from simcore import Process, World, scenario

GREETING = Path("data/greeting.txt").read_text()


async def reads(process: Process) -> str:
    return Path("data/greeting.txt").read_text()


@scenario
def leaves(world: World) -> None:
    os.chdir("/")


@scenario
def reads_and_fails(world: World) -> None:
    world.define("app:r", reads)
    pid = world.spawn("app:r", "app:h")
    world.run()
    assert world.result(pid) == GREETING
    os.chdir("/")
    raise AssertionError("it left")
""",
    "properties/reading.py": """
import os
from pathlib import Path
from hypothesis import given, settings, strategies as st
from simcore import sometimes, World


@settings(max_examples=3)
@given(st.integers())
def test_reads(number: int) -> None:
    assert Path("data/greeting.txt").read_text()
    os.chdir("/")


@sometimes
def is_read(world: World) -> None:
    assert Path("data/greeting.txt").read_text()
""",
    "reports/reading.py": """
from pathlib import Path
from simcore import report


@report("greeting.md")
def greeting(results: object) -> str:
    return Path("data/greeting.txt").read_text()
""",
}


@pytest.mark.parametrize("below", ["", "data"])
def test_code_is_played_in_the_root_of_the_project(
    below: str, call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(folder, FILES)
    monkeypatch.chdir(folder / below)
    up = "../" if below else ""

    ended = call("run", f"{up}scenarios/reading.py", f"{up}properties/reading.py", "--schedules", "2")
    (case,) = Path().glob(".simcore/runs/*/cases/*.case.json")
    replayed = call("replay", str(case))

    assert "FAILED        scenarios/reading.py::reads_and_fails" in ended.out
    assert "assert: it left (scenarios/reading.py:25)" in ended.out
    assert "1 failed" in ended.out
    assert "2 passed" in ended.out
    assert "never seen" not in ended.out
    assert [each.read_text() for each in Path().glob(".simcore/runs/*/greeting.md")] == ["hello"]
    assert (ended.code, replayed.code) == (1, 1)
    assert "it left (scenarios/reading.py:25)" in replayed.out
    assert Path.cwd() == folder / below
