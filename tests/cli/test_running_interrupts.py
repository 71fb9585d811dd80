"""An interrupt ends a run with all that there is: what is done, what was found, and how far the running item came."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

SLOW = """
import signal, sys, time
from simcore import scenario

@scenario(schedules=1_000)
def slow(world):
    print("at work", file=sys.stderr, flush=True)
    time.sleep(0.02)

@scenario(schedules=1_000)
def breaks(world):
    print("at work", file=sys.stderr, flush=True)
    time.sleep(0.02)
    assert False, "it broke"

@scenario
def stop(world):
    signal.raise_signal(signal.SIGINT)
"""


@pytest.fixture
def slow(folder: Path) -> Path:
    (folder / "scenarios/slow.py").write_text(SLOW, encoding="utf-8")
    return folder


def interrupted(
    process: Any, number: signal.Signals, *, at: int, again_s: tuple[float, ...] = ()
) -> tuple[int, list[dict[str, Any]]]:
    """Send the signal when the scenario has begun so many times, and again after so long; return the exit code and the
    objects."""
    with process:
        seen = 0
        while seen < at:
            line = process.stderr.readline()
            assert line, process.stdout.read()
            seen += line == "at work\n"
        process.send_signal(number)
        for pause_s in again_s:
            time.sleep(pause_s)
            process.send_signal(number)
        out, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    return process.returncode, [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_keeps_the_schedules_of_the_item_that_was_running(
    slow: Path, start: Callable[..., Any], number: signal.Signals
) -> None:
    process = start("run", "first_come", "slow::slow", "silence", "stop", "--format", "jsonl")

    code, (*told, last) = interrupted(process, number, at=4)

    # Whether the others were played meanwhile depends on how many processors there are.
    first, second = told[:2]
    assert code == 130
    assert (first["id"], first["verdict"]) == ("scenarios/pairs.py::first_come", "passed")
    assert (second["id"], second["verdict"]) == ("scenarios/slow.py::slow", "inconclusive")
    assert 3 <= second["schedules"] < 1_000
    assert second["property"] == "interrupted"
    assert second["message"] == f"interrupted after {second['schedules']} schedules"
    assert last["summary"]["interrupted"]
    assert (last["summary"]["items"], last["summary"]["inconclusive"]) == (len(told), 1)
    report = (slow / last["summary"]["folder"] / "summary.md").read_text(encoding="utf-8")
    assert second["message"] in report


def test_an_interrupt_keeps_the_failure_that_was_found_and_counts_on(slow: Path, start: Callable[..., Any]) -> None:
    process = start("run", "slow::breaks", "--max-failures", "1000", "--format", "jsonl")

    code, (found, last) = interrupted(process, signal.SIGINT, at=40)

    assert code == 130
    assert (found["verdict"], found["first_failure"]) == ("failed", 1)
    assert found["schedules"] >= 2
    assert (slow / found["case"]).exists()
    assert (last["summary"]["failed"], last["summary"]["schedules"]) == (1, found["schedules"])


def test_an_interrupt_says_what_it_left_no_time_for(call: Call, slow: Path) -> None:
    ended = call("run", "stop", "silence", "first_come")

    assert ended.code == 130
    assert "note: interrupted before scenarios/pairs.py::silence and 1 more began" in ended.out


def test_an_interrupt_of_the_first_schedule_is_told_too(call: Call, slow: Path) -> None:
    ended = call("run", "stop")

    assert ended.code == 130
    assert "INCONCLUSIVE  scenarios/slow.py::stop  0 schedules" in ended.out
    assert "interrupted: interrupted after 0 schedules" in ended.out
    assert "interrupted after 1 item: 1 inconclusive; 0 schedules" in ended.out


@pytest.mark.parametrize(("jobs", "again_s"), [("0", (0.01,)), ("0", (0.1, 0.0, 0.3)), ("1", (0.02, 0.3))])
def test_who_presses_it_again_loses_no_summary(
    slow: Path, start: Callable[..., Any], jobs: str, again_s: tuple[float, ...]
) -> None:
    process = start("run", "first_come", "slow::slow", "--jobs", jobs, "--format", "jsonl")

    code, (*told, last) = interrupted(process, signal.SIGINT, at=3, again_s=again_s)

    assert code == 130
    assert [each["id"] for each in told] == ["scenarios/pairs.py::first_come", "scenarios/slow.py::slow"]
    assert last["summary"]["interrupted"]
    results = json.loads((slow / last["summary"]["folder"] / "results.json").read_text(encoding="utf-8"))
    assert results["interrupted"]


CATCHES = """
import sys, time
from simcore import scenario

@scenario(schedules=2)
def before(world):
    world.run()

