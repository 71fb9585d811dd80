"""Where a case was made: its verdict is to be the same whatever folder its replay is called in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.files import native
from simcore.catalog.project import find_project
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.catalog.project import Project
    from simcore.model.case import Case


def folder_of_run(file: Path, case: Case) -> Path:
    """Return the folder in which the run of *case* was made, as far as the place of its *file* tells.

    That is the folder that holds the run folder, where the item is there; else the nearest above the file from which
    it is; else the current one.
    """
    hint = native(case.run.item.target or case.run.item.id.partition("::")[0])
    above = [*_above(file)]
    for folder in (*above, Path.cwd()):
        if _is_there(hint, folder):
            return folder
    # What comes with simcore is there from anywhere.
    return above[0] if above else Path.cwd()


def _above(file: Path) -> Iterator[Path]:
    """Give the folders above *file*, first the one in which runs leave what they leave; none above the project."""
    path = Path(os.path.abspath(file))
    root = _project_around(path.parent)
    inside = [each for each in path.parents if root is None or each.is_relative_to(root.root)]
    if len(path.parents) > 4 and path.parent.name == "cases" and path.parents[2].name == "runs":
        yield path.parents[4]
    yield from inside


def _is_there(hint: str, folder: Path) -> bool:
    project = _project_around(folder)
    places = [folder] if project is None else [folder, project.root]
    return bool(hint) and any(os.path.exists(place / f"{hint}{suffix}") for place in places for suffix in ("", ".py"))


def _project_around(folder: Path) -> Project | None:
    """Return the project of the user around *folder*; None where there is none, or its table cannot be used."""
    try:
        project = find_project(folder)
    except UsageError:
        return None
    return None if project.shipped else project
