"""A check from end to end: whether the same seed gives the same trace twice."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.cli.project import edit, objects


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
