"""The ``@always`` and ``@sometimes`` of a project, which hold over all its runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.catalog.files import Place, places
from simcore.catalog.mount import BrokenFile, load_file
from simcore.catalog.read import function_id, functions
from simcore.model.markers import PropertyMark, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project


class ProjectProperty(NamedTuple):
    """One property: its id, the function of one ``World`` that asserts it, and what it states."""

    id: str
    function: Callable[..., Any]
    statement: str


@dataclass(frozen=True, slots=True)
class ProjectProperties:
    """The properties of a project.

    Args:
        always: those that hold whenever they are asked.
        sometimes: those that hold at the end of one run at least.
    """

    always: tuple[ProjectProperty, ...] = ()
    sometimes: tuple[ProjectProperty, ...] = ()


def properties(project: Project) -> ProjectProperties:
    """Return what the files of the project's properties folders claim; a broken file is told as an item, not here."""
    found = [
        (mark.kind, ProjectProperty(function_id("property", each, name), function, statement(function)))
        for each in _files(project)
        for name, function in _functions(each)
        if isinstance(mark := mark_of(function), PropertyMark)
    ]
    return ProjectProperties(
        always=tuple(one for kind, one in found if kind == "always"),
        sometimes=tuple(one for kind, one in found if kind == "sometimes"),
    )


def properties_for(item: Item, project: Project) -> ProjectProperties:
    """Return the properties that are asked of *item*: none of a test under its entry id alone, as ``simcore test`` runs
    it."""
    return ProjectProperties() if item.kind == "test" and item.id == item.entry else properties(project)


def statement(function: Callable[..., Any]) -> str:
    """Return what *function* states: the first line of its text, else its name in words."""
    lines = (function.__doc__ or "").strip().splitlines()
    return lines[0].strip() if lines else function.__name__.replace("_", " ")


def _files(project: Project) -> Iterator[Place]:
    for folder in project.properties:
        for each in places(folder, folder.relative_to(project.root).as_posix()):
            if not each.is_app:
                yield each


def _functions(each: Place) -> list[tuple[str, Callable[..., Any]]]:
    try:
        return list(functions(load_file(each.path, each.folder, each.shown)))
    except BrokenFile:
        return []
