"""The fixture ``sim`` in tests of the user's own."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import RACE, Pytest

TEST = f"""
import pytest
import simcore
{RACE}
"""


def with_tests(text: str) -> dict[str, str]:
    return {"tests/test_user.py": TEST + text}


def test_the_first_failure_raises_at_the_line_of_the_test_with_its_case_on_the_disk(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    project(with_tests("def test_race(sim):\n    sim.explore(race)\n"))

    result = call("tests")
    told = result.stdout.str()

    result.assert_outcomes(failed=1)
    assert ">       sim.explore(race)" in told or ">   sim.explore(race)" in told
    result.stdout.fnmatch_lines(["E  *FAILED  *tests/test_user.py::test_race  schedule * of *", "E *pytest: pytest *"])
    result.stdout.fnmatch_lines(["FAILED tests/test_user.py::test_race - assert: *"])
    assert re.search(r"simcore/(plugin|campaign)/\w+\.py", told) is None
    case = next(Path(pytester.path).glob(".simcore/runs/*/cases/*.case.json"))
    assert json.loads(case.read_text())["item"]["id"] == "tests/test_user.py::test_race"


def test_what_pytest_says_to_repeat_it_repeats_it_with_an_id_that_has_to_be_quoted(
    project: Callable[..., None], call: Pytest
) -> None:
    project(with_tests("@pytest.mark.parametrize('n', [1, 2])\ndef test_race(sim, n):\n    sim.explore(race)\n"))

    told = call("tests").stdout.str()
    again = re.search(r"pytest: pytest ('tests/test_user.py::test_race\[2\]' .+)", told)
    assert again is not None

    repeated = call(*shlex.split(again[1]))

    repeated.assert_outcomes(failed=1)
    repeated.stdout.fnmatch_lines(["E *replay of tests/test_user.py::test_race?2?", "E *FAILED *reproduced"])


def test_what_holds_is_returned_and_each_exploration_of_a_test_has_seeds_of_its_own(
    project: Callable[..., None], call: Pytest
) -> None:
    text = """
seeds = []

def noting(world):
    seeds.append(world.kernel.choices.seed)
    calm(world)

@pytest.mark.sim(schedules=4)
def test_twice(sim):
    results = sim.explore(noting)
    assert results.items[0].schedules == 4
    sim.explore(noting, schedules=3)
    assert len(seeds) == len(set(seeds)) == 7
    assert sim.world().kernel.choices.seed not in seeds
    assert sim.world(strategy="pct:2").kernel.scheduler.name == "pct"
    assert sim.world(strategy=simcore.Uniform()).kernel.scheduler.name == "uniform"
    assert sim.world(actions_max=5).kernel.options.actions_max == 5
    assert sim.explore(noting, unobserved="fail").strategy == "uniform"
"""
    project(with_tests(text))

    call("tests").assert_outcomes(passed=1)


def test_its_seeds_are_the_same_in_every_session_and_others_for_another_base_seed(
    project: Callable[..., None], call: Pytest, pytester: pytest.Pytester
) -> None:
    text = """
def noting(world):
    with open("seeds.txt", "a") as file:
        file.write(f"{world.kernel.choices.seed} ")
    world.run()

def test_notes(sim):
    sim.explore(noting, schedules=2)
"""
    project(with_tests(text))

    for arguments in ([], ["-k", "notes", "-p", "randomly"], ["--sim-seed=1"]):
        call("tests/test_user.py", *arguments).assert_outcomes(passed=1)

    seeds = (pytester.path / "seeds.txt").read_text().split()
    assert seeds[:2] == seeds[2:4] != seeds[4:]


def test_what_outlives_a_run_is_told_without_a_command_that_would_not_find_the_function(
    project: Callable[..., None], call: Pytest
) -> None:
    text = """
COUNT = []

def leaks(world):
    COUNT.append(1)
    calm(world)
    assert len(COUNT) % 3

def test_leaks(sim):
    sim.explore(leaks)
