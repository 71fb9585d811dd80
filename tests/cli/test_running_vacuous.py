"""What passed and has shown nothing is told in every output, and is an error where it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.project import objects

EMPTY = """
from simcore import World, scenario

@scenario(schedules=3)
def nothing(world: World) -> None:
    \"\"\"It never runs its world.\"\"\"

@scenario(schedules=3, expect="failed")
def nothing_either(world: World) -> None: ...
"""
REASON = "vacuous: its world never ran, nor did any other"


@pytest.fixture
def empty(folder: Path) -> Path:
    (folder / "scenarios/empty.py").write_text(EMPTY, encoding="utf-8")
    return folder


def test_it_passes_and_every_output_says_so(call: Call, empty: Path) -> None:
    ended = call("run", "empty.py::nothing", "first_come")
    (folder,) = empty.glob(".simcore/runs/*")
    results = json.loads((folder / "results.json").read_text())

    assert ended.code == 0
    assert ended.out.splitlines()[1:3] == ["PASSED        scenarios/empty.py::nothing  3 schedules", f"  {REASON}"]
    assert "2 items: 2 passed (1 vacuous); " in ended.out
    assert [[each["kind"] for each in item["remarks"]] for item in results["items"]] == [["vacuous"], []]
    assert "| PASSED (vacuous) | scenarios/empty.py::nothing |" in (folder / "summary.md").read_text().replace("\\", "")
    assert '"simcore.vacuous" value="its world never ran, nor did any other"' in (folder / "junit.xml").read_text()


def test_a_program_reads_it_in_the_object_and_in_the_summary(call: Call, empty: Path) -> None:
    item, summary = objects(call("run", "empty.py::nothing", "--format", "jsonl").out)

    assert [each["kind"] for each in item["remarks"]] == ["vacuous"]
    assert (summary["summary"]["passed"], summary["summary"]["vacuous"], summary["summary"]["exit"]) == (1, 1, 0)


def test_it_is_an_error_where_that_is_asked_for(call: Call, empty: Path) -> None:
    ended = call("run", "empty.py::nothing", "first_come", "--strict")

    assert ended.code == 1
    assert ended.out.splitlines()[1:3] == ["ERROR         scenarios/empty.py::nothing  3 schedules", f"  {REASON}"]
    assert "PASSED        scenarios/pairs.py::first_come" in ended.out
    assert "2 items: 1 passed, 1 in error; " in ended.out


def test_a_sometimes_that_no_run_has_seen_is_an_error_where_that_is_asked_for(call: Call, empty: Path) -> None:
    check = "from simcore import sometimes\n\n@sometimes\ndef it_rains(world): assert False\n"
    (empty / "scenarios/pairs.py").write_text(check + (empty / "scenarios/pairs.py").read_text(), encoding="utf-8")

    plain, strict = call("run", "pairs.py::first_come"), call("run", "pairs.py", "--strict")
    part = call("run", "pairs.py", "--strict", "--shard", "1/1")

    assert plain.code == 0
    assert strict.code == 1
    assert "never seen: scenarios/pairs.py::it_rains: it rains" in strict.out
    assert "1 `sometimes` never seen; " in strict.out
    assert part.code == 1


def test_the_tests_of_an_app_can_be_strict_too(call: Call, empty: Path) -> None:
    assert call("test", "app", "--strict").code == 0


def test_an_expected_failure_that_is_not_found_stays_what_it_is(call: Call, empty: Path) -> None:
    for strict in ([], ["--strict"]):
        ended = call("run", "empty.py::nothing_either", *strict)

        assert ended.code == 1
        assert "expected: a failure is expected here and none was found" in ended.out


def test_a_property_that_drew_and_ran_nothing_is_one(call: Call, empty: Path) -> None:
    (empty / "properties").mkdir()
    text = "from hypothesis import given, strategies\n\n@given(strategies.just(1))\ndef test_one(n): ...\n"
    (empty / "properties/one.py").write_text(text, encoding="utf-8")

    assert "  vacuous: it drew nothing, and ran nothing" in call("run", "test_one").out
    assert call("run", "test_one", "--strict").code == 1
