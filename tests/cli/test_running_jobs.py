"""However many processes play, a run says and leaves the same; and what ends one of them ends nothing else."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import cluster
from tests.cli.conftest import Call
from tests.cli.project import edit, objects, with_properties
from tests.files import write_files

RACES = """
from simcore import Process, World, scenario

async def speaker(process: Process, boss: str, word: str) -> None:
    await process.send(boss, word)

async def boss(process: Process) -> str:
    return "".join([(await process.inbox.receive()).topic for _ in range(3)])

def words(world: World) -> str:
    world.define("app:boss", boss)
    world.define("app:speaker", speaker)
    head = world.spawn("app:boss", "app:host")
    for word in "abc":
        world.spawn("app:speaker", "app:host", head, word)
    world.run()
    return str(world.result(head))

@scenario(schedules=70)
def never_backwards(world: World) -> None:
    assert words(world) != "cba"

@scenario(schedules=70)
def mostly_finds_it(world: World) -> None:
    assert words(world) != "cab", "again"

@scenario(schedules=40)
def holds(world: World) -> None:
    words(world)

@scenario(schedules=40)
def is_wrong(world: World) -> None:
    if words(world) == "bca":
        raise KeyError("b")
"""
ENDS = """
import os, signal
from simcore import World, scenario

@scenario(schedules=3)
def before(world: World) -> None: ...

@scenario(schedules=30)
def ends(world: World) -> None:
    if world.kernel.choices.seed % 3 == 1:
        END