"""
    project(with_tests(text))

    result = call("tests")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E  *FAILED  *tests/test_user.py::test_leaks  schedule 3 of 3",
            "E  *the first replay went another way: the verdict of the case is failed, now it is passed",
            "E  *something outside of its world decides how it goes, such as a value of a module that outlives a run*",
        ]
    )
    assert "simcore check" not in result.stdout.str()


WRONG = {
    "sim.explore(3)": "what is explored is a function of one World, not 3",
    "sim.explore(worker)": "worker cannot be explored: it is an `async def`",
    "sim.explore(lambda: 0)": "cannot be explored: it takes (), and is called with one argument, the World",
    "sim.explore(calm, schedules=0)": "schedules takes a number of 1 or more, not 0",
    "sim.explore(calm, strategy='best')": "there is no strategy 'best'",
    "sim.explore(calm, actions_max='many')": "an option of the worlds.actions_max: expected `int`, got `str`",
    "sim.explore(calm, no_option=1)": "an option of the worlds has an unknown key 'no_option'",
    "sim.explore(lambda world: sim.explore(calm))": "inside of a run nothing can be explored",
    "sim.explore(calm, schedules='5')": "schedules: expected `int | null`, got `str`",
    "sim.explore(calm, schedules=True)": "schedules: expected `int | null`, got `bool`",
    "sim.explore(calm, strategy=3)": "strategy takes a name such as 'uniform', not 3",
    "sim.explore(calm, strategy=simcore.Uniform())": "strategy takes a name such as 'uniform', not Uniform()",
    "sim.explore(calm, seed=3)": "seed is no argument here: each call has a seed of its own",
    "sim.world(seed=3)": "@pytest.mark.sim(seed=...) and --sim-seed give the one that they derive from",
    "sim.world(strategy=3)": "strategy takes a scheduler such as Uniform(), or a name such as 'uniform', not 3",
    "simcore.World(1.5)": "seed takes a whole number of 0 or more, not 1.5",
    "simcore.run(calm, seed='x')": "seed takes a whole number of 0 or more, not 'x'",
    "sim.replay(None)": "what is replayed is a case file or a token, not None",
    "sim.replay('nowhere.case.json')": "nowhere.case.json: neither a case file nor a token",
}
MARKERS = {
    "schedule=3": "@pytest.mark.sim takes no schedule=; it takes schedules, seed, strategy; did you mean schedules?",
    "3": "@pytest.mark.sim takes schedules, seed, strategy by name, not 3",
    "schedules='3'": "@pytest.mark.sim(schedules=...): expected `int | null`, got `str`",
    "schedules=0": "@pytest.mark.sim(schedules=...) takes a number of 1 or more, not 0",
    "strategy='best'": "there is no strategy 'best'",
}
UNUSED = {
    "schedule=4": "@pytest.mark.sim takes no schedule=; it takes schedules, seed, strategy; did you mean schedules?",
    "seed=-2": "@pytest.mark.sim(seed=...) takes a number of 0 or more, not -2",
}


def test_what_cannot_be_explored_and_a_wrong_marker_fail_their_test_with_one_line(
    project: Callable[..., None], call: Pytest
) -> None:
    calls = [f"def test_call_{number}(sim):\n    {each}\n" for number, each in enumerate(WRONG)]
    markers = [
        f"@pytest.mark.sim({each})\ndef test_marker_{number}(sim):\n    sim.explore(calm)\n"
        for number, each in enumerate(MARKERS)
    ]
    # Nobody asks these, and what stands there is wrong all the same.
    unused = [
        f"@pytest.mark.sim({each})\ndef test_unused_{number}({'sim' * number}):\n    pass\n"
        for number, each in enumerate(UNUSED)
    ]
    project(with_tests("\n".join([*calls, *markers, *unused])))

    result = call("tests")
    told = result.stdout.str()

    result.assert_outcomes(failed=len(WRONG) + len(MARKERS) + len(UNUSED))
    assert [said for said in (*WRONG.values(), *MARKERS.values(), *UNUSED.values()) if said not in told] == []
    assert re.search(r"simcore/(plugin|campaign)/\w+\.py:", told) is None
    result.stdout.fnmatch_lines(["FAILED tests/test_user.py::test_call_0 - what is*"])
