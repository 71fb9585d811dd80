"""xdist: workers play, the controller sums up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import RACE, Pytest


def first_failing(text: str) -> list[str]:
    return sorted(set(re.findall(r"^FAILED +\S+  schedule \d+ of \d+", text, re.MULTILINE)))


def test_two_workers_give_the_same_first_failing_schedule_one_folder_and_one_summary(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    grouped = f"""
import pytest
{RACE}

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("address", ["ada@example.org"])
def test_notes(sim, address):
    def noting(world: World) -> None:
        with open("seeds.txt", "a") as file:
            file.write(str(world.kernel.choices.seed) + " ")
        calm(world)
    sim.explore(noting, schedules=2)
"""
    sometimes = "from simcore import sometimes\n@sometimes\ndef never(world):\n    assert False\n"
    project({"tests/test_user.py": grouped, "properties/seen.py": sometimes})

    alone = call("--sim-strict")
    # The folders of the run are told apart by who made them.
    spread = pytester.runpytest_subprocess("-n", "2", "--dist", "loadgroup", "--sim-strict")

    told = spread.stdout.str()
    spread.assert_outcomes(passed=2, failed=1)
    assert first_failing(told) == first_failing(alone.stdout.str()) != []
    spread.stdout.fnmatch_lines(
        [
            "*= simcore =*",
            "3 items: 2 passed, 1 failed, 1 `sometimes` never seen; *",
            "never seen: properties/seen.py::never: never",
            "report: .simcore/runs/*/summary.md",
        ]
    )
    assert len(list(Path(pytester.path).glob(".simcore/runs/*"))) == 2
    seeds = (pytester.path / "seeds.txt").read_text().split()
    assert seeds[:2] == seeds[2:]


def test_a_run_that_is_not_collected_here_is_a_wrong_use_with_workers_too(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project({"tests/test_user.py": "def test_nothing():\n    pass\n"})
    call("scenarios")
    (results,) = pytester.path.glob(".simcore/runs/*/results.json")
    failed = [item for item in json.loads(results.read_text())["items"] if item["verdict"] == "failed"]
    token = failed[0]["token"]

    refused = pytester.runpytest_subprocess("-n", "2", "tests", f"--sim-replay={token}")

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stdout.fnmatch_lines(["ERROR: --sim-replay: nothing that is collected here is scenarios/pairs.py::race; *"])
    refused.stdout.no_fnmatch_line("*INTERNALERROR*")


# Asked of pytest, since the environment may be that of a worker which plays this very test.
INTERRUPTS = """
import pytest

def pytest_configure(config):
    global controls
    controls = not hasattr(config, "workerinput")

@pytest.hookimpl(trylast=True)
def pytest_runtest_logstart(nodeid):
    if "test_slow" in nodeid and controls:
        raise KeyboardInterrupt
"""


def test_after_a_ctrl_c_it_is_said_what_workers_were_playing(
    project: Callable[..., None], pytester: pytest.Pytester
) -> None:
    first = "def test_first(sim):\n    sim.explore(calm, schedules=2)\n"
    tests = f"from time import sleep\n{first}def test_slow():\n    sleep(2)\n"
    project({"conftest.py": INTERRUPTS, "tests/test_user.py": f"{RACE}\n{tests}"})

    spread = pytester.runpytest_subprocess("-n", "1", "tests")

    assert spread.ret == pytest.ExitCode.INTERRUPTED
    spread.stdout.fnmatch_lines(
        [
            "interrupted after 1 item: 1 passed; 2 schedules in *",
            "note: interrupted while workers played tests/test_user.py::test_slow; of that nothing is known, *",
        ]
    )


def test_a_breakpoint_in_a_worker_is_an_error_of_its_test_and_the_rest_runs(
    project: Callable[..., None], pytester: pytest.Pytester
) -> None:
    stops = RACE.replace("    return message.topic", "    breakpoint()")
    project(
        {"tests/test_user.py": f"{stops}\ndef test_stops(sim):\n    sim.explore(calm)\ndef test_fine():\n    pass\n"}
    )

    spread = pytester.runpytest_subprocess("-n", "1", "tests")

    spread.assert_outcomes(passed=1, failed=1)
    spread.stdout.fnmatch_lines(["*tests/test_user.py:*: breakpoint() has no prompt *; leave out -n"])