@scenario(schedules=1_000)
def catches(world):
    for _ in range(TIMES):
        try:
            print("at work", file=sys.stderr, flush=True)
            time.sleep(0.02)
        except BaseException:
            AND
"""
CATCHING = [("10**9", "pass"), ("1", "pass"), ("1", "raise ValueError from None"), ("1", "sys.exit(0)")]


@pytest.mark.parametrize(("times", "what"), CATCHING)
def test_code_that_catches_all_cannot_catch_an_interrupt(
    folder: Path, start: Callable[..., Any], times: str, what: str
) -> None:
    text = CATCHES.replace("TIMES", times).replace("AND", what)
    (folder / "scenarios/catches.py").write_text(text, encoding="utf-8")
    process = start("run", "before", "catches", "--jobs", "0", "--format", "jsonl")

    code, (before, catches, last) = interrupted(process, signal.SIGINT, at=2)

    assert code == 130
    assert (before["verdict"], catches["verdict"], catches["property"]) == ("passed", "inconclusive", "interrupted")
    for name in ("results.json", "summary.md", "junit.xml"):
        assert (folder / last["summary"]["folder"] / name).exists(), name
    endless = "the program went on and could not be interrupted"
    assert any(endless in each for each in last["summary"]["warnings"]) is (times == "10**9")


OWN = {
    "scenario": "@scenario\ndef own(world):\n    END\n",
    "behaviour": (
        "async def b(process):\n    END\n"
        "@scenario\ndef own(world):\n    world.define('a:b', b)\n    world.spawn('a:b', 'a:h')\n    world.run()\n"
    ),
    "caught of a behaviour": (
        "async def b(process):\n    END\n"
        "@scenario\ndef own(world):\n    world.define('a:b', b)\n    world.spawn('a:b', 'a:h')\n"
        "    try: world.run()\n    except BaseException: pass\n"
    ),
    "always": "@always\ndef holds(world):\n    END\n@scenario\ndef own(world):\n    world.run()\n",
    "property": "@given(n=strategies.integers())\ndef test_own(n):\n    END\n",
    "strategy": "def f(n):\n    END\n@given(n=strategies.integers().map(f))\ndef test_own(n): ...\n",
    "body of the file": "END\n@scenario\ndef own(world): ...\n",
    "sometimes": "@sometimes\ndef may(world):\n    END\n@scenario\ndef own(world):\n    world.run()\n",
}
HEAD = "from hypothesis import given, strategies\nfrom simcore import always, scenario, sometimes\n"


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "raise type('Own', (KeyboardInterrupt,), {})('mine')"])
@pytest.mark.parametrize("place", OWN)
def test_one_that_the_program_raises_is_an_error_of_its_item_alone_in_this_process_too(
    call: Call, folder: Path, place: str, end: str
) -> None:
    (folder / "scenarios/own.py").write_text(HEAD + OWN[place].replace("END", end), encoding="utf-8")

    ended = call("run", "scenarios/own.py", "first_come", "--schedules", "2", "--format", "jsonl")

    own, after, last = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == (2 if place == "body of the file" else 1), ended.err
    assert (own["verdict"], after["verdict"], last["summary"]["interrupted"]) == ("error", "passed", False)
    assert "KeyboardInterrupt" in own["property"] + own["message"] or "Own" in own["property"] + own["message"]


def test_one_that_is_raised_where_it_is_dropped_is_an_error_of_its_item_alone(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.unraisablehook", lambda dropped: None)
    text = "class Dropped:\n    def __del__(self): raise KeyboardInterrupt\n@scenario\ndef own(world): Dropped()\n"
    (folder / "scenarios/own.py").write_text(HEAD + text, encoding="utf-8")

    ended = call("run", "scenarios/own.py", "first_come", "--schedules", "2")

    assert ended.code == 1, ended.out
    assert "KeyboardInterrupt: KeyboardInterrupt (scenarios/own.py:" in ended.out
    assert "2 items: 1 passed, 1 in error" in ended.out


def test_one_that_comes_while_the_reports_are_made_is_told_and_leaves_the_shipped_ones(
    call: Call, folder: Path
) -> None:
    report = "import signal\nfrom simcore import report\n@report('own.txt')\ndef own(results):\n"
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports/own.py").write_text(f"{report}    signal.raise_signal(signal.SIGINT)\n", encoding="utf-8")

    ended = call("run", "first_come", "--schedules", "2")

    assert ended.code == 130, ended.out
    assert "interrupted after 1 item: 1 passed" in ended.out
    assert "the reports of the project were not written: interrupted" in ended.out + ended.err
    (written,) = folder.glob(".simcore/runs/*")
    assert {"junit.xml", "summary.md"} < {file.name for file in written.iterdir()}
    assert json.loads((written / "results.json").read_text())["interrupted"]
