"""The ``@always`` and ``@sometimes`` that are asked of a run: the project's, and those beside what is run."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.catalog.files import places, typed
from simcore.catalog.fit import takes_changes
from simcore.catalog.marked import contents
from simcore.catalog.mount import BrokenFile, declare
from simcore.catalog.project import find_project, shipped_project
from simcore.catalog.read import file_items, function_id
from simcore.model.markers import PropertyMark

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from simcore.catalog.files import Place
    from simcore.catalog.item import Item
    from simcore.catalog.marked import Taken
    from simcore.catalog.project import Project


class ProjectProperty(NamedTuple):
    """One property.

    Args:
        id: its id.
        function: what asserts it, of a ``World``.
        statement: what it states.
        wants_changes: whether it takes ``Changes`` besides.
        beside: the id of the file or the app whose items alone it is asked of; empty where it is the whole project.
        source_line: where it is defined, ``file:line``.
    """

    id: str
    function: Callable[..., Any]
    statement: str
    wants_changes: bool = False
    beside: str = ""
    source_line: str = ""


@dataclass(frozen=True, slots=True)
class ProjectProperties:
    """The properties of a project, and those that stand beside its items.

    Args:
        always: those that hold whenever they are asked.
        sometimes: those that hold at the end of one run at least.
        shipped: whether the project's come with simcore, for want of one.
    """

    always: tuple[ProjectProperty, ...] = ()
    sometimes: tuple[ProjectProperty, ...] = ()
    shipped: bool = False

    def of(self, item: Item | None) -> ProjectProperties:
        """Return those that are asked of *item*, or, with None, of a run that belongs to no item.

        A project's are asked of all that is run in it. Those that come with simcore speak of what comes with simcore:
        who runs something else outside of any project never wrote them. What stands beside a scenario is asked of the
        items of its file, and what stands beside an app of the items of that.
        """
        whole = not (self.shipped and _is_foreign(item))
        place = "" if item is None or item.place is None else item.place.id

        def asked(each: ProjectProperty) -> bool:
            return each.beside == place if each.beside else whole

        return replace(self, always=tuple(filter(asked, self.always)), sometimes=tuple(filter(asked, self.sometimes)))


def _is_foreign(item: Item | None) -> bool:
    return item is None or bool(item.target)


def properties(project: Project) -> ProjectProperties:
    """Return what the files of the project's properties folders claim; a broken file is told as an item, not here."""
    claims = [claim for each in property_files(project) for claim in _claims(each, project.kinds_of(each), beside="")]
    return _sorted(claims, shipped=project.shipped)


def properties_for(item: Item | None, project: Project) -> ProjectProperties:
    """Return the properties that are asked of *item*, as ``ProjectProperties.of`` does."""
    return properties_over([] if item is None else [item], project).of(item)


def properties_over(items: Sequence[Item], project: Project) -> ProjectProperties:
    """Return the properties of *project* and those beside *items*; of the project none where they speak of none of
    them, and then no file of it is read."""
    own = properties(project) if speaks_of(project, items) else ProjectProperties(shipped=project.shipped)
    beside = _sorted([claim for place in places_of(items) for claim in _beside(place, project)])
    return replace(own, always=own.always + beside.always, sometimes=own.sometimes + beside.sometimes)


def speaks_of(project: Project, items: Sequence[Item]) -> bool:
    """Tell whether the properties of *project* are asked of any of *items*, or of runs that belong to no item."""
    return not project.shipped or not all(_is_foreign(item) for item in items)


def places_of(items: Sequence[Item]) -> list[Place]:
    """Return the files and the apps of catalogues that *items* are of, each once."""
    several = [item.place for item in items if item.place is not None and not item.is_alone]
    return list({place.id: place for place in several}.values())


# -- beside


def beside(held: ProjectProperties) -> ProjectProperties:
    """Return those of *held* that are not the whole project's."""
    return replace(
        held,
        always=tuple(each for each in held.always if each.beside),
        sometimes=tuple(each for each in held.sometimes if each.beside),
    )


def _beside(place: Place, project: Project) -> Iterator[tuple[str, ProjectProperty]]:
    """Give what stands beside the items of *place* and is not the project's."""
    if place.is_app:
        for each in app_files(place, project):
            yield from _claims(each, ("properties",), beside=place.id)
    elif "properties" not in project.kinds_of(place):
        yield from _claims(place, project.kinds_of(place), beside=place.id)


def app_files(place: Place, project: Project) -> Iterator[Place]:
    """Give the files of properties of the app at *place*: in it, beside it, and of the project that it lies in."""
    folder = Path(os.path.abspath(place.path))
    known = {os.path.realpath(each): None for each in project.properties}
    for each in (folder / "properties", folder.parent / "properties", *_properties_around(folder)):
        if each.is_dir() and os.path.realpath(each) not in known:
            known[os.path.realpath(each)] = None
            named = typed(project.typed_at, each)
            declare(each)
            yield from (file for file in places(each, named, named) if not file.is_app)


def _properties_around(app: Path) -> tuple[Path, ...]:
    """Return the folders of properties of the project that *app* lies in."""
    # What is installed somewhere below a project is no part of that.
    if app.is_relative_to(shipped_project().root):
        return ()
    around = find_project(app)
    return () if around.shipped else around.properties


# -- what a file claims


def _claims(place: Place, kinds: Collection[str], *, beside: str) -> Iterator[tuple[str, ProjectProperty]]:
    """Give the properties of a file, each with its kind; none of one that is broken, which is told elsewhere."""
    try:
        found = contents(place, kinds)
    except BrokenFile:
        return
    for taken in found.taken:
        if isinstance(taken.mark, PropertyMark):
            yield taken.mark.kind, _property(place, taken, beside)


def _property(place: Place, taken: Taken, beside: str) -> ProjectProperty:
    return ProjectProperty(
        id=function_id(place, taken.name),
        function=taken.function,
        statement=statement(taken.function, taken.name),
        wants_changes=taken.mark == PropertyMark("always") and takes_changes(taken.function),
        beside=beside,
        source_line=taken.source_line,
    )


def statement(function: Callable[..., Any], name: str) -> str:
    """Return what *function* states: the first line of its text, else its *name* in words."""
    lines = (getattr(function, "__doc__", None) or "").strip().splitlines()
    # A partial has the text of its class.
    written = lines and not isinstance(function, functools.partial)
    return lines[0].strip() if written else name.replace("_", " ")


def _sorted(claims: Sequence[tuple[str, ProjectProperty]], *, shipped: bool = False) -> ProjectProperties:
    return ProjectProperties(
        always=tuple(one for kind, one in claims if kind == "always"),
        sometimes=tuple(one for kind, one in claims if kind == "sometimes"),
        shipped=shipped,
    )


def property_files(project: Project) -> Iterator[Place]:
    """Give the Python files of the project's properties folders."""
    for folder in project.properties:
        for each in project.places(folder):
            if not each.is_app:
                yield each


# -- what may be reached


def whole_places(items: Sequence[Item], project: Project) -> set[str]:
    """Return the ids of the files and apps of which all that can be run is among *items*."""
    ids = {item.id for item in items}
    return {place.id for place in places_of(items) if ids.issuperset(_ids_in(place, items, project))}


def _ids_in(place: Place, items: Sequence[Item], project: Project) -> list[str]:
    if not place.is_app:
        return [item.id for item in file_items(place, project.root, project.kinds_of(place))]
    # A boot is no test, and has nothing that a test needs.
    application = next(item.application for item in items if item.place is place)
    return [] if application is None else [f"{place.id}::{entry.id}" for entry in application.tests]
