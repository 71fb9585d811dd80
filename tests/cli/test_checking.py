"""A check from end to end: whether the same seed gives the same trace twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import edit, objects, with_properties
from tests.files import write_files


def test_check_finds_no_difference_where_there_is_none(call: Call) -> None:
    ended = call("check", "first_come", "--schedules", "2", "--format", "jsonl")

    assert ended.code == 0
    assert [each.get("same") for each in objects(ended.out)] == [True, True, None]


def test_check_shows_both_sides_of_the_first_difference(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        'world.send(pid, "hello")',
        'world.send(pid, min({"a", "b", "c", "d"}, key=hash))',
    )
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"\n', "")

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 4
    assert "DIFFERS" in ended.out
    assert "PYTHONHASHSEED=0" in ended.out
    assert "PYTHONHASHSEED=1" in ended.out


def test_check_compares_what_is_told_of_a_failure(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        '    assert world.result(pid) == "hello"\n',
        "    names = {f'name {number}' for number in range(20)}\n    assert not names, ' and '.join(names)\n",
    )

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 4
    assert "the traces are the same, but not: message" in ended.out


def test_check_takes_a_set_in_a_message_for_what_it_is(call: Call, folder: Path) -> None:
    """Its order follows the hash seed; what is told of it does not."""
    edit(
        folder / "scenarios/pairs.py",
        '    assert world.result(pid) == "hello"\n',
        "    names = {f'name {number}' for number in range(20)}\n    assert names == {object()}, f'lost {names}'\n",
    )

    assert call("check", "first_come", "--schedules", "2").code == 0


def test_check_takes_an_address_in_what_a_process_sends_of_an_error_for_what_it_is(call: Call, folder: Path) -> None:
    """What programs see of an error of Python's own may be sent on, and then it is in the digest."""
    edit(
        folder / "scenarios/pairs.py",
        "    return message.topic\n",
        "    return message.topic\n\n"
        "async def failing(process: Process) -> None:\n"
        "    raise ValueError(f\"{object()} {set('abcdef')}\")\n\n"
        "async def telling(process: Process, to: str) -> None:\n"
        "    await process.spawn_monitored('app:failing', 'app:host')\n"
        "    event = await process.events.receive()\n"
        "    await process.send(to, str(event.error))\n",
    )
    edit(
        folder / "scenarios/pairs.py",
        '    world.send(pid, "hello")\n    world.run()\n    assert world.result(pid) == "hello"\n',
        "    world.define('app:failing', failing)\n    world.define('app:telling', telling)\n"
        "    world.spawn('app:telling', 'app:host', pid)\n    world.run()\n"
        "    assert 'ValueError: <object object at' in world.result(pid)\n",
    )

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 0, ended.out


SLOW = """
import os, sys, time
from simcore import scenario

@scenario
def slow(world):
    # In one of the three processes the third schedule takes long.
    if os.environ["PYTHONHASHSEED"] == "1":
        with open("begun", "a") as file:
            file.write("x")
        time.sleep(0 if os.path.getsize("begun") <= 2 else 60)
    world.run()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("format", ["plain", "jsonl"])
def test_an_interrupt_tells_how_far_it_has_come(
    folder: Path, start: Callable[..., subprocess.Popen[str]], number: signal.Signals, format: str
) -> None:
    (folder / "scenarios/slow.py").write_text(SLOW, encoding="utf-8")
    process = start("check", "slow", "--schedules", "9", "--format", format)
    while not (folder / "begun").exists() or (folder / "begun").stat().st_size < 3:
        time.sleep(0.05)
    process.send_signal(number)

    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in err
    if format == "jsonl":
        assert objects(out)[-1]["summary"] == {"checked": 2, "differing": 0, "unplayed": 0, "interrupted": True}
    else:
        said = "interrupted after 2 schedules in two fresh processes with nothing in common and in a used one"
        assert out.splitlines()[-1] == f"{said}: none differs so far"


def test_a_long_check_tells_how_far_it_has_come(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.cli.tellers.PROGRESS_EVERY_S", 0)

    ended = call("check", "first_come", "--schedules", "2")

    lines = ended.err.splitlines()
    assert [line.partition(" ·")[0] for line in lines] == ["  progress: 1 schedule", "  progress: 2 schedules"]
    assert lines[0].endswith("0 failures · scenarios/pairs.py::first_come")


@pytest.mark.parametrize("format", ["plain", "jsonl"])
def test_what_cannot_be_read_is_not_checked_and_said(folder: Path, call: Call, format: str) -> None:
    (folder / "scenarios/bad.py").write_text("def (\n", encoding="utf-8")

    ended = call("check", "--schedules", "1", "--format", format)

    assert ended.code == 2
    assert "scenarios/bad.py:1: SyntaxError" in ended.out


def test_what_is_refused_is_told_and_not_passed_over(call: Call, folder: Path) -> None:
    text = "from simcore import scenario\n\n@scenario\nasync def waits(world): ...\n"
    (folder / "scenarios/waiting.py").write_text(text, encoding="utf-8")

    ended = call("check", "scenarios", "--schedules", "1")

    assert ended.code == 2
    assert "not checked: scenarios/waiting.py:3: @scenario waits is an `async def`" in ended.out


@pytest.mark.parametrize("format", ["plain", "jsonl"])
def test_what_is_left_out_is_said(call: Call, folder: Path, format: str) -> None:
    with_properties(folder, 10)

    ended = call("check", "properties", "--format", format)

    assert ended.code == 5
    assert "1 property is not checked: what it plays, Hypothesis draws anew" in ended.out


LEAKS = """
import os, signal, time
from simcore import Process, World, scenario

