"""Machines that share a run of pytest: ``--sim-shard``, or ``shard`` in the table of the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import PROJECT, RACE, TABLE, Pytest

NOTING = f"""
{RACE}
def note(name, world):
    with open("seeds.txt", "a") as file:
        file.write(f"{{name}}:{{world.kernel.choices.seed}} ")
    calm(world)

@scenario(schedules=40)
def long(world):
    note("long", world)

@scenario(schedules=2)
def short(world):
    note("short", world)

@scenario(expect="failed", schedules=2)
def expected(world):
    note("expected", world)
"""
TESTS = f"""
{RACE}

def test_both(sim):
    def noting(world):
        with open("seeds.txt", "a") as file:
            file.write(f"own:{{world.kernel.choices.seed}} ")
        calm(world)
    sim.explore(noting, schedules=2)
    sim.explore(noting, schedules=20)
"""


def test_the_parts_play_each_schedule_once_and_none_judges_what_is_of_the_whole(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    seen = "from simcore import sometimes\n@sometimes\ndef never(world):\n    assert False\n"
    project({"scenarios/pairs.py": NOTING, "tests/test_user.py": TESTS, "properties/seen.py": seen})
    file = Path(pytester.path / "seeds.txt")

    whole = call("--sim-strict")
    played = sorted(file.read_text().split())
    file.unlink()
    parts = [call("--sim-strict", f"--sim-shard={number}/2", "-rs") for number in (1, 2)]

    assert whole.ret == 1, "what was expected and never seen fails the whole"
    assert sorted(file.read_text().split()) == played
    assert len(played) == 40 + 2 + 2 + 2 + 20
    for number, part in enumerate(parts, start=1):
        assert part.ret == 0
        part.stdout.fnmatch_lines([f"note: shard {number}/2 alone was played: every 2. round of schedules*"])
        part.stdout.fnmatch_lines(["note: not judged in a part: what was never seen here, properties/seen.py::never"])
        part.stdout.no_fnmatch_line("never seen: *")
        part.stdout.no_fnmatch_line("*simcore/plugin/*")
    skipped = [f"not played: nothing of it falls to shard {number}/2" for number in (1, 2)]
    assert sum(part.stdout.str().count(said) for part, said in zip(parts, skipped, strict=True)) == 2
    assert sum("a failure is expected and was not found here" in part.stdout.str() for part in parts) == 1


def test_the_table_of_the_project_can_say_the_part_too(project: Callable[..., None], call: Pytest) -> None:
    project({"pyproject.toml": TABLE.replace("[tool.simcore]\n", '[tool.simcore.run]\nshard = "1/2"\n')})

    of_the_table = call("scenarios/pairs.py::calm")
    of_the_option = call("scenarios/pairs.py::calm", "--sim-shard=2/2")

    assert {str(each.parseoutcomes()) for each in (of_the_table, of_the_option)} == {
        "{'passed': 1}",
        "{'skipped': 1}",
    }


def test_a_replay_is_played_whatever_the_part(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project(PROJECT)
    call("scenarios/pairs.py::race")
    case = next(pytester.path.glob(".simcore/runs/*/cases/*.case.json"))

    for part in ("1/2", "2/2"):
        call("scenarios/pairs.py", f"--sim-replay={case}", f"--sim-shard={part}").assert_outcomes(failed=1)


@pytest.mark.parametrize("text", ["3/2", "half"])
def test_what_is_no_part_is_pytests_own_usage_error(project: Callable[..., None], call: Pytest, text: str) -> None:
    project()

    result = call(f"--sim-shard={text}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: simcore: --sim-shard takes i/n with i from 1 to n, *not '{text}'"])
