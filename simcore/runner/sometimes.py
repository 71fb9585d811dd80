"""Which ``sometimes`` of a project have held at the end of a run: each is asked until it has held once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import ProjectProperties, properties_for
from simcore.catalog.properties import properties as find_properties
from simcore.model.library_words import says_skip
from simcore.model.outcome import Remark
from simcore.runner.always import holds
from simcore.runner.judging import SKIPPED, judge
from simcore.runner.owner import Owner, innermost, owning

if TYPE_CHECKING:
    from collections.abc import Container

    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperty
    from simcore.limits.limit import Limit
    from simcore.model.options import Options
    from simcore.world.world import World


class Sightings:
    """Asks the ``sometimes`` of *properties*, and remembers by id which have held.

    Args:
        properties: of the project.
        unseen: the ids of those that are asked; None for all.
    """

    def __init__(self, properties: ProjectProperties, unseen: Container[str] | None = None) -> None:
        self._open = [each for each in properties.sometimes if unseen is None or each.id in unseen]
        self.seen: dict[str, bool] = {each.id: False for each in self._open}
        self.skipped: dict[str, None] = {}
        """Those that have skipped themselves, and why, in words."""

    def ask(self, world: World) -> tuple[str, ...]:
        """Ask what has never held yet of a world that has come to its end; return the ids of what holds now."""
        held = [each for each in self._open if self._holds(world, each)]
        for each in held:
            self.seen[each.id] = True
            self._open.remove(each)
        return tuple(each.id for each in held)

    def _holds(self, world: World, property: ProjectProperty) -> bool:
        try:
            return holds(world, property)
        except BaseException as error:
            if not says_skip(error):
                raise
            self.skipped.setdefault(f"{property.id} was not judged, since it skips itself: {judge(error).message}")
            return False

    def remarks(self) -> tuple[Remark, ...]:
        """Return a remark for each that has skipped itself since the last time."""
        said, self.skipped = self.skipped, {}
        return tuple(Remark(SKIPPED, text) for text in said)


class Surroundings:
    """The project around the current folder, read once: its properties, and what was seen of them by ``run``."""

    def __init__(self, folder: Path) -> None:
        self.project: Project = find_project(folder)

    @cached_property
    def _held_of_nobody(self) -> ProjectProperties:
        return properties_for(None, self.project)

    @cached_property
    def sightings(self) -> Sightings:
        """What was seen of all properties of the project."""
        return Sightings(find_properties(self.project))

    def running(
        self, item: Item, options: Options | None = None, held: ProjectProperties | None = None
    ) -> AbstractContextManager[Owner]:
        """Let what ``run`` is called for inside the block be the property *item*: what speaks of it is asked.

        Args:
            item: whose examples are tried.
            options: of the worlds; None is the project's.
            held: the properties that may be asked of it; None is all that the project has for it.
        """
        asked = properties_for(item, self.project) if held is None else held.of(item)
        return owning(self._owner(asked, item.root, options, id=item.id))

    def nobody(self) -> Owner:
        """Return the owner of a run that belongs to no item."""
        # Without a project its paths start from the current folder.
        return self._owner(self._held_of_nobody, self.project.typed_at, None)

    def _owner(self, held: ProjectProperties, root: Path | None, options: Options | None, id: str = "") -> Owner:
        return Owner(
            held=held,
            options=self.project.options if options is None else options,
            root=root,
            sightings=self.sightings if held.sometimes else None,
            is_item=bool(id),
            id=id,
        )


def owner() -> Owner:
    """Return whose a run is that is called for now: the item's whose body is running, else nobody's.

    Raises:
        UsageError: the table of the project around the current folder cannot be used.
    """
    return innermost() or surroundings(Path.cwd()).nobody()


def limit() -> Limit:
    """Return how long a step may take that nobody has said it for: what the project around the current folder says."""
    return surroundings(Path.cwd()).project.limit()


@cache
def surroundings(folder: Path) -> Surroundings:
    """Return what surrounds *folder*; always the same object for the same folder.

    Raises:
        UsageError: the project's table cannot be used.
    """
    return Surroundings(folder)
