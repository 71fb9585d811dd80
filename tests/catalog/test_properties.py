"""The properties and renderers of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.properties import properties


def test_always_and_sometimes_are_found_with_what_they_state(folder: Path) -> None:
    held = properties(find_project(folder))

    assert [(each.id, each.statement) for each in held.always] == [
        ("properties/links::links_are_mutual", "A link has two ends.")
    ]
    assert [(each.id, each.statement) for each in held.sometimes] == [
        ("properties/links::a_process_fails", "a process fails")
    ]


def test_a_property_is_the_same_function_however_often_it_is_asked_for(folder: Path) -> None:
    project = find_project(folder)

    assert properties(project).always[0].function is properties(project).always[0].function


def test_a_broken_file_takes_no_other_property_away(folder: Path, write: Callable[..., Path]) -> None:
    write("properties/broken.py", "def (\n")

    assert len(properties(find_project(folder)).always) == 1


def test_the_shipped_catalogue_has_reports() -> None:
    assert [folder.name for folder in shipped_project().reports] == ["reports"]
