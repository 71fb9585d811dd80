"""A failure that only state left by other runs has made is told as such, by `run` and by `replay`."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.campaign import player
from tests.cli.conftest import Call
from tests.cli.project import objects

STATE = """
from simcore import World, scenario

RUNS = []

@scenario(seeds=5)
def third_time(world: World) -> None:
    RUNS.append(1)
    world.run()
    assert len(RUNS) < 3, "too many"
"""
BESIDE = """
from simcore import World, scenario

LEFT = set()

@scenario(seeds=1)
def first(world: World) -> None:
    LEFT.add("behind")

@scenario(seeds=1)
def second(world: World) -> None:
    assert not LEFT
"""
SEEN = """
from simcore import World, scenario

SEEN = []

@scenario(seeds=5)
def second_time(world: World) -> None:
    SEEN.append(world.now_ns)
    world.run()
    assert world.now_ns == 1, "by itself"
"""


def test_a_failure_that_state_of_a_module_has_made_goes_another_way_in_a_fresh_process(
    call: Call, folder: Path
) -> None:
    (folder / "scenarios/state.py").write_text(STATE, encoding="utf-8")

    run = call("run", "third_time", "--format", "jsonl")
    item = objects(run.out)[0]
    replay = objects(call("replay", item["case"], "--format", "jsonl").out)[0]

    assert run.code == 4
    assert item["diverged"]
    assert item["story"][:2] == [
        "the first replay went another way: in a fresh process the verdict is passed, and not failed",
        "it depends on what ran before it in the same process, where this has outlived a run:",
    ]
    assert item["story"][2].startswith("  scenarios/state.py: RUNS was [], now ")
    assert item["story"][3] == "to see where: simcore check scenarios/state.py::third_time"
    assert replay["answer"] == "diverged"
    assert replay["leaks"][0] == item["story"][1]


def test_a_failure_that_state_has_not_made_is_one(call: Call, folder: Path) -> None:
    (folder / "scenarios/seen.py").write_text(SEEN, encoding="utf-8")

    run = call("run", "second_time", "--format", "jsonl")

    assert run.code == 1
    assert not objects(run.out)[0]["diverged"]


def test_a_failure_by_what_another_item_has_left_names_it(call: Call, folder: Path) -> None:
    (folder / "scenarios/beside.py").write_text(BESIDE, encoding="utf-8")

    run = call("run", "scenarios/beside.py", "--format", "jsonl")
    item = objects(run.out)[1]

    assert (run.code, item["diverged"]) == (4, True)
    assert item["story"][2] == "  scenarios/beside.py: LEFT was set({}), now set({'behind'})"


LEAVES = """
import os, sys
from simcore import World, scenario

SEEN = []

@scenario(seeds=2)
def leaves(world: World) -> None:
    SEEN.append(1)
    LEFT
    assert False, "no"
"""


@pytest.mark.parametrize(
    "left", ['os.chdir("/")', "sys.excepthook = None", "os.environ.clear()", "sys.stdout = sys.stderr = None"]
)
def test_what_an_item_has_left_behind_keeps_no_fresh_process_from_the_comparison(
    call: Call, folder: Path, left: str
) -> None:
    (folder / "scenarios/leaves.py").write_text(LEAVES.replace("LEFT", left), encoding="utf-8")

    ended = call("run", "leaves", "--format", "jsonl")

    item = objects(ended.out)[0]
    assert (ended.code, item["verdict"], item["diverged"]) == (1, "failed", False), ended.err


NOTHING_LEFT = """
import os, random
from hypothesis import given, strategies as st
from simcore import World, scenario

@scenario(seeds=2)
def fails(world: World) -> None:
    random.seed(1)
    os.environ["LEFT"] = "behind"
    assert False, "no"

@given(number=st.integers(0, 9))
def test_number(number):
    assert number < 5

@given(number=st.integers(0, 9))
def test_other_number(number):
    assert number < 5
"""
REPORT = """
from simcore import Results, report

@report("mine.txt")
def mine(results: Results) -> str:
    return "mine"
"""


def test_no_fresh_process_is_asked_where_no_run_has_left_anything(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Hypothesis keeps with a test, what a report is loaded from, and what was put back, is nothing left."""
    asked: list[str] = []
    monkeypatch.setattr(player, "ending_elsewhere", lambda case, _: asked.append(case.run.item.id))
    (folder / "pyproject.toml").write_text('[tool.simcore]\nreports = ["reports"]\n', encoding="utf-8")
    (folder / "reports").mkdir()
    (folder / "reports/mine.py").write_text(REPORT, encoding="utf-8")
    (folder / "scenarios/nothing_left.py").write_text(NOTHING_LEFT, encoding="utf-8")

    run = call("run", "--format", "jsonl", "scenarios/nothing_left.py")

    assert [each["verdict"] for each in objects(run.out)[:-1]] == ["failed"] * 3, run.err
    assert asked == []


def test_a_fresh_process_is_asked_where_a_run_has_left_something(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(player, "ending_elsewhere", lambda case, _: asked.append(case.run.item.id))
    (folder / "scenarios/leaves.py").write_text(LEAVES.replace("LEFT", "pass"), encoding="utf-8")

    call("run", "leaves")

    assert asked == ["scenarios/leaves.py::leaves"]
