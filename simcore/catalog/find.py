"""Finding what a command is asked to run: names, files, folders and app directories become items."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simcore.catalog.files import INDEX, Place, is_app, place, places
from simcore.catalog.names import meant, near, nearest
from simcore.catalog.read import app_items, load_application, property_items, scenario_items, whole_app
from simcore.lua.application.shown import shown
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.lua.application import Application


def items(project: Project, targets: Sequence[str] = ()) -> list[Item]:
    """Return the items that *targets* name, each once, in the order given; without a target the whole catalogue.

    Args:
        project: whose catalogue the names are looked up in.
        targets: item ids or tails of them, ``.py`` files, folders of scenarios, app directories.

    Raises:
        UsageError: a target names nothing, or several things, or something that cannot be used.
    """
    if not targets:
        return catalogue(project)
    # Outside of any project nothing of what comes with simcore is read for files of the user's own.
    whole = [] if project.shipped and all(map(_is_path, targets)) else catalogue(project)
    found = (item for target in targets for item in _named(project, whole, target))
    return list({item.id: item for item in found}.values())


def catalogue(project: Project) -> list[Item]:
    """Return the whole catalogue of *project*: scenarios, tests of its apps, properties. A broken file is one item.

    Raises:
        UsageError: two items have the same id.
    """
    found = [item for each, kind in _catalogue_places(project) for item in _read(each, kind, project.root)]
    by_id: dict[str, Item] = {}
    for item in found:
        first = by_id.setdefault(item.id, item)
        if first is not item:
            places_named = f"{first.source_line} and {item.source_line}"
            raise UsageError(f"the id {item.id} stands for two items, {places_named}; rename one of the two")
    return found


def app_tests(folder: str, *, suite: str | None = None, filter: str | None = None) -> list[Item]:
    """Return the tests of the app in *folder*, in the order in which they run.

    Args:
        folder: the folder of the app, as the user gave it.
        suite: take only tests of this ``meta.suite``.
        filter: take only tests whose entry id holds this text.

    Raises:
        UsageError: the app cannot be loaded, has no test of that suite, or none whose id holds *filter*.
    """
    found = app_items(load_application(Path(folder)), prefix="", shown=folder)
    tests = [msgspec.structs.replace(item, target=folder) for item in found]
    if suite is not None and not any(item.suite == suite for item in tests):
        suites = sorted({item.suite for item in tests if item.suite})
        known = f"it has {', '.join(map(shown, suites))}" if suites else "none of its tests has one"
        raise UsageError(f"{folder}: no test has the suite {suite!r}; {known}{near(suites, suite)}")
    asked = [item for item in tests if suite in (None, item.suite)]
    wanted = [item for item in asked if (filter or "") in item.entry]
    if asked and not wanted:
        of_suite = "" if suite is None else f" of the suite {suite!r}"
        alike = ", ".join(nearest([item.entry for item in asked], filter or ""))
        raise UsageError(
            f"{folder}: no test{of_suite} has {filter!r} in its entry id; of {len(asked)} the nearest: {alike}"
        )
    return wanted


def item_of(project: Project, identity: str, target: str = "") -> Item:
    """Return the item that a case or a token speaks of.

    Args:
        project: whose catalogue is searched where there is no target.
        identity: the item's id.
        target: what the item was found by, as the user gave it then.

    Raises:
        UsageError: there is no such item any more.
    """
    candidates = _candidates(project, target)
    found = [item for item in candidates if item.id == identity] or meant(candidates, identity)
    if len(found) != 1:
        where = f"in {target}" if target else "in the catalogue"
        hint = near([item.id for item in candidates], identity)
        raise UsageError(f"there is no item {shown(identity)} {where}{hint}; name its file or app with --target")
    return found[0]


def _candidates(project: Project, target: str) -> list[Item]:
    if not target:
        return catalogue(project)
    if Path(target).is_dir() and is_app(Path(target)):
        return [*app_tests(target), *items(project, [target])]
    return items(project, [target])


def _named(project: Project, whole: list[Item], target: str) -> list[Item]:
    if _is_path(target):
        return _at(project, Path(target), target)
    found = meant(whole, target) if target else []
    if not found:
        raise UsageError(_unknown(whole, target))
    broken = [item for item in found if item.error]
    if broken:
        raise UsageError(broken[0].error)
    return found


def _is_path(target: str) -> bool:
    return bool(target) and Path(target).exists()


def _unknown(whole: list[Item], target: str) -> str:
    what = (
        "no such file or folder" if target.endswith(".py") or target.startswith((".", "/")) else "nothing of that name"
    )
    broken = [item.error for item in whole if item.error]
    unread = f"; some files could not be read, the first: {broken[0]}" if broken else ""
    hint = near([item.id for item in whole], target) or "; see `simcore list` for what there is"
    return f"unknown target {target!r}: {what}{hint}{unread}"


def app_without_items(target: str) -> Application | None:
    """Return the app in the folder *target* if there is nothing in it to run, else None.

    Raises:
        UsageError: it is an app that cannot be loaded.
    """
    path = Path(target)
    if not path.is_dir() or not is_app(path):
        return None
    application = load_application(path)
    return None if whole_app(application, name=path.resolve().name, shown=target) else application


def _at(project: Project, path: Path, target: str) -> list[Item]:
    """Return the items of an existing path: of the catalogue where it lies in one, else with a hint."""
    inside = _within_catalogue(project, path)
    found = inside if inside else [msgspec.structs.replace(item, target=target) for item in _outside(path, target)]
    if found and all(item.error for item in found):
        raise UsageError(found[0].error)
    if not found:
        raise UsageError(
            f"{target}: no scenario, no @given test and no test of an app in it; "
            "a scenario is a function below @scenario, and an app has an _index.yaml"
        )
    return found


def _within_catalogue(project: Project, path: Path) -> list[Item]:
    # The user may have named it through a link.
    real = Path(os.path.realpath(path))
    return [
        item
        for each, kind in _catalogue_places(project)
        if Path(os.path.realpath(each.path)).is_relative_to(real)
        for item in _read(each, kind, project.root)
    ]


def _outside(path: Path, target: str) -> list[Item]:
    if path.is_dir() and is_app(path):
        return whole_app(load_application(path), name=path.resolve().name, shown=target)
    if path.is_dir():
        found = list(places(path, target))
    elif path.suffix == ".py":
        found = [place(path, path.parent, Path(target).parent.as_posix())]
    else:
        hint = f"; its app is {path.parent.as_posix()}" if path.name == INDEX else ""
        raise UsageError(f"{target}: a target is a .py file, a folder of scenarios, an app directory or a name{hint}")
    return [item for each in found for item in (*scenario_items(each, Path()), *_properties_of(each))]


def _properties_of(each: Place) -> list[Item]:
    return [] if each.is_app else [item for item in property_items(each, Path()) if not item.error]


def _catalogue_places(project: Project) -> Iterator[tuple[Place, str]]:
    for kind in ("scenarios", "properties"):
        for folder in getattr(project, kind):
            for each in places(folder, folder.relative_to(project.root).as_posix()):
                if kind == "scenarios" or not each.is_app:
                    yield each, kind


def _read(each: Place, kind: str, root: Path) -> list[Item]:
    return scenario_items(each, root) if kind == "scenarios" else property_items(each, root)
