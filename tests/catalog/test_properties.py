"""The properties and renderers of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from simcore.catalog.item import Item
from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.properties import properties, properties_for, properties_over


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

    assert held.of(None) is held
    assert held.of(Item(kind="scenario", id="mine::it", target="mine.py")) is held


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
