"""Checks and reports that are in force and cannot be used: told like items, since a run without them says less than it
seems to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.catalog.marked import Refused, contents
from simcore.catalog.mount import BrokenFile
from simcore.catalog.properties import app_files, places_of, property_files, speaks_of
from simcore.catalog.read import broken_item, refused_item
from simcore.catalog.reports import own_report_files
from simcore.model.markers import ReportMark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.catalog.files import Place
    from simcore.catalog.item import Item
    from simcore.catalog.project import Project

_CHECKS: Final = ("@always", "@sometimes")


def refusals(items: Sequence[Item], project: Project) -> list[Item]:
    """Return what should be asked of *items*, or made of their results, and cannot be; each as an item in error.

    What is among *items* itself is left out.
    """
    known = {item.id for item in items}
    found = {item.id: item for item in (*_checks(items, project), *_reports(project)) if item.id not in known}
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
