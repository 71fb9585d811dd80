"""A prompt under pytest, and leaving what is played from inside of it: the session ends, and no item is blamed."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.plugin.conftest import RACE, TABLE, Pytest

STOPS = """
from simcore import Process, World, scenario

async def worker(process: Process) -> None:
    local = 7
    breakpoint()
    del local

@scenario(schedules=1)
def stops(world: World) -> None:
    world.define("app:worker", worker)
    world.spawn("app:worker", "app:host")
    world.run()
"""
OWN = """
def stopping(world):
    here = 42
    breakpoint()
    del here

def test_stops(sim):
    sim.explore(stopping)

def test_afterwards():
    assert False
"""


def test_a_breakpoint_stops_in_a_process_and_in_a_function_and_who_quits_ends_the_session(
    project: Callable[..., None], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONBREAKPOINT", raising=False)
    project({"scenarios/stops.py": STOPS, "tests/test_own.py": OWN})
    said = b"p local + 70\nc\np here + 70\nq\n"

    result = pytester.run(sys.executable, "-m", "pytest", "scenarios/stops.py", "tests", timeout=120, stdin=said)

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["*PDB set_trace*", "(Pdb) 77", "*PDB set_trace*", "(Pdb) 112", "*Exit: Quitting debugger*", "*= 1 passed in *"]
    )
    result.stdout.no_fnmatch_line("*ERROR*")


@pytest.mark.parametrize("swallowed", [False, True])
def test_pytest_exit_in_a_process_ends_the_session_also_where_the_body_swallows_it(
    project: Callable[..., None], call: Pytest, swallowed: bool
) -> None:
    text = STOPS.replace("breakpoint()", "import pytest; pytest.exit('enough')")
    if swallowed:
        text = text.replace("    world.run()", "    try:\n        world.run()\n    except Exception:\n        pass")
    project({"scenarios/pairs.py": text, "tests/test_own.py": OWN})

    result = call("scenarios", "tests")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*Exit: enough*"])
    assert "1 failed" not in result.stdout.str()


def test_who_leaves_a_property_is_not_called_again_with_other_arguments(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    text = """
import pytest
from hypothesis import given, strategies as st

@given(st.integers())
def test_number(number):
    print(f"called with {number}")
    pytest.exit("enough")
"""
    project({"properties/numbers.py": text})

    result = call("properties", "-s")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert result.stdout.str().count("called with ") == 1
    result.stdout.fnmatch_lines(["*Exit: enough*"])


INTERRUPTED = f"""
import os, signal
from time import sleep
{RACE}
played = []

def slow(world):
    played.append(1)
    if len(played) == 4:
        os.kill(os.getpid(), signal.SIGINT)
        sleep(30)
    calm(world)
"""


@pytest.mark.parametrize("own", [False, True], ids=["catalogue", "own"])
def test_after_a_ctrl_c_it_is_said_what_was_played_what_failed_and_what_was_not_begun(
    project: Callable[..., None], call: Pytest, own: bool
) -> None:
    marked = INTERRUPTED.replace("def slow", "@scenario\ndef slow")
    last = "\n@scenario\ndef never_begun(world):\n    calm(world)\n"
    files = {"scenarios/slow.py": marked + last}
    if own:
        files = {"tests/test_slow.py": f"{INTERRUPTED}\ndef test_slow(sim):\n    sim.explore(slow)\n"}
    project(files)
    slow = "tests/test_slow.py::test_slow" if own else "scenarios/slow.py::slow"

    result = call(*([] if own else ["scenarios"]))

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        [
            "*= simcore =*",
            "FAILED  *scenarios/pairs.py::race  schedule * of *",
            "  replay: simcore replay *",
            f"INCONCLUSIVE  {slow}  3 schedules",
            f"  pytest: pytest {slow}",
            "interrupted after 3 items: 1 passed, 1 failed, 1 inconclusive; *",
            *([] if own else ["note: interrupted before scenarios/slow.py::never_begun began"]),
            "report: .simcore/runs/*/summary.md",
            "*!! KeyboardInterrupt !!*",
        ]
    )
    result.stdout.no_fnmatch_line("*simcore/plugin/*")


def test_what_nobody_leaves_by_it_is_an_error_of_the_item(project: Callable[..., None], call: Pytest) -> None:
    # Of a debugger that is no prompt of this process, as where a test of a debugger raises it outside of any world.
    text = "import bdb\n\ndef test_quits():\n    raise bdb.BdbQuit\n"
    project({"pyproject.toml": TABLE, "tests/test_own.py": text})

    call("tests").assert_outcomes(failed=1)
