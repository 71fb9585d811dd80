"""Checks and reports that are in force and cannot be used: told like items, since a run without them says less than it
seems to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec

from simcore.catalog.files import Place
from simcore.catalog.marked import Refused, contents
from simcore.catalog.mount import BrokenFile
from simcore.catalog.properties import app_files, places_of, property_files, speaks_of
from simcore.catalog.read import broken_item, refused_item
from simcore.catalog.reports import own_report_files
from simcore.catalog.unused import NOT_TAKEN, is_whole, of_helpers
from simcore.catalog.written import marked_in
from simcore.model.markers import Mark, ReportMark, word
from simcore.model.shapes import name_of
from simcore.model.shown_file import shown_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project

_CHECKS: Final = ("@always", "@sometimes")
INIT: Final = "__init__.py"
_OF_A_PACKAGE: Final = "stands in an __init__.py, which is no file of a catalogue; move it to a file of another name"


def refusals(items: Sequence[Item], project: Project) -> list[Item]:
    """Return what should be asked of *items*, or made of their results, and cannot be; each as an item in error.

    What is among *items* itself is left out.
    """
    known = {item.id for item in items}
    several = (*_checks(items, project), *_reports(project), *_of_helpers(items, project), *_of_packages(items))
    found = {item.id: item for item in several if item.id not in known}
    return list(found.values())


def _checks(items: Sequence[Item], project: Project) -> Iterator[Item]:
    if speaks_of(project, items):
        for each in property_files(project):
            yield from _of_file(each, project.kinds_of(each))
    for place in places_of(items):
        if not place.is_app:
            yield from _of_file(place, project.kinds_of(place))
        else:
            for each in app_files(place, project):
                yield from _of_file(each, ("properties",))


def _of_file(place: Place, kinds: Sequence[str]) -> Iterator[Item]:
    try:
        refused = contents(place, kinds).refused
    except BrokenFile as error:
        yield broken_item("property", place, error)
    else:
        yield from (refused_item(place, each) for each in refused if each.what in _CHECKS)


def _reports(project: Project) -> Iterator[Item]:
    """Give what is wrong in the project's own reports."""
    written: dict[str, str] = {}
    for each in own_report_files(project):
        yield from _of_reports(each, project, written)


def _of_reports(place: Place, project: Project, written: dict[str, str]) -> Iterator[Item]:
    """Give what is wrong in one file; *written* knows which report writes which file, and is added to."""
    try:
        found = contents(place, project.kinds_of(place))
    except BrokenFile as error:
        yield broken_item("scenario", place, error)
        return
    yield from (refused_item(place, each) for each in found.refused)
    for each in found.taken:
        if isinstance(each.mark, ReportMark):
            first = written.setdefault(each.mark.name, each.source_line)
            if first != each.source_line:
                reason = f"writes {each.mark.name}, as the one at {first} does; one file has one report"
                yield refused_item(place, Refused(each.name, "@report", each.source_line, reason))


# -- where nothing is looked for


def _of_helpers(items: Sequence[Item], project: Project) -> Iterator[Item]:
    """Give the marks of modules that files import and of which none is taken, where that can be known."""
    lost, _ = of_helpers(places_of(items)) if is_whole(project) else ([], [])
    for each in lost:
        refused = Refused(
            name_of(each.marked), word(cast("Mark", each.mark)), f"{shown_file(each.file)}:{each.line}", NOT_TAKEN
        )
        yield _elsewhere(Path(each.file), refused)


def _of_packages(items: Sequence[Item]) -> Iterator[Item]:
    """Give what is marked in the ``__init__.py`` of a folder that items come from."""
    files: dict[Path, Path] = {}
    for place in places_of(items):
        above = [] if place.is_app else [each for each in place.path.parents if each.is_relative_to(place.folder)]
        files.update((each / INIT, each) for each in above if (each / INIT).is_file())
    for file in files:
        for name, what, line in marked_in(file):
            yield _elsewhere(file, Refused(name, what, f"{shown_file(str(file))}:{line}", _OF_A_PACKAGE))


def _elsewhere(file: Path, refused: Refused) -> Item:
    """Return the item that stands for something in a file that is none of the catalogue."""
    shown = refused.source_line.rpartition(":")[0]
    place = Place(file, file.parent, shown, shown, is_app=False)
    return msgspec.structs.replace(refused_item(place, refused), place=None)
