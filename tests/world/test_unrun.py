"""A world that is made by hand and never run says so, once for its line, and harms nobody."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from simcore import World, run
from simcore.world.runs import Runs, counting

SAID = "the World that was made here was never run, so nothing of it has happened; call world.run()"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    gc.collect()
    here = f"{Path(__file__).name}:"
    return [each.getMessage() for each in caplog.records if each.name == "simcore" and here in each.getMessage()]


@pytest.fixture(autouse=True)
def nothing_left_of_others() -> None:
    gc.collect()


def test_a_world_that_is_never_run_says_so_when_it_goes_once_for_its_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "simcore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            World(seed=1)
        said = told(caplog)

    (line,) = said
    assert line.endswith(SAID)
    assert line.startswith("tests/world/test_unrun.py:")


def test_a_world_that_was_run_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.run()
    del world

    assert told(caplog) == []


def test_a_world_that_others_speak_of_says_nothing_itself(caplog: pytest.LogCaptureFixture) -> None:
    runs = Runs()
    with counting(runs):
        World()
        World().run()
        run(lambda world: world.run())

    assert told(caplog) == []
    assert (runs.made, runs.by_hand, runs.never_run) == (2, 1, 1)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("world = World()", True),
        ("def made():\n    World()\nmade()", True),
        ("world = World()\nworld.run()", False),
        ("world = World()\nraise ValueError", False),
        ("import logging\nlogging.getLogger('simcore').disabled = True\nworld = World()", False),
    ],
    ids=["at the end", "in a function", "run", "ended by an error", "not wanted"],
)
def test_a_script_shows_it_on_standard_error_and_ends_well(tmp_path: Path, script: str, said: bool) -> None:
    (tmp_path / "script.py").write_text(f"from simcore import World\n{script}\n")

    done = subprocess.run(
        [sys.executable, "-W", "error", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (SAID in done.stderr) is said, done.stderr
    assert done.returncode == ("raise" in script)
