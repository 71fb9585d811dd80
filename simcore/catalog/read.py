"""From a file or an app directory to its items; what cannot be read becomes one item that says why."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from simcore.catalog.files import Place, file_digest
from simcore.catalog.item import Item
from simcore.catalog.mount import BrokenFile, load_file
from simcore.model.errors import UsageError
from simcore.model.markers import Mark, ScenarioMark, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from simcore.lua.application import Application, Entry


def scenario_items(place: Place, root: Path) -> list[Item]:
    """Return the items of a Python file or of an app directory in a folder of scenarios.

    Args:
        place: the file or the app directory.
        root: where relative paths of its scenarios start from.
    """
    try:
        if place.is_app:
            return whole_app(load_application(place.path), place)
        return [_scenario(place, root, *found) for found in _marked(_module(place))]
    except (BrokenFile, UsageError) as error:
        return [_broken("test" if place.is_app else "scenario", place, error)]


def property_items(place: Place, root: Path) -> list[Item]:
    """Return the ``@given`` tests of a properties file."""
    try:
        tests = [function for name, function in functions(_module(place)) if is_given_test(name, function)]
    except BrokenFile as error:
        return [_broken("property", place, error)]
    return [_of_function("property", place, root, function) for function in tests]


def whole_app(application: Application, place: Place) -> list[Item]:
    """Return the tests of the application in the order in which they run, and its boot where a service starts by
    itself."""
    tests = [_of_entry(application, entry, place) for entry in application.tests]
    started = [id for id, service in application.services.items() if service.auto_start]
    return [*tests, _boot(application, started[0], place)] if started else tests


def _boot(application: Application, first: str, place: Place) -> Item:
    return Item(
        kind="boot",
        id=f"{place.id}::boot",
        digest=application.source_digest,
        source_line=_entry_line(application.entries[first], place.shown),
        application=application,
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


def functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give the functions that *module* itself defines, in the order of the file; imported ones belong elsewhere."""
    for name, value in vars(module).items():
        # Under its own name only: an alias would be the same function twice.
        if inspect.isfunction(value) and value.__module__ == module.__name__ and value.__name__ == name:
            yield name, value


def is_given_test(name: str, function: Callable[..., Any]) -> bool:
    """Tell whether *function* is a test that Hypothesis feeds; Hypothesis itself is not asked, so it is not loaded."""
    return name.startswith("test_") and getattr(function, "is_hypothesis_test", False) is True


def function_id(place: Place, name: str) -> str:
    """Return the id of the function *name* of a file."""
    return f"{place.id}::{name}"


def source_line(place: Place, function: Callable[..., Any]) -> str:
    """Return where *function* is defined, ``file:line``."""
    return f"{place.shown}:{inspect.unwrap(function).__code__.co_firstlineno}"


def _module(place: Place) -> ModuleType:
    return load_file(place.path, place.folder, place.shown)


def _marked(module: ModuleType) -> Iterator[tuple[Callable[..., Any], ScenarioMark]]:
    for _, function in functions(module):
        mark: Mark | None = mark_of(function)
        if isinstance(mark, ScenarioMark):
            yield function, mark


def _scenario(place: Place, root: Path, function: Callable[..., Any], mark: ScenarioMark) -> Item:
    return msgspec.structs.replace(
        _of_function("scenario", place, root, function), expect=mark.expect, schedules=mark.schedules
    )


def _of_function(kind: Literal["scenario", "property"], place: Place, root: Path, function: Callable[..., Any]) -> Item:
    return Item(
        kind=kind,
        id=function_id(place, function.__name__),
        digest=file_digest(place.path),
        source_line=source_line(place, function),
        root=root,
        function=function,
    )


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
    )


def _entry_line(entry: Entry, shown: str) -> str:
    return (Path(shown) / entry.file).as_posix() + f":{entry.line}"


def _broken(kind: Literal["scenario", "test", "property"], place: Place, error: BrokenFile | UsageError) -> Item:
    return Item(kind=kind, id=place.id, error=str(error), source_line=place.shown)
