"""Finding what a command is asked to run: names, files, folders and app directories become items."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from simcore.catalog.files import INDEX, Place, app_places, is_app, legible, native, places, typed
from simcore.catalog.mount import declare
from simcore.catalog.names import meant, named, near, nearest
from simcore.catalog.project import FILE, KINDS, find_project
from simcore.catalog.read import app_dir_items, file_items, load_application, whole_app
from simcore.lua.application.shown import shown
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.lua.application import Application


class Findings(NamedTuple):
    """What targets name.

    Args:
        items: each once, in the order given.
        empty: one line for each target that exists and has nothing to run in it.
    """

    items: list[Item]
    empty: Sequence[str] = ()


def items(project: Project, targets: Sequence[str] = ()) -> list[Item]:
    """Return the items that *targets* name, as ``find`` does, without a word on targets that hold none."""
    return find(project, targets).items


def find(project: Project, targets: Sequence[str] = ()) -> Findings:
    """Return what *targets* name; without a target the whole catalogue.

    Args:
        project: whose catalogue the names are looked up in.
        targets: item ids or tails of them, ``.py`` files, folders of scenarios, app directories.

    Raises:
        UsageError: a target names nothing, or several things, or something that cannot be used; or there is nothing
            to run in any of them.
    """
    if not targets:
        _refuse_to_look_past(project)
        return Findings(catalogue(project))
    named = _all_named(project, targets)
    empty = [_nothing_in(target) for target, found in named.items() if not found]
    if len(empty) == len(named):
        raise UsageError(empty[0])
    found = _each_once(item for each in named.values() for item in each)
    if all(item.error for item in found) and not any(item.skips for item in found):
        raise UsageError(_errors(found))
    return Findings(found, [*empty, *_projects_passed_by(project, targets)])


def _all_named(project: Project, targets: Sequence[str]) -> dict[str, list[Item]]:
    # Outside of any project nothing of what comes with simcore is read for files of the user's own.
    whole = [] if project.shipped and all(_path_in(project, each)[0] for each in targets) else catalogue(project)
    return {target: _named(project, whole, target) for target in targets}


def _projects_passed_by(project: Project, targets: Iterable[str]) -> Iterator[str]:
    """Give a line for each target that lies in a project which is not the one around the current folder."""
    for target in targets:
        path, _ = _path_in(project, target)
        around = find_project(Path(path)) if path else project
        if not around.shipped and around.root != project.root:
            yield (
                f"{target} lies in a project of its own, whose [tool.simcore] is not in force here; "
                f"run it from {typed(project.typed_at, around.root)}"
            )


def _refuse_to_look_past(project: Project) -> None:
    """Refuse to run what comes with simcore where the current folder has something of its own and does not say so."""
    here = Path.cwd()
    if not project.shipped or here == project.root:
        return
    if (here / INDEX).exists():
        raise UsageError("there is an app in this folder and no project around it; name it: simcore run .")
    for kind in KINDS[:2]:
        if any((here / kind).glob("**/*.py")) or any((here / kind).glob(f"**/{INDEX}")):
            raise UsageError(
                f"there is a folder {kind} here, and no {FILE} with a [tool.simcore] table that makes it a project; "
                f"add one (two lines will do), or name the folder: simcore run {kind}"
            )


def _each_once(found: Iterable[Item]) -> list[Item]:
    by_id: dict[str, Item] = {}
    for item in found:
        first = by_id.setdefault(item.id, item)
        if first.source_line != item.source_line or first.digest != item.digest:
            places_named = f"{first.source_line} and {item.source_line}"
            raise UsageError(f"the id {item.id} stands for two items, {places_named}; rename one of the two")
    return list(by_id.values())


def _nothing_in(target: str) -> str:
    return (
        f"{target}: no scenario, no @given test and no test of an app in it; "
        "a scenario is a function below @scenario, and an app has an _index.yaml"
    )


def catalogue(project: Project) -> list[Item]:
    """Return the whole catalogue of *project*: scenarios, tests of its apps, properties. A broken file is one item.

    Raises:
        UsageError: two items have the same id.
    """
    return _each_once(item for each in _catalogue_places(project) for item in _read(each, project))


def app_tests(project: Project, folder: str, *, suite: str | None = None, filter: str | None = None) -> list[Item]:
    """Return the tests of the app in *folder*, in the order in which they run.

    Args:
        project: around the current folder.
        folder: the folder of the app, as the user gave it.
        suite: take only tests of this ``meta.suite``.
        filter: take only tests whose entry id holds this text.

    Raises:
        UsageError: the app cannot be loaded, has no test of that suite, or none whose id holds *filter*.
    """
    path = Path(folder)
    places = [each for each in _catalogue_places(project) if each.is_app and _same(each.path, path)]
    found = whole_app(load_application(path), places[0]) if places else _of_app(project, path, folder)
    tests = [item for item in found if item.kind == "test"]
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
    candidates = _each_once(_all_named(project, [target])[target]) if target else catalogue(project)
    found = [item for item in candidates if item.id == identity] or _once_called(candidates, identity)
    if len(found) == 1:
        return found[0]
    broken = _broken_place_of(candidates, identity)
    if broken:
        raise UsageError(f"{shown(identity)} cannot be run: {broken[0].error}")
    where = f"in {target}" if target else "in the catalogue"
    hint = near([item.id for item in candidates], identity)
    unread = _unread(candidates)
    raise UsageError(f"there is no item {shown(identity)} {where}{unread}; name its file or app with --target{hint}")


def _broken_place_of(candidates: list[Item], identity: str) -> list[Item]:
    """Return the file or the app that *identity* is of, also without its ``.py``, where that cannot be read."""
    place = identity.partition("::")[0]
    return [item for item in candidates if item.error and item.id in (place, f"{place}.py")]


def _unread(candidates: list[Item]) -> str:
    broken = [item.error for item in candidates if item.broken]
    return f"; some files could not be read, the first: {broken[0]}" if broken else ""


def _once_called(candidates: list[Item], identity: str) -> list[Item]:
    """Return the item that an earlier simcore called *identity*: by a tail, and a file outside of a catalogue as if it
    stood in one."""
    found = meant(candidates, identity)
    for kind in KINDS:
        found = found or meant(candidates, identity.removeprefix(f"{kind}/"))
    return found


def path_of(project: Project, identity: str) -> str:
    """Return the path that the id of an item begins with, as one would type it here, or nothing where there is none."""
    return _path_in(project, identity)[0] if identity else ""


def _named(project: Project, whole: list[Item], target: str) -> list[Item]:
    path, name = _path_in(project, target)
    if path and not name:
        return _at(project, Path(path), path)
    inside = _at(project, Path(path), path) if path else []
    found = named(inside, name) or (meant(whole, target) if target else [])
    if not found:
        raise UsageError(_unknown(inside or whole, target))
    return found


def _path_in(project: Project, target: str) -> tuple[str, str]:
    """Return the path that *target* names, if it exists, and the name behind its ``::``; both may be empty.

    It is looked for in the current folder, then in the one in which ids are paths.
    """
    before, _, name = target.partition("::")
    # Of os.path, since to pathlib a name that is too long for any file is an error.
    if target and os.path.exists(target):
        return target, ""
    for path in (before, f"{before}.py", native(before), native(f"{before}.py")):
        for found in (Path(path), project.typed_at / path):
            if before and os.path.exists(found):
                return str(found), name
    return "", name


def _unknown(whole: list[Item], target: str) -> str:
    what = (
        "no such file or folder" if target.endswith(".py") or target.startswith((".", "/")) else "nothing of that name"
    )
    hint = near([item.id for item in whole], target) or "; see `simcore list` for what there is"
    return f"unknown target {target!r}: {what}{_unread(whole)}{hint}"


def app_without_items(target: str) -> Application | None:
    """Return the app in the folder *target* if there is nothing in it to run, else None.

    Raises:
        UsageError: it is an app that cannot be loaded.
    """
    path = Path(target)
    if not os.path.isdir(path) or not is_app(path):
        return None
    application = load_application(path)
    return None if whole_app(application, _app_place(path, target, target)) else application


def _at(project: Project, path: Path, target: str) -> list[Item]:
    """Return the items of an existing path: of the catalogue where it lies in one, else with a hint."""
    return _within_catalogue(project, path) or _outside(project, path, target)


def _errors(broken: Iterable[Item]) -> str:
    """Return what is wrong with each of the items, each on a line of its own."""
    return "\n".join(item.error for item in broken)


def _within_catalogue(project: Project, path: Path) -> list[Item]:
    real = Path(os.path.realpath(path))
    return [
        item
        for each in _catalogue_places(project)
        if Path(os.path.realpath(each.path)).is_relative_to(real)
        for item in _read(each, project)
    ]


def _same(one: Path, other: Path) -> bool:
    # The user may have named it through a link.
    return os.path.realpath(one) == os.path.realpath(other)


def _outside(project: Project, path: Path, target: str) -> list[Item]:
    id = typed(project.typed_at, path)
    if path.is_dir() and is_app(path):
        declare(path)
        # An app that cannot be loaded is an item in error, as in a catalogue, and the other targets run.
        found = list(app_places(path, id, legible(target)))
    elif path.is_dir():
        declare(path)
        found = list(places(path, id, legible(target)))
    elif path.suffix == ".py":
        found = [Place(path, path.parent, id, legible(Path(target).as_posix()), is_app=False)]
    else:
        hint = f"; its app is {path.parent.as_posix()}" if path.name == INDEX else ""
        raise UsageError(f"{target}: a target is a .py file, a folder of scenarios, an app directory or a name{hint}")
    read = (app_dir_items(each) if each.is_app else file_items(each, Path(), project.kinds_of(each)) for each in found)
    return [msgspec.structs.replace(item, target=legible(target)) for items in read for item in items]


def _of_app(project: Project, folder: Path, target: str) -> list[Item]:
    id = typed(project.typed_at, folder)
    found = whole_app(load_application(folder), _app_place(folder, id, target))
    return [msgspec.structs.replace(item, target=legible(target)) for item in found]


def _app_place(folder: Path, id: str, target: str) -> Place:
    return Place(folder, folder, id, legible(target), is_app=True)


def _catalogue_places(project: Project) -> Iterator[Place]:
    """Give each place once, though folders may lie in each other or be named twice."""
    given: dict[str, Path] = {}
    for kind in ("scenarios", "properties"):
        for folder in getattr(project, kind):
            for each in project.places(folder):
                # Of two links in one folder each is an item; what two folders hold, by a link perhaps, is one.
                first = given.setdefault(os.path.realpath(each.path), folder)
                if first is folder and (kind == "scenarios" or not each.is_app):
                    yield each


def _read(each: Place, project: Project) -> list[Item]:
    return app_dir_items(each) if each.is_app else file_items(each, project.root, project.kinds_of(each))
