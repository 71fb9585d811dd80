"""A behaviour that leaves something of the process broken that simcore works with: it is blamed, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects
from tests.files import write_files

FILE = """
import json, os, resource, signal, sys
from simcore import Process, World, scenario

@scenario(schedules=4)
def breaks(world: World) -> None:
    play(world, bad)

@scenario(schedules=4)
def fails(world: World) -> None:
    assert play(world, good) == 2

@scenario(schedules=4)
def holds(world: World) -> None:
    assert play(world, good) == 1

def play(world, behaviour):
    world.define("app:it", behaviour)
    pid = world.spawn("app:it", "app:host")
    world.run()
    return world.result(pid)

async def good(process: Process) -> int:
    return 1

async def bad(process: Process) -> int:
    BREAKS
    return 1
"""

REPORTS = """
import json, os
from simcore import report

@report("patches.txt")
def patches(results):
    json.dumps = None
    return "patched"

@report("dies.txt")
def dies(results):
    os.kill(os.getpid(), 9)

@report("last.txt")
def last(results):
    return f"{len(results.items)} items"
"""


@pytest.mark.parametrize(
    ("jobs", "breaks", "said"),
    [
        ("1", "json.dumps = None", "replaced: json.dumps"),
        ("0", "os.open = os.write = os.replace = None", "replaced: os.replace, os.open, os.write"),
        (
            "0",
            "[sys.modules.pop(each) for each in list(sys.modules) if each.startswith('simcore')]",
            "sys.modules has lost",
        ),
    ],
)
def test_it_is_the_error_of_its_item_and_the_rest_is_played_and_reported(
    call: Call, folder: Path, jobs: str, breaks: str, said: str
) -> None:
    write_files(folder, {"scenarios/bad.py": FILE.replace("BREAKS", breaks)})

    ended = call("run", "scenarios/bad.py", "--jobs", jobs, "--format", "jsonl")

    bad, fails, holds, last = objects(ended.out)
    assert ended.code == 1, ended.err
    assert (bad["id"], bad["verdict"], bad["property"]) == ("scenarios/bad.py::breaks", "error", "worker")
    assert bad["message"].startswith("the process that played it was left unfit to play on (")
    assert said in bad["message"]
    assert (fails["verdict"], fails["property"], fails["diverged"]) == ("failed", "assert", False)
    assert (holds["verdict"], holds["schedules"]) == ("passed", 4)
    assert last["summary"]["warnings"] == []
    left = {file.name for file in Path(last["summary"]["folder"]).iterdir()}
    assert {"results.json", "summary.md", "junit.xml"} <= left


def test_a_file_whose_import_breaks_it_is_refused_and_the_others_are_played(call: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/bad.py": "import json\njson.dumps = None\n"})

    ended = call("run", "--jobs", "0", "--format", "jsonl")

    broken = next(each for each in objects(ended.out) if each.get("id") == "scenarios/bad.py")
    assert broken["message"].startswith("scenarios/bad.py: its import leaves what simcore works with broken: texts: ")
    assert [each["verdict"] for each in objects(ended.out)[:-1]].count("error") == 1


def test_a_report_that_breaks_it_or_whose_process_dies_is_named_and_all_others_are_written(
    call: Call, folder: Path
) -> None:
    write_files(folder, {"reports/bad.py": REPORTS})

    ended = call("run", "first_come", "--jobs", "1", "--format", "jsonl")

    summary = objects(ended.out)[-1]["summary"]
    left = {file.name for file in Path(summary["folder"]).iterdir()}
    assert left == {"results.json", "summary.md", "junit.xml", "names.txt", "patches.txt", "last.txt"} & left
    assert {"results.json", "summary.md", "junit.xml", "patches.txt", "last.txt"} <= left
    patched, died = summary["warnings"]
    assert patched.startswith("reports/bad.py leaves what simcore works with broken: texts: TypeError")
    assert died == "dies.txt was not written, reports/bad.py failed: its process was ended by SIGKILL, twice"
    # As where a report raises: what was played has held.
    assert ended.code == 0


def test_a_file_that_ends_its_process_when_it_is_imported_is_named_and_harms_no_other(call: Call, folder: Path) -> None:
    state = "seen = []\n" + FILE.replace("BREAKS", "seen.append(1)").replace("def fails", "def gone")
    write_files(folder, {"scenarios/bad.py": "import os\nos.kill(os.getpid(), 9)\n", "scenarios/state.py": state})

    ended = call("run", "--jobs", "1", "--format", "jsonl")

    results = {each["id"]: each for each in objects(ended.out)[:-1]}
    assert results["scenarios/bad.py"]["message"] == "scenarios/bad.py: its process was ended by SIGKILL, twice"
    failed = results["scenarios/state.py::gone"]
    assert (failed["verdict"], failed["diverged"]) == ("failed", False)
    assert ended.code == 1
    replayed = call("replay", failed["case"], "--jobs", "1")
    assert (replayed.code, "reproduced" in replayed.out) == (1, True)


BREAKS_FOR_GOOD = """
import sys
from simcore import World, scenario

@scenario(schedules=2)
def holds(world: World) -> None:
    world.run()

@scenario(schedules=2)
def listens(world: World) -> None:
    # It cannot be taken away again.
    sys.addaudithook(hook)
    world.run()

@scenario(schedules=2)
def comes_later(world: World) -> None:
    world.run()

def hook(event, arguments):
    if event == "open":
        raise SystemExit(0)
"""


def test_what_cannot_be_put_back_is_met_by_nobody_else(called: Call, folder: Path) -> None:
    write_files(folder, {"it.py": BREAKS_FOR_GOOD})

    ended = called("run", "it.py", "--jobs", "1")

    assert ended.code == 1
    assert "worker: the process that played it was left unfit to play on (" in ended.out
    assert "descriptors: SystemExit: 0), twice" in ended.out
    assert "3 items: 2 passed (2 vacuous), 1 in error" in ended.out


def test_what_cannot_be_put_back_ends_what_is_played_in_the_command_itself(called: Call, folder: Path) -> None:
    write_files(folder, {"it.py": BREAKS_FOR_GOOD})

    ended = called("run", "it.py", "--jobs", "0")

    # Nothing can be written any more, but the code is never one that somebody else raises.
    assert ended.code == 3
    assert "it has left this process broken (descriptors: SystemExit: 0)" in ended.out
    assert "not played: it.py::listens has left this process broken" in ended.out
    assert "internal error" in ended.err
