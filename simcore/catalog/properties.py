"""The ``@always`` and ``@sometimes`` of a project, which hold over all its runs."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.catalog.mount import BrokenFile, load_file
from simcore.catalog.read import function_id, functions
from simcore.model.markers import PropertyMark, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simcore.catalog.files import Place
    from simcore.catalog.item import Item
    from simcore.catalog.project import Project


class ProjectProperty(NamedTuple):
    """One property.

    Args:
        id: its id.
        function: what asserts it, of a ``World``.
        statement: what it states.
        wants_changes: whether it takes ``Changes`` besides.
    """

    id: str
    function: Callable[..., Any]
    statement: str
    wants_changes: bool = False


@dataclass(frozen=True, slots=True)
class ProjectProperties:
    """The properties of a project.

    Args:
        always: those that hold whenever they are asked.
        sometimes: those that hold at the end of one run at least.
        shipped: whether they come with simcore, for want of a project.
    """

    always: tuple[ProjectProperty, ...] = ()
    sometimes: tuple[ProjectProperty, ...] = ()
    shipped: bool = False

    def of(self, item: Item | None) -> ProjectProperties:
        """Return those that are asked of *item*, or, with None, of a run that belongs to no item.

        A project's are asked of all that is run in it. Those that come with simcore speak of what comes with simcore:
        who runs something else outside of any project never wrote them.
        """
        return ProjectProperties() if self.shipped and _is_foreign(item) else self


def _is_foreign(item: Item | None) -> bool:
    return item is None or bool(item.target)


def properties(project: Project) -> ProjectProperties:
    """Return what the files of the project's properties folders claim; a broken file is told as an item, not here."""
    found = [
        (mark.kind, _property(function_id(each, name), function))
        for each in _files(project)
        for name, function in _functions(each)
        if isinstance(mark := mark_of(function), PropertyMark)
    ]
    return ProjectProperties(
        always=tuple(one for kind, one in found if kind == "always"),
        sometimes=tuple(one for kind, one in found if kind == "sometimes"),
        shipped=project.shipped,
    )


def properties_for(item: Item | None, project: Project) -> ProjectProperties:
    """Return the properties that are asked of *item*, as ``ProjectProperties.of`` does."""
    return ProjectProperties() if project.shipped and _is_foreign(item) else properties(project)


def properties_over(items: Sequence[Item], project: Project) -> ProjectProperties:
    """Return the properties of *project*; none where they speak of none of *items*, and then no file is read."""
    foreign = project.shipped and all(_is_foreign(item) for item in items)
    return ProjectProperties() if foreign else properties(project)


def statement(function: Callable[..., Any]) -> str:
    """Return what *function* states: the first line of its text, else its name in words."""
    lines = (function.__doc__ or "").strip().splitlines()
    return lines[0].strip() if lines else function.__name__.replace("_", " ")


def _property(id: str, function: Callable[..., Any]) -> ProjectProperty:
    return ProjectProperty(id, function, statement(function), _takes_two(function))


def _takes_two(function: Callable[..., Any]) -> bool:
    """Tell whether *function* has to be given a second argument; one with a default of its own keeps it."""
    required = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in required) == 2


def _files(project: Project) -> Iterator[Place]:
    for folder in project.properties:
        for each in project.places(folder):
            if not each.is_app:
                yield each


def _functions(each: Place) -> list[tuple[str, Callable[..., Any]]]:
    try:
        return list(functions(load_file(each.path, each.folder, each.shown)))
    except BrokenFile:
        return []
