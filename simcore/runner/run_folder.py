"""Where a case was made: its verdict is to be the same whatever folder its replay is called in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.files import native
from simcore.catalog.project import find_project
from simcore.model.errors import UsageError
from simcore.output.folder import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.catalog.project import Project
    from simcore.model.case import Case


def folder_of_run(file: Path, case: Case) -> Path:
    """Return the folder in which the run of *case* was made, as far as the place of its *file* tells.

    That is the folder that holds the run folder, where the item is there; else the nearest above the file, inside its
    project, from which it is; else the current one.
    """
    hint = native(case.run.item.target or case.run.item.id.partition("::")[0])
    path = Path(os.path.abspath(file))
    first = _of_run_folder(path)
    # A target was typed there; what was found in the catalogue may be so from any folder of the project.
    if first is not None and (_is_there(hint, first) if case.run.item.target else _is_known(hint, first)):
        return first
    for folder in _inside_project(path):
        if _is_there(hint, folder):
            return folder
    # What comes with simcore is there from anywhere.
    return Path.cwd() if _is_known(hint, Path.cwd()) else first or path.parent


def _of_run_folder(path: Path) -> Path | None:
    """Return the folder in which a run left the case at *path*; None where it lies elsewhere now."""
    above = [folder.name for folder in path.parents[:4]]
    is_there = len(path.parents) > 4 and [above[0], *above[2:]] == ["cases", "runs", DEFAULT]
    return path.parents[4] if is_there else None


def _inside_project(path: Path) -> Iterator[Path]:
    """Give the folders above *path*, the nearest first, up to that of its project if it lies in one."""
    project = _project_around(path.parent)
    yield from (each for each in path.parents if project is None or each.is_relative_to(project.root))


def _is_known(hint: str, folder: Path) -> bool:
    """Tell whether *hint* leads somewhere in *folder*, or from the project around it."""
    project = _project_around(folder)
    return _is_there(hint, folder) or (project is not None and _is_there(hint, project.root))


def _is_there(hint: str, folder: Path) -> bool:
    return bool(hint) and any(os.path.exists(folder / f"{hint}{suffix}") for suffix in ("", ".py"))


def _project_around(folder: Path) -> Project | None:
    """Return the project of the user around *folder*; None where there is none, or its table cannot be used."""
    try:
        project = find_project(folder)
    except UsageError:
        return None
    return None if project.shipped else project
