"""A worker that is killed, and a command that is asked to end, at any moment: what was told is there, whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random
from typing import Final

import pytest

from simcore.runner.case_files import load_case
from tests.files import write_files

SEED: Final = 7
ITEMS: Final = 8
SCHEDULES: Final = 6
TABLE: Final = '[tool.simcore]\nscenarios = ["scenarios"]\n'
ITEM: Final = """
import sys, time
from simcore import Process, World, scenario

async def worker(process: Process) -> None:
    await process.sleep("1s")

@scenario(schedules={schedules})
def item_{number}(world: World) -> None:
    print("at work", file=sys.stderr, flush=True)
    time.sleep(0.03)
    world.define("a:worker", worker)
    world.spawn("a:worker", "a:host")
    world.run()
    assert not (world.kernel.choices.seed % 3 == 0 and {fails}), "item {number}"
"""


def project(folder: Path) -> dict[str, str]:
    """Write items of which every second fails in about a third of its schedules."""
    files = {
        f"scenarios/i{number}.py": ITEM.format(number=number, fails=bool(number % 2), schedules=SCHEDULES)
        for number in range(ITEMS)
    }
    write_files(folder, {"pyproject.toml": TABLE, **files})
    return files


class Command:
    """The command while it runs.

    Args:
        folder: in which it is called.
    """

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simcore", "run", "--jobs", "2", "--max-failures", "3", "--format", "jsonl"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors: list[str] = []
        self.out = ""
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.out = self.process.stdout.read()

    def wait_for(self, moment: int, pause_s: float) -> None:
        """Return when so many schedules have begun, and a little later; or when it has ended."""
        assert self.process.stderr is not None
        while self.errors.count("at work\n") < moment and (line := self.process.stderr.readline()):
            self.errors.append(line)
        threading.Event().wait(pause_s)

    def workers(self) -> list[int]:
        """Return the processes that play for it."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
        return [child for child, line in lines.items() if "simcore.campaign.serving" in line]

    def ended(self) -> int:
        """Return its exit code, once it has ended."""
        assert self.process.stderr is not None
        self.errors += self.process.stderr.readlines()
        self._reading.join(60)
        with self.process:
            return self.process.wait(60)


def refuse_losses(command: Command, folder: Path) -> None:
    """Each failure that was printed has its case, which can be read; no file is there in part."""
    assert "Traceback" not in "".join(command.errors)
    printed = re.findall(r"replay: simcore replay (\S+)", "".join(command.errors))
    printed += [each["case"] for each in map(json.loads, command.out.splitlines()) if each.get("case")]
    for path in printed:
        assert load_case(folder / path).run.item.id.startswith("scenarios/i")
    for file in (folder / ".simcore").rglob("*"):
        if file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))
        assert not file.name.startswith(".") or file.name == ".gitignore", file


def moments(amount: int) -> list[tuple[int, float]]:
    random = Random(SEED)
    return [(random.randrange(1, ITEMS * SCHEDULES // 2), random.random() / 10) for _ in range(amount)]


def few_of(amount: int) -> list[object]:
    """Return two moments, and as many that only a long campaign tries as make *amount*."""
    few = moments(amount)
    return [*few[:2], *(pytest.param(*each, marks=pytest.mark.slow) for each in few[2:])]


@pytest.mark.parametrize(("moment", "pause_s"), few_of(20))
def test_a_command_that_is_asked_to_end_loses_nothing_that_was_told(
    tmp_path: Path, moment: int, pause_s: float
) -> None:
    project(tmp_path)
    command = Command(tmp_path)
    command.wait_for(moment, pause_s)

    command.process.send_signal(signal.SIGTERM)
    code = command.ended()

    refuse_losses(command, tmp_path)
    last = json.loads(command.out.splitlines()[-1])["summary"]
    # It may have been at its end already.
    assert code in (130, 1)
    (results,) = tmp_path.glob(".simcore/runs/*/results.json")
    items = json.loads(results.read_text(encoding="utf-8"))["items"]
    told = [json.loads(line)["id"] for line in command.out.splitlines()[:-1]]
    assert [each["id"] for each in items] == told
    assert last["items"] == len(told)


@pytest.mark.parametrize(("moment", "pause_s"), few_of(20))
def test_a_worker_that_is_killed_loses_nothing_and_changes_no_verdict(
    tmp_path: Path, moment: int, pause_s: float
) -> None:
    files = project(tmp_path)
    command = Command(tmp_path)
    command.wait_for(moment, pause_s)
    workers = command.workers() if command.process.poll() is None else []

    for pid in workers[: 1 + moment % 2]:
        os.kill(pid, signal.SIGKILL)
    code = command.ended()

    refuse_losses(command, tmp_path)
    told = [json.loads(line) for line in command.out.splitlines()][:-1]
    assert code == 1
    assert sorted(each["id"].partition("::")[0] for each in told) == sorted(files)
    for each in told:
        assert each["verdict"] == ("failed" if each["first_failure"] else "passed"), each
        assert each["schedules"] <= SCHEDULES
