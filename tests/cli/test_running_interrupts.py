"""An interrupt ends a run with all that there is: what is done, what was found, and how far the running item came."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

SLOW = """
import sys, time
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
    raise KeyboardInterrupt
"""


@pytest.fixture
def slow(folder: Path) -> Path:
    (folder / "scenarios/slow.py").write_text(SLOW, encoding="utf-8")
    return folder


def interrupted(process: Any, number: signal.Signals, *, at: int) -> tuple[int, list[dict[str, Any]]]:
    """Send the signal when the scenario has begun so many times; return the exit code and the objects."""
    with process:
        seen = 0
        while seen < at:
            line = process.stderr.readline()
            assert line, process.stdout.read()
            seen += line == "at work\n"
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    return process.returncode, [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
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
