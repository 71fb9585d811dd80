"""From a file or an app directory to its items; what cannot be read becomes one item that says why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from simcore.catalog.files import Place, file_digest
from simcore.catalog.item import Item
from simcore.catalog.marked import GIVEN, Refused, Taken, contents, is_item
from simcore.catalog.mount import BrokenFile, SkippedFile
from simcore.model.errors import UsageError
from simcore.model.markers import ScenarioMark

if TYPE_CHECKING:
    from collections.abc import Collection

    from simcore.lua.application import Application, Entry


def file_items(place: Place, root: Path, kinds: Collection[str] = ()) -> list[Item]:
    """Return the items of a Python file: scenarios, ``@given`` tests, and what looks like one and is refused.

    Args:
        place: the file.
        root: where relative paths of its scenarios start from.
        kinds: as of ``contents``.
    """
    try:
        found = contents(place, kinds)
    except BrokenFile as error:
        return [broken_item("property" if "properties" in kinds else "scenario", place, error)]
    taken = [_taken(place, root, each) for each in found.taken if is_item(each)]
    return [*taken, *(refused_item(place, each) for each in found.refused)]


def app_dir_items(place: Place) -> list[Item]:
    """Return the items of an app directory."""
    try:
        return whole_app(load_application(place.path), place)
    except UsageError as error:
        return [broken_item("test", place, error)]


def whole_app(application: Application, place: Place) -> list[Item]:
    """Return the tests of the application in the order in which they run, and its boot where a service starts by
    itself; what was meant as a test, and is none, is refused."""
    lost = [_lost(application, entry, place) for entry in application.entries.values() if entry.lost]
    tests = [*(_of_entry(application, entry, place) for entry in application.tests), *lost]
    started = [id for id, service in application.services.items() if service.auto_start]
    return [*tests, _boot(application, started[0], place)] if started else tests


def _boot(application: Application, first: str, place: Place) -> Item:
    return Item(
        kind="boot",
        id=f"{place.id}::boot",
        digest=application.source_digest,
        source_line=_entry_line(application.entries[first], place.shown),
        application=application,
        place=place,
    )


def load_application(folder: Path) -> Application:
    """Load the app in *folder*. Imported late, because most commands need no Lua.

    Raises:
        UsageError: it cannot be used; the message names file, line, entry and field.
    """
    from simcore.lua import load_app

    return load_app(_as_a_user_says(folder))


def _as_a_user_says(folder: Path) -> Path:
    """Return *folder* below the current one where it is, so that messages are short and the same everywhere."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_absolute() and folder.is_relative_to(here) else folder


def function_id(place: Place, name: str) -> str:
    """Return the id of the function *name* of a file."""
    return f"{place.id}::{name}"


def refused_item(place: Place, refused: Refused) -> Item:
    """Return the item that stands for what is *refused*, so that it is told like one."""
    return Item(
        kind="property" if refused.what == GIVEN else "scenario",
        id=function_id(place, refused.name),
        digest=file_digest(place.path),
        source_line=refused.source_line,
        error=str(refused),
        place=place,
    )


def _taken(place: Place, root: Path, taken: Taken) -> Item:
    item = Item(
        kind="property",
        id=function_id(place, taken.name),
        digest=file_digest(place.path),
        source_line=taken.source_line,
        root=root,
        function=taken.function,
        place=place,
    )
    if not isinstance(taken.mark, ScenarioMark):
        return item
    return msgspec.structs.replace(item, kind="scenario", expect=taken.mark.expect, schedules=taken.mark.schedules)


def _of_entry(application: Application, entry: Entry, place: Place) -> Item:
    return Item(
        kind="test",
        id=f"{place.id}::{entry.id}",
        suite=entry.suite,
        expect="failed" if entry.expected_failure else "passed",
        digest=application.source_digest,
        source_line=_entry_line(entry, place.shown),
        application=application,
        entry=entry.id,
        place=place,
    )


def _lost(application: Application, entry: Entry, place: Place) -> Item:
    """Return the item that stands for what was meant as a test and is none, so that it is told like one."""
    return msgspec.structs.replace(_of_entry(application, entry, place), error=entry.lost)


def _entry_line(entry: Entry, shown: str) -> str:
    return (Path(shown) / entry.file).as_posix() + f":{entry.line}"


def broken_item(kind: Literal["scenario", "test", "property"], place: Place, error: BrokenFile | UsageError) -> Item:
    """Return the item that stands for a file or an app that cannot be read."""
    skips = isinstance(error, SkippedFile)
    return Item(kind=kind, id=place.id, error=str(error), skips=skips, source_line=place.shown, place=place)
