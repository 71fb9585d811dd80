"""The properties and renderers of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from simcore.catalog.find import app_tests, items
from simcore.catalog.item import Item
from simcore.catalog.project import Project, find_project, shipped_project
from simcore.catalog.properties import properties, properties_for, properties_over, whole_places


def test_always_and_sometimes_are_found_with_what_they_state(folder: Path) -> None:
    held = properties(find_project(folder))

    assert [(each.id, each.statement) for each in held.always] == [
        ("properties/links.py::links_are_mutual", "A link has two ends.")
    ]
    assert [(each.id, each.statement) for each in held.sometimes] == [
        ("properties/links.py::a_process_fails", "a process fails")
    ]


def test_a_property_is_the_same_function_however_often_it_is_asked_for(folder: Path) -> None:
    project = find_project(folder)

    assert properties(project).always[0].function is properties(project).always[0].function


def test_a_broken_file_takes_no_other_property_away(folder: Path, write: Callable[..., Path]) -> None:
    write("properties/broken.py", "def (\n")

    assert len(properties(find_project(folder)).always) == 1


def test_the_shipped_catalogue_has_reports() -> None:
    assert [folder.name for folder in shipped_project().reports] == ["reports"]


def test_the_properties_of_a_project_are_asked_of_whatever_runs_in_it(folder: Path) -> None:
    held = properties(find_project(folder))

    assert held.of(None) == held
    assert held.of(Item(kind="scenario", id="mine::it", target="mine.py")) == held


def test_shipped_properties_are_asked_of_the_shipped_catalogue_alone() -> None:
    shipped = shipped_project()
    inside = Item(kind="scenario", id="scenarios/a.py::it")
    outside = msgspec.structs.replace(inside, target="mine.py")

    assert properties_for(inside, shipped).always
    assert properties_over([outside, inside], shipped).of(inside).sometimes
    for nothing in (
        properties_for(outside, shipped),
        properties_for(None, shipped),
        properties_over([outside], shipped),
        properties(shipped).of(outside),
        properties(shipped).of(None),
    ):
        assert (nothing.always, nothing.sometimes) == ((), ())


def test_a_property_that_takes_two_arguments_wants_the_changes(folder: Path, write: Callable[..., Path]) -> None:
    write(
        "properties/more.py",
        "from simcore import always\n\n"
        "@always\ndef both(world, changes): ...\n\n"
        "@always\ndef world_alone(world, limit=3, *, more=1): ...\n",
    )
    held = properties(find_project(folder))

    wanted = {each.id.rpartition("::")[2]: each.wants_changes for each in held.always}
    assert wanted == {"links_are_mutual": False, "both": True, "world_alone": False}


# -- beside what is run

BESIDE = (
    "from simcore import always, scenario, sometimes\n\n"
    "@always\ndef it_holds(world): ...\n\n@sometimes\ndef it_is_seen(world): ...\n\n"
)
SCENARIOS = "@scenario\ndef one(world): ...\n\n@scenario\ndef two(world): ...\n"


def asked(item: Item, project: Project) -> list[str]:
    held = properties_for(item, project)
    return [each.id.rpartition("/")[2] for each in (*held.always, *held.sometimes)]


OF_PROJECT = ["links.py::links_are_mutual", "links.py::a_process_fails"]


def test_what_stands_beside_a_scenario_is_asked_of_the_items_of_its_file_alone(
    folder: Path, write: Callable[..., Path]
) -> None:
    write("scenarios/beside.py", BESIDE + SCENARIOS)
    project = find_project(folder)
    one, other = (items(project, [name])[0] for name in ("beside.py::two", "race"))

    assert asked(one, project) == [
        "links.py::links_are_mutual",
        "beside.py::it_holds",
        "links.py::a_process_fails",
        "beside.py::it_is_seen",
    ]
    assert asked(other, project) == OF_PROJECT
    held = properties_over([one, other], project)
    assert [len(held.of(each).always) for each in (one, other, None)] == [2, 1, 1]


def test_what_stands_beside_a_scenario_is_asked_outside_of_any_project(
    tmp_path: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("mine.py", BESIDE + SCENARIOS)
    project = find_project(tmp_path)

    assert asked(items(project, ["mine.py"])[0], project) == ["mine.py::it_holds", "mine.py::it_is_seen"]


@pytest.mark.parametrize("home", ["orders/properties", "properties"])
def test_what_stands_in_an_app_or_beside_it_is_asked_of_its_tests(
    folder: Path, write: Callable[..., Path], home: str
) -> None:
    write(f"scenarios/{home}/mine.py", BESIDE)
    project = find_project(folder)
    by_run, by_test = items(project, ["scenarios/orders"])[0], app_tests(project, "scenarios/orders")[0]

    assert asked(by_run, project) == asked(by_test, project)
    assert {"mine.py::it_holds", "mine.py::it_is_seen"} < set(asked(by_test, project))
    assert asked(items(project, ["race"])[0], project) == OF_PROJECT


def test_the_properties_of_the_project_that_an_app_lies_in_are_asked_from_elsewhere(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]
) -> None:
    write("elsewhere/read.me", "")
    monkeypatch.chdir(folder / "elsewhere")
    (folder / "pyproject.toml").rename(folder / "scenarios/pyproject.toml")
    write("scenarios/properties/mine.py", BESIDE)
    project = find_project(Path())

    (item, _) = app_tests(project, str(folder / "scenarios/orders"))

    assert project.shipped
    assert asked(item, project) == ["mine.py::it_holds", "mine.py::it_is_seen"]


def test_a_property_without_a_text_states_what_the_file_calls_it(folder: Path, write: Callable[..., Path]) -> None:
    write(
        "properties/partial.py",
        "import functools\nfrom simcore import always\n\ndef below(world, most): ...\n\n"
        "few_live = always(functools.partial(below, most=3))\n",
    )

    stated = {each.id.rpartition("::")[2]: each.statement for each in properties(find_project(folder)).always}

    assert stated == {"links_are_mutual": "A link has two ends.", "few_live": "few live"}


def test_a_part_of_a_file_or_an_app_need_not_reach_what_the_whole_is_to(
    folder: Path, write: Callable[..., Path]
) -> None:
    write("scenarios/beside.py", BESIDE + SCENARIOS)
    project = find_project(folder)

    assert whole_places(items(project, ["beside.py::one"]), project) == set()
    assert whole_places(items(project, ["beside.py"]), project) == {"scenarios/beside.py"}
    assert whole_places(app_tests(project, "scenarios/orders"), project) == {"scenarios/orders"}
    assert whole_places(app_tests(project, "scenarios/orders", filter="ships"), project) == set()
