"""No process that an item has started outlives the command, however whoever played the item has ended."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files import write_files

Start = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no other system gives orphans to who asks for them")

FILE = """
import os, subprocess, threading
from simcore import World, scenario

@scenario(schedules=1)
def goes_to_its_own_session(world: World) -> None:
    # By a shell that ends at once, so that it is nobody's any more.
    subprocess.run(["sh", "-c", "setsid sleep 71 >/dev/null 2>&1 & echo $! >> pids"], check=True)
    world.run()

@scenario(schedules=1)
def is_killed(world: World) -> None:
    note(subprocess.Popen(["sleep", "72"], start_new_session=True).pid)
    note(subprocess.Popen(["sleep", "73"]).pid)
    world.run()
    if os.environ.get("DIES"):
        os.kill(os.getpid(), 9)
    if os.environ.get("WAITS"):
        note("waits")
        threading.Event().wait()

def note(pid):
    with open("pids", "a") as file:
        print(pid, file=file)
"""


def test_what_outlives_a_worker_ends_with_the_command_and_is_told(start: Start, folder: Path) -> None:
    write_files(folder, {"it.py": FILE})

    out, err = start("run", "it.py", "--jobs", "1", DIES="1").communicate(timeout=60)

    # It was played once more before it was believed, and a shell before that.
    assert left(folder) == []
    assert "was ended by SIGKILL, twice" in out
    assert "it has started the process `sleep 73`, and that outlives it" in out
    assert "note: the process `sleep 71` had outlived what has started it, and is ended" in out
    assert "note: the process `sleep 72` had outlived what has started it, and is ended" in out
    assert "outlived" not in err


def test_what_is_played_in_the_command_leaves_no_process_either(start: Start, folder: Path) -> None:
    write_files(folder, {"it.py": FILE})

    out, _ = start("run", "it.py", "--jobs", "0").communicate(timeout=60)

    assert left(folder) == []
    assert "2 passed" in out
    assert "it has started the process `sleep 72`, and that outlives it" in out


def test_a_command_that_is_killed_takes_along_what_its_workers_have_started(start: Start, folder: Path) -> None:
    write_files(folder, {"it.py": FILE})
    command = start("run", "it.py::is_killed", "--jobs", "1", WAITS="1")
    assert soon(lambda: (folder / "pids").exists() and "waits" in (folder / "pids").read_text())

    command.kill()
    command.communicate(timeout=60)

    assert soon(lambda: left(folder) == [])


def left(folder: Path) -> list[str]:
    """Return the command lines of those that are still there."""
    lines = [Path(f"/proc/{pid}/cmdline") for pid in (folder / "pids").read_text().split() if pid.isdigit()]
    assert lines
    return [line.read_text().replace("\0", " ") for line in lines if line.exists() and "sleep" in line.read_text()]


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether it holds within twenty seconds."""
    for _ in range(400):
        if holds():
            return True
        threading.Event().wait(0.05)
    return False
