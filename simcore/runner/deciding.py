"""What decides a run besides the file of its item: the ``always`` that are asked, and other files of the project."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.files import native
from simcore.catalog.sources import changed_since, home_of, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.case import Case
    from simcore.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What decides a run, as a case holds it.

    Args:
        always: the ids of the ``always`` that are asked.
        sources: the digest of each file and each application, by path.
    """

    always: tuple[str, ...]
    sources: dict[str, str]


def deciding(item: Item, properties: ProjectProperties, apps: Iterable[Path], project: Project) -> Deciding:
    """Return what decides the runs of *item*.

    Args:
        item: as it is today.
        properties: those that may be asked of it.
        apps: the folders of the applications that were installed into its worlds.
        project: around it.
    """
    assert item.place is not None, "what is run has a place"
    asked = properties.of(item).always
    files = [] if item.place.is_app else [item.place.path]
    # What comes with simcore is named from its own folder, all else from where ids are paths.
    named = (native(each.id.rpartition("::")[0]) for each in asked)
    files += [folder / name for name in named for folder in dict.fromkeys((project.typed_at, project.root))]
    # The application of a test is what the item's own digest is of.
    others = [app for app in apps if not (item.place.is_app and app.resolve() == item.place.path.resolve())]
    return Deciding(always=tuple(each.id for each in asked), sources=sources(files, others, home_of(item, project)))


def apps_in(worlds: Iterable[World]) -> tuple[Path, ...]:
    """Return the folders of the applications that were installed into *worlds*, each once."""
    # Who plays Python processes alone never loads Lua.
    if "simcore.lua.bridge.definition" not in sys.modules:
        return ()
    from simcore.lua.bridge.definition import LuaDefinition

    definitions = (each for world in worlds for each in world.runtime.definitions.values())
    return tuple(dict.fromkeys(each.folder for each in definitions if isinstance(each, LuaDefinition)))


def changed_sources(item: Item, case: Case, project: Project) -> tuple[str, ...]:
    """Return what of the sources of *item* is another than when *case* was made."""
    changed = changed_since(case.sources or {}, home_of(item, project)) if case.sources else []
    if item.digest != case.run.item.digest and (item.application is not None or not changed):
        # The file of an item in Python is among the sources, where these are known.
        changed = [item.place.shown if item.place is not None else item.id, *changed]
    return tuple(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldThen:
    """The ``always`` of a replay beside those of its case.

    Args:
        properties: what is asked: of the ``always`` of today those that were asked then.
        added: the ids of those that are asked today, and were not then.
        removed: the ids of those that were asked then, and are not there any more.
    """

    properties: ProjectProperties
    added: Sequence[str] = ()
    removed: Sequence[str] = ()

    def lost(self, property_name: str) -> str:
        """Return the id of the property of that name where it was removed; else nothing."""
        named = [id for id in self.removed if id.rpartition("::")[2] == property_name]
        there = any(each.id.rpartition("::")[2] == property_name for each in self.properties.always)
        return named[0] if named and not there else ""


def held_then(item: Item, properties: ProjectProperties, case: Case | None) -> HeldThen:
    """Return what of *properties* is asked where *case* is replayed: what the case does not know was added later."""
    if case is None or case.always is None:
        return HeldThen(properties=properties)
    today = [each.id for each in properties.of(item).always]
    return HeldThen(
        properties=replace(properties, always=tuple(each for each in properties.always if each.id in case.always)),
        added=[id for id in today if id not in case.always],
        removed=[id for id in case.always if id not in today],
    )
