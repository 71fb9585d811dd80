"""What passed and has shown nothing is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simcore import World, run
from simcore.catalog.files import Place
from simcore.catalog.item import Item
from simcore.catalog.read import app_dir_items
from simcore.model.options import Options
from simcore.model.outcome import UNJUDGED, VACUOUS, Outcome
from simcore.model.programs import Program
from simcore.model.run import Run
from simcore.runner.property import Explored
from simcore.runner.stage import Stage, play
from simcore.runner.vacuous import vacuity
from simcore.world.runs import Runs
from tests.files import write_files

NEVER, IDLE = "vacuous: its world never ran, nor did any other", "vacuous: its world ran, and no action was performed"
BY_HAND = (
    "vacuous: the world that it is handed never ran; nothing is asked of a world that it makes itself; play it with "
    "run(...)"
)
IDLED = "vacuous: what it ran performed no action"


def outcome_of(body: Callable[[World], None]) -> Outcome:
    item = Item(kind="scenario", id="a.py::b", source_line="a.py:1", function=body)
    return play(item, Stage(Run(item=item.reference, seed=0, options=Options())))


def vacuous(outcome: Outcome) -> list[str]:
    return [each.text for each in outcome.remarks if each.kind == VACUOUS]


async def quiet(process: object) -> None: ...


def runs_its_world(world: World) -> None:
    world.define("app:quiet", quiet)
    world.spawn("app:quiet", "app:host")
    world.run()


def waits_in_simpy(world: World) -> None:
    world.environment.timeout(5)
    world.run()


def runs_another(world: World) -> None:
    runs_its_world(World())


def idles_elsewhere(world: World) -> None:
    for each in (World(), World()):
        each.run()


def one_by_one(*bodies: Callable[[World], object]) -> Callable[[World], None]:
    def scenario(world: World) -> None:
        for body in bodies:
            body(world)

    return scenario


def spawns_alone(world: World) -> None:
    world.define("app:quiet", quiet)
    world.spawn("app:quiet", "app:host")


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (lambda world: None, [NEVER]),
        (spawns_alone, [NEVER]),
        (lambda world: world.run(), [IDLE]),
        (lambda world: world.run(until="5s"), [IDLE]),
        (idles_elsewhere, [BY_HAND]),
        (one_by_one(World.run, runs_another), [IDLE]),
        (one_by_one(lambda world: run(lambda other: None), runs_another), [BY_HAND]),
        (one_by_one(lambda world: run(runs_another)), [BY_HAND]),
        (lambda world: (run(lambda other: None), None)[1], [NEVER]),
        (runs_its_world, []),
        (runs_another, [BY_HAND]),
        (one_by_one(runs_its_world, runs_another), []),
        (waits_in_simpy, []),
        (lambda world: (run(runs_its_world), None)[1], []),
        (lambda world: (run(Program(processes=1, steps=())), None)[1], []),
    ],
)
def test_a_scenario_says_something_where_something_happened(body: Callable[[World], None], reasons: list[str]) -> None:
    outcome = outcome_of(body)

    assert (outcome.verdict, vacuous(outcome)) == ("passed", reasons)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (one_by_one(runs_its_world, runs_another), "1 world was made by hand"),
        (one_by_one(lambda world: run(runs_its_world), idles_elsewhere), "2 worlds were made by hand"),
        (one_by_one(runs_its_world, lambda world: World()), ""),
        (one_by_one(runs_its_world, lambda world: run(runs_its_world)), ""),
    ],
)
def test_worlds_of_which_nothing_is_asked_are_told(body: Callable[[World], None], said: str) -> None:
    texts = [each.text for each in outcome_of(body).remarks if each.kind == UNJUDGED]

    assert len(texts) == bool(said)
    assert all(each.startswith(said) and each.endswith("with run(...)") for each in texts)


def test_a_world_made_by_hand_counts_once_however_often_it_runs() -> None:
    def by_and_by(world: World) -> None:
        runs_its_world(world)
        other = World()
        for until in ("1s", "2s"):
            other.run(until=until)

    assert [each.text[:24] for each in outcome_of(by_and_by).remarks] == ["1 world was made by hand"]


def test_what_failed_is_not_vacuous() -> None:
    def failing(world: World) -> None:
        raise AssertionError("wrong")

    assert vacuous(outcome_of(failing)) == []


def test_runs_inside_of_other_runs_count_for_both() -> None:
    counted: list[list[str]] = []

    def outer(world: World) -> None:
        counted.append(vacuous(outcome_of(runs_its_world)))
        counted.append(vacuous(outcome_of(lambda inner: None)))

    assert vacuous(outcome_of(outer)) == []
    assert counted == [[], [NEVER]]


TRIED = Explored(examples=5, schedules=0, shrinking=0, drew=True)


@pytest.mark.parametrize(
    ("explored", "runs", "calls", "reason"),
    [
        (TRIED, Runs(), 0, []),
        (TRIED, Runs(), 5, [IDLED]),
        (TRIED, Runs(amount=5, judged=5), 5, [IDLED]),
        (TRIED, Runs(amount=5, by_hand=5), 0, [IDLED]),
        (TRIED, Runs(amount=5, judged=5, actions=1, judged_actions=1), 5, []),
        (TRIED, Runs(amount=5, by_hand=5, actions=1), 0, []),
        (replace(TRIED, drew=False), Runs(), 0, ["vacuous: it drew nothing, and ran nothing"]),
        (replace(TRIED, drew=False), Runs(), 1, [IDLED]),
        (replace(TRIED, drew=False), Runs(amount=1, actions=3), 1, []),
        (replace(TRIED, examples=0, drew=False), Runs(), 0, ["vacuous: no example was tried"]),
        (replace(TRIED, examples=0, drew=False, refused="no"), Runs(), 0, []),
    ],
)
def test_a_property_says_something_where_it_drew_or_ran_something(
    explored: Explored, runs: Runs, calls: int, reason: list[str]
) -> None:
    assert [each.text for each in vacuity(explored, runs, calls)] == reason


@pytest.mark.parametrize(("first", "reasons"), [("", []), ("error('away')", ["vacuous: it started nothing"])])
def test_a_boot_that_started_nothing_is_vacuous(tmp_path: Path, first: str, reasons: list[str]) -> None:
    index = """
version: "1.0"
namespace: shop
entries:
  - name: processes
    kind: process.host
    host: {workers: 1}
    lifecycle: {auto_start: true}
  - name: calm
    kind: process.lua
    source: file://calm.lua
    method: main
    modules: [process]
  - name: keeper
    kind: process.service
    process: calm
    host: processes
    lifecycle: {auto_start: true, startup: optional}
"""
    calm = f"{first}\nlocal function main() process.inbox():receive() end\nreturn {{ main = main }}\n"
    write_files(tmp_path, {"app/_index.yaml": index, "app/calm.lua": calm})
    (item,) = app_dir_items(Place(tmp_path / "app", tmp_path / "app", "app", "app", is_app=True))

    outcome = play(item, Stage(Run(item=item.reference, seed=0, options=Options())))

    assert (outcome.verdict, vacuous(outcome)) == ("passed", reasons), outcome.message


def test_a_world_that_a_body_makes_and_never_runs_is_remarked() -> None:
    def body(world: World) -> None:
        runs_its_world(world)
        World()

    assert [(each.kind, each.text) for each in outcome_of(body).remarks] == [
        ("never run", "1 world was made by hand and never run, so nothing of it has happened")
    ]
