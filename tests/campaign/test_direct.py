"""``explore`` and ``replay`` of the door: from any Python, without a command and without pytest."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

import simcore
from simcore import Failure, Process, ReplayAnswer, Uniform, UsageError, World, scenario
from simcore.limits import ending

LOST: list[str] = []


async def worker(process: Process) -> str:
    message = await process.inbox.receive()
    return message.topic


async def sender(process: Process, receiver: str, word: str) -> None:
    await process.send(receiver, word)


def race(world: World) -> None:
    world.define("app:worker", worker)
    world.define("app:sender", sender)
    pid = world.spawn("app:worker", "app:host")
    world.spawn("app:sender", "app:host", pid, "one")
    world.spawn("app:sender", "app:host", pid, "two")
    world.run()
    assert LOST or world.result(pid) == "one"


@pytest.fixture(autouse=True)
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.simcore]\n")
    monkeypatch.chdir(tmp_path)


def failure_of_race() -> tuple[Failure, str]:
    with pytest.raises(Failure) as failed:
        simcore.explore(race, schedules=50)
    (case,) = Path().glob(".simcore/runs/*/cases/*.case.json")
    return failed.value, str(case)


def test_what_holds_is_returned() -> None:
    def holds(world: World) -> None:
        world.define("app:sender", sender)
        world.spawn("app:sender", "app:host", "nobody", "one")
        world.run()

    results = simcore.explore(holds, schedules=7, strategy="pct:3", seed=4)

    assert [(each.verdict, each.schedules) for each in results.items] == [("passed", 7)]
    assert (results.base_seed, results.strategy) == (4, "pct:3")


def test_what_fails_raises_with_the_words_of_the_command_after_its_case_was_saved() -> None:
    failure, case = failure_of_race()

    told = str(failure).splitlines()
    assert re.fullmatch(r"FAILED +\S+test_direct\.py::race  schedule \d+ of \d+", told[0])
    assert f"  replay: in Python: simcore.replay({case!r}, race)" in told
    assert "  | the last events:" in told
    assert json.loads(Path(case).read_text())["property"] == failure.property_name == "assert"
    assert Path(".simcore/.gitignore").read_text() == "*\n"


def test_a_case_is_reproduced_until_its_failure_is_gone_and_a_changed_scenario_is_no_proof() -> None:
    _, case = failure_of_race()

    with pytest.raises(Failure, match="reproduced"):
        simcore.replay(case, race)

    LOST.append("mended")
    try:
        with pytest.raises(Failure, match="DIVERGED"):
            # The file is the same to the letter, so that something else must have changed.
            simcore.replay(case, race)
    finally:
        LOST.clear()


def test_a_scenario_of_a_catalogue_is_found_by_its_case_and_by_the_command_that_is_told(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(__file__).read_text().partition("def race")[0]
    file = Path("scenarios/fails.py")
    file.parent.mkdir()
    file.write_text(f"{text}\n@scenario\ndef fails(world: World) -> None:\n    world.run()\n    assert world.now_ns\n")
    names = runpy.run_path(str(file.absolute()))

    with pytest.raises(Failure) as failed:
        simcore.explore(names["fails"])

    (case,) = Path().glob(".simcore/runs/*/cases/*.case.json")
    assert f"  replay: simcore replay {case}" in str(failed.value).splitlines()
    with pytest.raises(Failure, match=r"replay of scenarios/fails\.py::fails"):
        simcore.replay(case)
    case = case.absolute()
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(Failure, match=r"replay of scenarios/fails\.py::fails"):
        simcore.replay(case)


def test_a_scenario_of_a_catalogue_has_the_schedules_and_the_replay_of_the_command(tmp_path: Path) -> None:
    # A function of its own, since the mark would stay with it.
    @scenario(expect="failed")
    def marked(world: World) -> None:
        race(world)

    failed = simcore.explore(marked, schedules=50).items[0]

    assert failed.expected
    assert failed.first_failure is not None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scenario": worker}, "worker cannot be explored: it is an `async def`"),
        ({"scenario": race, "schedules": 0}, "schedules takes a number of 1 or more, not 0"),
        ({"scenario": race, "seed": -1}, "seed takes a number of 0 or more, not -1"),
        ({"scenario": race, "strategy": "best"}, "there is no strategy 'best'"),
        ({"scenario": race, "seed": "3"}, "seed: expected `int | null`, got `str`"),
        (
            {"scenario": race, "strategy": Uniform()},
            "strategy takes a name such as 'uniform', not Uniform(): each schedule has one of its own",
        ),
        ({"scenario": race, "artifacts": 3}, "artifacts takes the path of a folder, not 3"),
        ({"scenario": race, "actions": 3}, "an option of the worlds has an unknown key 'actions'"),
    ],
)
def test_what_cannot_be_explored_is_refused_in_one_line(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        simcore.explore(**wrong)  # type: ignore[arg-type]  # it is what is tested


def test_the_parts_that_the_project_names_share_the_schedules() -> None:
    played: list[int] = []

    def noting(world: World) -> None:
        played.append(world.kernel.choices.seed)
        world.run()

    def explored(table: str) -> list[int]:
        Path("pyproject.toml").write_text(f"[tool.simcore.run]\n{table}\n")
        played.clear()
        simcore.explore(noting, schedules=40)
        return sorted(played)

    whole = explored("")
    parts = [explored(f'shard = "{number}/40"') for number in range(1, 41)]

    assert sorted(seed for part in parts for seed in part) == whole
    assert len(whole) == 40
    assert [] in parts


def test_nothing_is_explored_inside_of_a_process() -> None:
    async def explores(process: Process) -> None:
        simcore.explore(race)

    def outer(world: World) -> None:
        world.define("app:explores", explores)
        pid = world.spawn("app:explores", "app:host")
        world.run()
        world.result(pid)

    with pytest.raises(Failure, match="inside of a run nothing can be explored"):
        simcore.explore(outer, schedules=1)


def test_a_file_that_is_no_case_is_refused() -> None:
    with pytest.raises(UsageError, match="neither a case file nor a token"):
        simcore.replay("nowhere.case.json")
    assert str(ReplayAnswer.GONE) == "gone"


def test_what_ends_a_process_by_force_is_made_ready_once_for_all_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(ending.Bomb, "defuse", lambda bomb: calls.append("defused"))

    LOST.append("it holds")
    simcore.explore(race, schedules=8)
    LOST.clear()

    assert calls == ["defused"]