@scenario(schedules=3)
def after(world: World) -> None: ...
"""


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def races(folder: Path) -> Path:
    with_properties(folder, limit=500)
    return write_files(folder, {"scenarios/races.py": RACES})


def left(folder: Path, artifacts: str) -> dict[str, str]:
    """Return all files of the only run in *artifacts*, without what says when and where and how long it ran."""
    (run,) = (folder / artifacts / "runs").iterdir()
    return {
        file.relative_to(run).as_posix(): timeless(file.read_text(encoding="utf-8"), artifacts)
        for file in run.rglob("*")
        if file.is_file()
    }


def timeless(text: str, artifacts: str) -> str:
    text = re.sub(rf"{artifacts}/runs/[^/ ]+/", "RUN/", text)
    text = re.sub(r'"(cpu_s|wall_s)": [0-9.e-]+|time="[^"]*"|timestamp="[^"]*"|(in|·) [0-9.]+ s\b', "", text)
    return re.sub(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}|--jobs \S+ --artifacts \S+", "", text)


@pytest.mark.parametrize("more", [[], ["--max-failures", "4", "--seeds", "50", "--strategy", "pct:2"]])
def test_the_answer_is_the_same_bytes_for_any_number_of_processes(called: Call, races: Path, more: list[str]) -> None:
    ended = {jobs: called("run", "--seed", "7", *more, "--jobs", jobs, "--artifacts", f"by{jobs}") for jobs in "0123"}

    assert {each.code for each in ended.values()} == {1}
    told = {jobs: timeless(each.out, f"by{jobs}") for jobs, each in ended.items()}
    files = {jobs: left(races, f"by{jobs}") for jobs in ended}
    assert "FAILED" in told["0"]
    assert "ERROR" in told["0"]
    assert any(name.startswith("cases/properties+") for name in files["0"])
    for jobs in "123":
        assert told[jobs] == told["0"]
        assert files[jobs] == files["0"]


def test_parts_of_a_run_find_together_what_the_whole_finds(call: Call, races: Path) -> None:
    whole = objects(call("run", "scenarios/races.py", "--max-failures", "99", "--format", "jsonl").out)
    parts = [
        objects(call("run", "scenarios/races.py", "--max-failures", "99", "--shard", f"{i}/3", "--format", "jsonl").out)
        for i in (1, 2, 3)
    ]

    for item in whole[:-1]:
        of_parts = [each for part in parts for each in part[:-1] if each["id"] == item["id"]]
        if item["verdict"] != "error":
            assert sum(each["schedules"] for each in of_parts) == item["schedules"]
        found = [each["first_failure"] for each in of_parts if each["first_failure"] is not None]
        assert min(found, default=None) == item["first_failure"]


def test_a_run_by_workers_of_which_one_is_killed_gives_the_bytes_of_a_run_by_one_process(
    called: Call, folder: Path, tmp_path: Path
) -> None:
    slow = RACES.replace("    head =", "    import time; time.sleep(0.01)\n    head =")
    write_files(folder, {"scenarios/races.py": slow})
    alone = called("run", "--jobs", "1", "--artifacts", "alone")

    with (
        cluster.scheduler(tmp_path) as scheduler,
        cluster.worker(scheduler, tmp_path / "a"),
        cluster.worker(scheduler, tmp_path / "b") as dying,
    ):
        threading.Timer(2.5, dying.send_signal, [signal.SIGKILL]).start()
        far = called("run", "--dask", scheduler, "--artifacts", "far")
        assert dying.wait(30) == -signal.SIGKILL

    assert far.code == alone.code == 1, far.err
    assert timeless(far.out, "far") == timeless(alone.out, "alone")
    assert len(list(folder.glob("far/runs/*/cases/*"))) == len(list(folder.glob("alone/runs/*/cases/*"))) > 1


def test_a_part_in_which_nothing_falls_says_so_and_is_no_failure(called: Call, folder: Path) -> None:
    ended = called("run", "first_come", "--shard", "2/2")

    assert ended.code == 0
    assert (
        "note: shard 2/2 alone was played: every 2. round of schedules; none of scenarios/pairs.py::first_come"
        in ended.out
    )
    assert "nothing ran: there is no scenario" not in ended.out


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL, twice"),
        ("os.kill(os.getpid(), signal.SIGABRT)", "was ended by SIGABRT, twice"),
        ("os.execv('/bin/true', ['true'])", "ended with exit code 0, twice"),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_program_that_ends_its_process_is_an_error_of_its_item_alone(
    called: Call, folder: Path, end: str, told: str, jobs: str
) -> None:
    write_files(folder, {"scenarios/ends.py": ENDS.replace("END", end)})

    ended = called("run", "scenarios/ends.py", "--jobs", jobs, "--format", "jsonl")

    before, ends, after, last = objects(ended.out)
    assert ended.code == 1
    assert (before["verdict"], after["verdict"], after["schedules"]) == ("passed", "passed", 3)
    assert (ends["verdict"], ends["property"]) == ("error", "worker")
    assert told in ends["message"]
    assert ends["first_failure"] == ends["schedules"] + 1
    assert ends["replay"].startswith("simcore replay simcore2/")
    report = (folder / last["summary"]["folder"] / "summary.md").read_text(encoding="utf-8")
    assert told in report


def test_a_file_that_ends_the_process_that_imports_it_is_a_mistake_of_the_user(called: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/gone.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"})

    ended = called("run", "first_come", "scenarios/gone.py", "--jobs", "2")

    assert ended.code == 2
    assert "usage: scenarios/gone.py: its process was ended by SIGKILL, twice" in ended.out
    assert "PASSED        scenarios/pairs.py::first_come  5 schedules" in ended.out


def test_a_report_that_ends_its_process_hides_no_result(called: Call, folder: Path) -> None:
    report = (
        'import os\nfrom simcore import report\n\n@report("mine.txt")\ndef mine(results): os.kill(os.getpid(), 9)\n'
    )
    write_files(folder, {"reports/mine.py": report})

    ended = called("run", "first_come", "--jobs", "1")

    assert ended.code == 0
    assert "warning: mine.txt was not written, reports/mine.py failed: its process was ended by SIGKILL" in ended.out
    (results,) = folder.glob(".simcore/runs/*/results.json")
    assert json.loads(results.read_text(encoding="utf-8"))["items"][0]["verdict"] == "passed"


def test_a_property_that_ends_its_process_is_an_error_of_its_item_alone(called: Call, folder: Path) -> None:
    with_properties(folder, limit=2_000)
    edit(
        folder / "properties/names.py",
        "    assert number <",
        "    import os; os.kill(os.getpid(), 9)\n    assert number <",
    )

    ended = called("run", "--jobs", "2", "--format", "jsonl")

    *_, item, last = objects(ended.out)
    assert ended.code == 1
    assert (item["verdict"], item["property"]) == ("error", "worker")
    assert "was ended by SIGKILL, twice" in item["message"]
    assert last["summary"]["items"] == 3


def test_what_users_print_never_comes_between_the_lines_of_the_run(called: Call, folder: Path) -> None:
    write_files(folder, {"scenarios/loud.py": ENDS.replace("        END", "        print('so loud')")})

    ended = called("run", "scenarios/loud.py", "--jobs", "1")

    assert "so loud" not in ended.out
    assert "so loud" in ended.err


def test_a_keyboard_interrupt_that_a_program_raises_is_its_own_where_another_process_plays(
    called: Call, folder: Path
) -> None:
    write_files(folder, {"scenarios/ends.py": ENDS.replace("END", "raise KeyboardInterrupt")})

    ended = called("run", "scenarios/ends.py", "--jobs", "2", "--format", "jsonl")

    assert ended.code == 1
    assert [(each["verdict"], each["property"]) for each in objects(ended.out)[:-1]] == [
        ("passed", ""),
        ("error", "KeyboardInterrupt"),
        ("passed", ""),
    ]


def test_with_no_jobs_the_command_plays_itself(called: Call, folder: Path) -> None:
    body = "def who(world): print(os.getpid(), os.getppid())\n"
    who = f"import os\nfrom simcore import scenario\n\n@scenario(schedules=1)\n{body}"
    write_files(folder, {"scenarios/who.py": who})

    def pids(jobs: str) -> tuple[int, int]:
        ended = called("run", "scenarios/who.py", "--jobs", jobs)
        found = re.search(r"^(\d+) (\d+)$", ended.out + ended.err, re.MULTILINE)
        assert found is not None, ended
        return int(found[1]), int(found[2])

    assert pids("0")[1] == os.getpid()
    assert pids("1")[1] != os.getpid()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--jobs", "-1"], "--jobs takes a number from 0 to 256, or auto, not '-1'"),
        (["--jobs", "many"], "--jobs takes a number from 0 to 256, or auto, not 'many'"),
        (["--jobs", "257"], "--jobs takes a number from 0 to 256, or auto, not '257'"),
        (["--shard", "3/2"], "--shard takes i/n with i from 1 to n, such as 2/3, and n below 1,000,000, not '3/2'"),
        (["--shard", "0/2"], "not '0/2'"),
        (["--shard", "half"], "not 'half'"),
        (["--dask", "nonsense"], "--dask nonsense: no scheduler answers there"),
        (["--dask", "tcp://127.0.0.1:1"], "no scheduler answers there: Connection refused"),
        (["--strategy", "pct:0"], "depth is a whole number from 1 to 100, not '0'"),
        (["--strategy", "uniform:3"], "the strategy 'uniform:3' has too many parameters: uniform is how it reads"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(
    call: Callable[..., Any], folder: Path, options: list[str], told: str
) -> None:
    ended = call("run", "first_come", *options)

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert not (folder / ".simcore").exists()


@pytest.mark.parametrize("jobs", ["0", "2"])
@pytest.mark.parametrize("end", ["raise GeneratorExit", "raise type('Odd', (BaseException,), {})('odd')"])
def test_whatever_is_raised_is_an_error_of_its_item_alone(called: Call, folder: Path, jobs: str, end: str) -> None:
    write_files(folder, {"scenarios/ends.py": ENDS.replace("END", end)})

    ended = called("run", "scenarios/ends.py", "--jobs", jobs, "--format", "jsonl")

    assert ended.code == 1, ended.err
    assert [each["verdict"] for each in objects(ended.out)[:-1]] == ["passed", "error", "passed"]


@pytest.mark.parametrize("jobs", ["0", "1"])
def test_a_sometimes_that_cannot_be_asked_is_an_error_of_the_item_whose_run_it_was(
    called: Call, folder: Path, jobs: str
) -> None:
    with_properties(folder, limit=2_000)
    edit(folder / "properties/names.py", "    assert list(world.names)", "    raise LookupError('no such thing')")

    ended = called("run", "--jobs", jobs)

    assert ended.code == 1, ended.err
    assert "ERROR         scenarios/pairs.py::first_come" in ended.out
    assert "usage: a sometimes cannot be asked: LookupError: no such thing (properties/names.py:" in ended.out


def test_a_process_that_a_program_forks_ends_with_the_work_that_forked_it(called: Call, folder: Path) -> None:
    # Into a file: what two processes print at once may stand in one line.
    forks = (
        "import os\nfrom simcore import scenario\n\n@scenario(seeds=6)\ndef forks(world):\n"
        "    if child := os.fork():\n"
        "        with open('children', 'a') as file:\n"
        "            print(child, file=file)\n"
    )
    write_files(folder, {"scenarios/forks.py": forks})

    ended = called("run", "scenarios/forks.py", "--jobs", "1")

    children = [int(pid) for pid in (folder / "children").read_text(encoding="utf-8").split()]
    assert ended.code == 0
    assert len(children) >= 6
    assert [pid for pid in children if is_there(pid)] == []


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_stream_that_is_closed_changes_no_verdict(folder: Path, closed: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m simcore run first_come --jobs 1 {closed}"

    process = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)

    assert process.returncode == 0, process
    assert "Traceback" not in process.stderr
    (results,) = folder.glob(".simcore/runs/*/results.json")
    assert json.loads(results.read_text(encoding="utf-8"))["items"][0]["verdict"] == "passed"


def test_a_scheduler_that_goes_leaves_what_was_told(start: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    slow = (
        "import time\nfrom simcore import scenario\n\n@scenario(schedules=5_000)\ndef slow(world): time.sleep(0.02)\n"
    )
    write_files(folder, {"scenarios/slow.py": slow})
    with cluster.scheduler(tmp_path) as address, cluster.worker(address, tmp_path / "a"):
        process = start("run", "first_come", "slow::slow", "--dask", address, "--format", "jsonl")
        first = process.stdout.readline()
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert json.loads(first)["verdict"] == "passed"
    item, last = objects(out)
    assert item["property"] == "interrupted"
    assert last["summary"]["notes"][0].startswith("ended early: ")
    assert (folder / last["summary"]["folder"] / "results.json").exists()


def test_a_scenario_that_closes_standard_output_ends_nothing(called: Call, folder: Path) -> None:
    (folder / "scenarios/closes.py").write_text(CLOSES, encoding="utf-8")

    for options in (["--format", "plain"], ["--format", "rich"], ["--format", "jsonl"]):
        ended = called("run", "scenarios/closes.py", "--jobs", "0", *options)
        assert (ended.code, ended.err) == (0, "")
        assert "scenarios/closes.py::later" in ended.out


CLOSES = """
import sys
from simcore import World, scenario

