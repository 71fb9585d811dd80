"""What surrounds a folder: which of its properties ``run`` asks, and what was seen of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simcore import World, run
from simcore.catalog.find import item_of, items
from simcore.catalog.item import Item
from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.properties import ProjectProperties, ProjectProperty, properties_for
from simcore.model.programs import Program, Step
from simcore.model.run import Run
from simcore.runner.sometimes import Sightings, Surroundings, owner, surroundings
from simcore.runner.stage import Stage, play

SHIPPED = "properties/registry.py::test_a_held_name_is_found"
NAMED_TWICE = Program(processes=2, steps=(Step(0, "register"), Step(1, "register")))


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """What surrounds a folder of no project."""
    monkeypatch.chdir(tmp_path)
    around = surroundings(tmp_path)
    assert around.project.shipped
    return around


def shipped_item() -> Item:
    return item_of(shipped_project(), SHIPPED)


def test_outside_of_any_project_run_asks_nothing(nowhere: Surroundings) -> None:
    run(NAMED_TWICE)

    assert not owner().held.always
    assert not any(nowhere.sightings.seen.values())


def test_while_an_item_of_the_shipped_catalogue_runs_its_properties_are_asked(nowhere: Surroundings) -> None:
    with nowhere.running(shipped_item()):
        run(NAMED_TWICE)
        assert owner().held.always

    assert not owner().held.always
    assert nowhere.sightings.seen["properties/registry.py::a_name_is_refused"]


def test_while_an_item_from_elsewhere_runs_nothing_is_asked(nowhere: Surroundings) -> None:
    with nowhere.running(msgspec.structs.replace(shipped_item(), target="mine.py")):
        run(NAMED_TWICE)

    assert not any(nowhere.sightings.seen.values())


SHOWN = """
from pathlib import Path
from simcore import World, sometimes

class Shown:
    def __repr__(self):
        Path("shown.txt").write_text("shown")
        return "shown"

@sometimes
def never(world: World) -> None:
    assert Shown() is None
"""


def test_what_does_not_hold_shows_no_values_since_nobody_reads_them(folder: Path) -> None:
    (folder / "properties").mkdir()
    (folder / "properties/mine.py").write_text(SHOWN, encoding="utf-8")

    run(NAMED_TWICE)

    assert surroundings(folder).sightings.seen == {"properties/mine.py::never": False}
    assert not Path("shown.txt").exists()


def test_a_project_has_its_properties_asked_whatever_runs(folder: Path) -> None:
    (folder / "properties").mkdir()
    (folder / "properties/mine.py").write_text(
        "from simcore import World, sometimes\n\n@sometimes\ndef a_name_is_taken(world: World) -> None:\n"
        "    assert world.names\n"
    )
    around = surroundings(folder)

    run(NAMED_TWICE)

    assert around.sightings.seen == {"properties/mine.py::a_name_is_taken": True}
    with around.running(msgspec.structs.replace(shipped_item(), target="mine.py")):
        assert owner().held.sometimes


def test_what_a_scenario_runs_itself_is_asked_what_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(
        "from simcore import always, run, scenario\n\n"
        "@always\ndef nothing_runs(world):\n    assert world.now_ns < 0, 'it runs'\n\n"
        "def inner(world):\n    world.run()\n\n"
        "@scenario\ndef outer(world):\n    run(inner)\n"
    )
    monkeypatch.chdir(tmp_path)
    project = find_project(tmp_path)
    (item,) = items(project, ["mine.py"])

    outcome = play(item, Stage(Run(item=item.reference, seed=0), properties_for(item, project)))

    assert (outcome.verdict, outcome.property) == ("failed", "nothing_runs")
    run(NAMED_TWICE)


def sightings_of(function: Callable[[World], Any]) -> Sightings:
    asked = ProjectProperty(id="a.py::s", function=function, statement="something is seen")
    return Sightings(ProjectProperties(sometimes=(asked,)))


def test_what_pytest_fails_was_not_seen() -> None:
    sightings = sightings_of(lambda world: pytest.fail("not yet"))

    assert sightings.ask(World()) == ()
    assert sightings.remarks() == ()


def test_what_skips_itself_was_not_judged_and_that_is_said_once() -> None:
    sightings = sightings_of(lambda world: pytest.skip("not here"))

    assert [sightings.ask(World()) for _ in range(2)] == [(), ()]
    (remark,) = sightings.remarks()
    assert remark.kind == "skipped"
    assert remark.text.startswith("a.py::s was not judged, since it skips itself: not here (")
    assert sightings.remarks() == ()
    assert sightings.seen == {"a.py::s": False}
