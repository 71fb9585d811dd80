"""``--sim-until-failure``: all is played again until something fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import Pytest

RARE = """
from pathlib import Path
from simcore import Process, scenario

TIMES = Path("times.txt")

async def worker(process: Process) -> None:
    await process.sleep("1s")

@scenario(schedules=1)
def rare(world):
    TIMES.write_text((TIMES.read_text() if TIMES.exists() else "") + "x")
    world.define("app:worker", worker)
    world.spawn("app:worker", "app:host")
    world.run()
    assert len(TIMES.read_text()) < 3
"""


def test_it_plays_the_next_base_seed_until_something_fails_and_names_that_seed(
    project: Callable[..., None], call: Pytest
) -> None:
    project({"scenarios/pairs.py": RARE})

    result = call("--sim-until-failure", "--sim-seed=5")

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["FAILED        scenarios/pairs.py::rare  schedule 1 of 1"])


def test_it_is_refused_where_several_processes_play(project: Callable[..., None], call: Pytest) -> None:
    project()

    result = call("--sim-until-failure", "-n", "2")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: simcore: --sim-until-failure plays in one process; leave -n out"])


def test_a_budget_ends_it(project: Callable[..., None], call: Pytest) -> None:
    project({"scenarios/pairs.py": RARE.replace("< 3", "> 0")})

    result = call("--sim-until-failure", "--sim-budget=100ms")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*passed*"])
