"""``pytest --pdb`` is at the line of the process that raised it, with what that knows."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

RAISES = """
from simcore import Process, World, scenario

async def worker(process: Process) -> None:
    local = 7
    raise ValueError(local)

def raises(world: World) -> None:
    world.define("app:worker", worker)
    pid = world.spawn("app:worker", "app:host")
    world.run()
    world.result(pid)

@scenario(schedules=1)
def fails(world: World) -> None:
    raises(world)
"""


def test_of_a_scenario_and_of_an_exploration_and_any_other_test_is_left_alone(
    project: Callable[..., None], pytester: pytest.Pytester
) -> None:
    own = f"{RAISES}\ndef test_own(sim):\n    sim.explore(raises)\n"
    plain = "def test_plain():\n    mine = 5\n    assert mine == 6\n"
    project({"scenarios/pairs.py": RAISES, "tests/test_own.py": own, "tests/test_plain.py": plain})
    said = b"p local + 70\nc\np local + 170\nc\np mine + 270\nc\n"

    result = pytester.run(sys.executable, "-m", "pytest", "--pdb", "scenarios", "tests", timeout=120, stdin=said)

    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "at the prompt: *: app:worker, {app:host|0x00001}",
            "> *scenarios/pairs.py(6)worker()",
            "(Pdb) 77",
            "> *tests/test_own.py(6)worker()",
            "(Pdb) 177",
            "> *tests/test_plain.py(3)test_plain()",
            "(Pdb) 275",
        ]
    )
