"""What decides an item besides its own file: what that imports from the project, and the applications it installs."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.catalog.files import file_digest, is_app, legible, native
from simcore.catalog.read import load_application
from simcore.model.errors import UsageError
from simcore.model.places import is_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project

FILES_MAX: Final = 1_000
"""So many files of one item are looked at."""
MISSING: Final = "missing"
"""What stands for the digest of what is not there, or cannot be read."""


def home_of(item: Item, project: Project) -> Path:
    """Return the folder from which the sources of *item* are named: that of the project where it lies in one."""
    assert item.place is not None, "what is run has a place"
    path, root = Path(os.path.abspath(item.place.path)), Path(os.path.abspath(project.root))
    if path.is_relative_to(root) and not (project.shipped and item.target):
        return root
    # The properties of an application may lie beside it.
    return Path(os.path.abspath(item.place.path.parent if item.place.is_app else item.place.folder))


def sources(files: Iterable[Path], apps: Iterable[Path], home: Path) -> dict[str, str]:
    """Return the digest of each of *files*, of all that they import from below *home*, and of each of *apps*.

    Args:
        files: Python files.
        apps: folders of applications.
        home: where the paths start from by which they are named. What lies elsewhere is not the project's.
    """
    found = [*_with_imports(files, home), *(Path(os.path.abspath(app)) for app in apps)]
    named = {legible(path.relative_to(home).as_posix()): path for path in found if path.is_relative_to(home)}
    return {name: _digest(named[name]) for name in sorted(named)}


def changed_since(then: Mapping[str, str], home: Path) -> list[str]:
    """Return the names of those of the sources *then* that are others now, or are gone."""
    return [name for name, digest in then.items() if _digest(home / native(name)) != digest]


def _digest(path: Path) -> str:
    try:
        if path.is_dir():
            return load_application(path).source_digest if is_app(path) else MISSING
        return file_digest(path)
    except (OSError, UsageError):
        return MISSING


def _with_imports(files: Iterable[Path], home: Path) -> list[Path]:
    """Return *files* and what they import, over any number of steps."""
    found: dict[Path, None] = {}
    left = [Path(os.path.abspath(file)) for file in files]
    while left and len(found) < FILES_MAX:
        file = left.pop()
        if file not in found and file.is_file():
            found[file] = None
            left += [each for each in _imported_by(file) if each.is_relative_to(home) and is_own(str(each))]
    return list(found)


def _imported_by(file: Path) -> Iterator[Path]:
    """Give the files of the modules that *file* names in its import statements, wherever these stand in it."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _absolute(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield from _relative(file, node)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                yield from _absolute(name)


def _relative(file: Path, node: ast.ImportFrom) -> Iterator[Path]:
    folder = file.parents[min(node.level, len(file.parents)) - 1]
    base = folder.joinpath(*node.module.split(".")) if node.module else folder
    for path in (base, *(base / alias.name for alias in node.names)):
        yield from (each for each in (path.with_name(f"{path.name}.py"), path / "__init__.py") if each.is_file())


def _absolute(name: str) -> Iterator[Path]:
    """Give the file of the module *name* and of the packages that it is in, where they were imported."""
    steps = name.split(".")
    for amount in range(1, len(steps) + 1):
        file = getattr(sys.modules.get(".".join(steps[:amount])), "__file__", None)
        if isinstance(file, str):
            yield Path(os.path.abspath(file))