RUNS = []
HARMLESS = []

class Account:
    opened = 0

def collected(one, seen=[]):
    seen.append(one)
    return len(seen)

def said(world: World, what: object) -> None:
    async def saying(process: Process) -> str:
        return str(what)

    world.define("app:saying", saying)
    world.spawn("app:saying", "app:host")
    world.run()

@scenario
def by_a_list(world: World) -> None:
    RUNS.append(1)
    assert len(RUNS) < 3

@scenario
def by_a_class(world: World) -> None:
    Account.opened += 1
    said(world, Account.opened)

@scenario
def by_a_default(world: World) -> None:
    said(world, collected(1))

@scenario
def by_the_clock(world: World) -> None:
    said(world, time.time())

@scenario
def harmless(world: World) -> None:
    HARMLESS.append(1)
    said(world, "nothing")

@scenario
def ends_it(world: World) -> None:
    signal.raise_signal(signal.SIGKILL)

@scenario
def closes_all(world: World) -> None:
    os.closerange(3, 256)
"""


def test_check_tries_what_a_run_depends_on_and_names_what_has_outlived_a_run(call: Call, folder: Path) -> None:
    (folder / "scenarios/leaks.py").write_text(LEAKS, encoding="utf-8")

    ended = call("check", "scenarios/leaks.py", "--schedules", "1", "--format", "jsonl")

    *told, summary = objects(ended.out)
    by_name = {each["id"].rpartition("::")[2]: each for each in told}
    assert ended.code == 4
    assert summary["summary"] == {"checked": 7, "differing": 4, "unplayed": 2, "interrupted": False}
    outlived = "it depends on what ran before it in the same process, where this has outlived a run:"
    for name, left in (
        ("by_a_list", "  scenarios/leaks.py: RUNS was [], now [1"),
        ("by_a_class", "  scenarios/leaks.py: Account.opened was 0, now "),
        ("by_a_default", "  scenarios/leaks.py: collected: the default of seen was [], now [1"),
    ):
        assert by_name[name]["difference"][0].partition(":")[0] in ("line 4 of the traces differs", SAME_TRACES)
        assert by_name[name]["kinds"][0] == outlived
        assert by_name[name]["kinds"][1].startswith(left)
        assert len(by_name[name]["kinds"]) == 2
    assert by_name["by_the_clock"]["kinds"] == ["it depends on the clock", "  time.time (scenarios/leaks.py:39)"]
    assert by_name["harmless"]["same"]
    assert by_name["harmless"]["outlived"] == ["scenarios/leaks.py: HARMLESS was [], now [1, 1, 1, 1]"]
    assert by_name["closes_all"]["unplayed"] == "the process that played it has closed what it answers by"
    assert by_name["ends_it"]["unplayed"] == "the process that played it was ended by SIGKILL"


SAME_TRACES = "the traces are the same, but not"


def test_a_file_that_ends_the_process_when_it_is_imported_ends_neither_check_nor_list(call: Call, folder: Path) -> None:
    (folder / "scenarios/ends.py").write_text("import os\nos._exit(0)\n", encoding="utf-8")

    for command in ("check", "list"):
        ended = call(command, "scenarios/ends.py")

        assert ended.code == 2
        assert "scenarios/ends.py:2: EndsItsProcess: os._exit(0)" in ended.err


def test_what_kills_its_own_process_is_not_played_and_reaches_no_other_process(call: Call, folder: Path) -> None:
    """It is told another number of its process than it has."""
    text = "import os\nfrom simcore import scenario\n\n@scenario\ndef kills(world): os.kill(os.getpid(), 9)\n"
    (folder / "scenarios/kills.py").write_text(text, encoding="utf-8")

    ended = call("check", "scenarios/kills.py", "--schedules", "1")

    assert ended.code == 1
    assert "UNPLAYED" in ended.out
    assert "was ended by SIGKILL" in ended.out


def test_what_breaks_a_process_is_not_played_and_the_rest_is_checked(call: Call, folder: Path) -> None:
    text = """
import os
from simcore import World, scenario

@scenario
def scribbles(world: World) -> None:
    world.run()
    for descriptor in range(3, 30):
        try:
            os.write(descriptor, b"garbage\\n")
        except OSError:
            pass

@scenario
def holds(world: World) -> None:
    world.run()
"""
    write_files(folder, {"scenarios/breaks.py": text})

    ended = call("check", "scenarios/breaks.py", "--schedules", "1", "--format", "jsonl")

    scribbles, holds, last = objects(ended.out)
    assert scribbles["unplayed"] == "the process that played it does not answer any more"
    assert (holds["same"], holds["unplayed"]) == (True, "")
    assert last["summary"]["differing"] == 0
    assert ended.code == 1, ended.err
