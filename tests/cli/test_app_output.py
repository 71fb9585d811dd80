"""What programs read: on standard output there are records and nothing else, whatever the user's code writes there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects

NOISY = """
import atexit, os, subprocess, sys
from simcore import scenario

print("noise: module")
atexit.register(print, "noise: end")

@scenario(schedules=2, expect="failed")
def noisy(world):
    print("noise: print")
    os.write(1, b"noise: descriptor\\n")
    sys.__stdout__.write("noise: the first stream\\n")
    sys.__stdout__.flush()
    subprocess.run(["echo", "noise: child"], check=True)
    assert False, "told"
"""


@pytest.fixture
def noisy(folder: Path) -> Path:
    (folder / "scenarios/noisy.py").write_text(NOISY, encoding="utf-8")
    return folder


def test_what_a_scenario_writes_to_the_descriptor_is_no_record_of_a_run(noisy: Path, called: Call) -> None:
    ended = called("run", "noisy", "--format", "jsonl")

    found, last = objects(ended.out)
    assert (ended.code, found["verdict"], last["summary"]["items"]) == (0, "failed", 1)
    for noise in ("module", "print", "descriptor", "the first stream", "child", "end"):
        assert f"noise: {noise}\n" in ended.err


def test_a_replay_a_check_and_a_list_are_records_alone(noisy: Path, called: Call) -> None:
    case = objects(called("run", "noisy", "--format", "jsonl").out)[0]["case"]

    replayed = called("replay", case, "--verify", "--format", "jsonl")
    checked = called("check", "noisy", "--schedules", "2", "--format", "jsonl")
    listed = called("list", "noisy", "--format", "jsonl")

    assert (replayed.code, objects(replayed.out)[0]["reproduced"]) == (1, True), replayed
    assert (checked.code, [each.get("same") for each in objects(checked.out)]) == (0, [True, True, None]), checked
    assert [each["id"] for each in objects(listed.out)] == ["scenarios/noisy.py::noisy"]


def test_what_a_lua_program_prints_is_no_record(folder: Path, called: Call) -> None:
    program = "return { ships = function() print('noise') return true end }\n"
    (folder / "app/tests.lua").write_text(program, encoding="utf-8")

    ended = called("test", "app", "--schedules", "2", "--format", "jsonl")

    assert (ended.code, len(objects(ended.out))) == (0, 2)


def test_a_check_survives_what_a_scenario_prints(noisy: Path, called: Call) -> None:
    ended = called("check", "noisy", "--schedules", "1")

    assert ended.code == 0, ended
    assert "none differs" in ended.out


@pytest.mark.parametrize("arguments", [["run", "silence"], ["run", "noisy", "--format", "jsonl"]])
def test_whoever_stops_reading_ends_the_command_without_a_traceback(
    noisy: Path, start: Callable[..., Any], arguments: list[str]
) -> None:
    with start(*arguments) as process:
        process.stdout.close()
        errors = process.stderr.read()
        code = process.wait(60)

    assert code == 141, errors
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


needs_a_full_device = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no device that is always full"
)


@needs_a_full_device
@pytest.mark.parametrize(
    "arguments",
    [["run", "first_come"], ["run", "silence", "--format", "jsonl"], ["list"], ["--help"], ["run", "--help"]],
)
def test_output_that_cannot_be_written_is_no_mistake_of_ours(folder: Path, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        ended = run_elsewhere(folder, arguments, stdout=full)

    assert ended.returncode == 2, ended
    assert ended.stderr.endswith("simcore: the output cannot be written: No space left on device\n")
    assert "Traceback" not in ended.stderr


@needs_a_full_device
def test_errors_that_cannot_be_written_change_nothing(folder: Path) -> None:
    with open("/dev/full", "w") as full:
        ended = run_elsewhere(folder, ["run", "nothing"], stderr=full)

    assert ended.returncode == 2


def test_a_command_in_a_folder_that_is_gone_says_so(folder: Path) -> None:
    command = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    ended = run_elsewhere(folder, ["list"], before=["sh", "-c", command, "sh"])

    assert ended.returncode == 2
    assert ended.stderr == "simcore: the current folder does not exist any more; go to another\n"


def run_elsewhere(
    folder: Path, arguments: list[str], before: Sequence[str] = (), **streams: Any
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    command = [*before, sys.executable, "-m", "simcore", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, text=True, check=False, timeout=60, **streams)
