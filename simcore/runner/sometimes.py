"""Which ``sometimes`` of a project have held at the end of a run: each is asked until it has held once."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING

from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import ProjectProperties, properties_for
from simcore.catalog.properties import properties as find_properties
from simcore.runner.always import holds
from simcore.runner.conclusion import concluded
from simcore.runner.judging import judge

if TYPE_CHECKING:
    from collections.abc import Container, Generator
    from pathlib import Path

    from simcore.catalog.item import Item
    from simcore.model.outcome import Remark
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

    def ask(self, world: World) -> tuple[str, ...]:
        """Ask what has never held yet of a world that has come to its end; return the ids of what holds now."""
        held = [each for each in self._open if holds(world, each)]
        for each in held:
            self.seen[each.id] = True
            self._open.remove(each)
        return tuple(each.id for each in held)


class Surroundings:
    """The project around the current folder, read once: its properties, and what was seen of them by ``run``."""

    def __init__(self, folder: Path) -> None:
        self.project: Project = find_project(folder)
        self._item: Item | None = None
        self._known: dict[str, ProjectProperties] = {}
        self.unconcluded: list[World] | None = None
        """The worlds that ``run`` has made for an example that still looks at them; None where there is no example."""

    @property
    def held(self) -> ProjectProperties:
        """The properties that ``run`` asks at this moment."""
        item = self._item
        # What is asked of one item of a file is asked of all, and `run` may be called thousands of times.
        key = "" if item is None else f"{item.target}::{item.id if item.place is None else item.place.id}"
        if key not in self._known:
            self._known[key] = properties_for(item, self.project)
        return self._known[key]

    @cached_property
    def sightings(self) -> Sightings:
        """What was seen of all properties of the project."""
        return Sightings(find_properties(self.project))

    @property
    def root(self) -> Path:
        """What relative paths of a ``run`` start from: those of the item that runs, else the project's root, or without
        a project the current folder."""
        return self.project.typed_at if self._item is None else self._item.root

    @contextmanager
    def running(self, item: Item) -> Generator[None, None, None]:
        """Let *item* be a property whose examples run inside the block: what speaks of it is asked of them."""
        before, self.unconcluded = self.unconcluded, []
        try:
            with self.asking(item):
                yield
        finally:
            self.unconcluded = before

    @contextmanager
    def asking(self, item: Item) -> Generator[None, None, None]:
        """Let what ``run`` is called for inside the block be *item*: what speaks of it is asked."""
        before, self._item = self._item, item
        try:
            yield
        finally:
            self._item = before

    def remarks(self) -> list[Remark]:
        """Return what is to be remarked of the worlds of an example that is over."""
        worlds, self.unconcluded = self.unconcluded or [], []
        return [remark for world in worlds for remark in concluded(world, judge(None)).remarks]


@cache
def surroundings(folder: Path) -> Surroundings:
    """Return what surrounds *folder*; always the same object for the same folder.

    Raises:
        UsageError: the project's table cannot be used.
    """
    return Surroundings(folder)