@scenario(schedules=2)
def closes(world: World) -> None:
    sys.stdout.close()
    sys.stderr.close()

@scenario(schedules=2)
def later(world: World) -> None:
    world.run()
"""


EXITS = {
    "scenario": "@scenario(schedules=2)\ndef ends(world): END\n",
    "behaviour": (
        "async def b(process): END\n"
        "@scenario(schedules=2)\ndef ends(world):\n    world.define('a:b', b)\n    world.spawn('a:b', 'a:h')\n"
        "    try: world.run()\n    except BaseException: pass\n"
    ),
    "property": "@given(n=strategies.integers())\ndef test_ends(n): END\n",
    "body of the file": "END\n@scenario\ndef ends(world): ...\n",
    "argument of a mark": "@scenario(schedules=END)\ndef ends(world): ...\n",
}


@pytest.mark.parametrize("end", ["os._exit(0)", "os.abort()", "leave(0)"])
@pytest.mark.parametrize("place", EXITS)
def test_what_would_end_the_process_at_once_is_an_error_of_its_item_with_its_line(
    call: Call, folder: Path, place: str, end: str
) -> None:
    head = "import os\nfrom os import _exit as leave\nfrom hypothesis import given, strategies\n"
    text = f"{head}from simcore import scenario\n{EXITS[place].replace('END', end)}"
    write_files(folder, {"scenarios/ends.py": text})

    ended = call("run", "scenarios/ends.py", "first_come", "--schedules", "2", "--format", "jsonl")

    ends, after, _ = objects(ended.out)
    assert ended.code == (2 if place in ("body of the file", "argument of a mark") else 1), ended.err
    assert (ends["verdict"], after["verdict"]) == ("error", "passed")
    assert "would end the process that plays" in ends["message"]
    assert "scenarios/ends.py:" in ends["message"]


@pytest.mark.parametrize("end", ["os._exit(0)", "sys.exit(0)", "raise SystemExit", "raise KeyboardInterrupt", "1 / 0"])
def test_nothing_that_a_report_does_makes_the_exit_code_better(call: Call, folder: Path, end: str) -> None:
    report = f'import os, sys\nfrom simcore import report\n\n@report("mine.txt")\ndef mine(results): {end}\n'
    fails = "from simcore import scenario\n\n@scenario\ndef fails(world): assert False\n"
    write_files(folder, {"reports/mine.py": report, "scenarios/fails.py": fails})

    ended = call("run", "fails")

    assert ended.code == 1
    assert "warning: mine.txt was not written, reports/mine.py failed: " in ended.out
    (junit,) = folder.glob(".simcore/runs/*/junit.xml")
    assert "fails" in junit.read_text(encoding="utf-8")


LEFT = """
import atexit, os, sys, threading, time
from simcore import scenario

@scenario(schedules=1)
def fails(world):
    LEAVES
    assert False
"""


@pytest.mark.parametrize(
    "leaves",
    [
        "atexit.register(os._exit, 0)",
        "atexit.register(sys.exit, 0)",
        "threading.Thread(target=time.sleep, args=(10_000,)).start()",
    ],
)
def test_nothing_that_an_item_leaves_behind_has_a_say_in_the_end_of_the_command(
    called: Call, folder: Path, leaves: str
) -> None:
    write_files(folder, {"scenarios/fails.py": LEFT.replace("LEAVES", leaves)})

    ended = called("run", "fails", "--jobs", "0")

    assert (ended.code, "1 failed" in ended.out) == (1, True), ended
