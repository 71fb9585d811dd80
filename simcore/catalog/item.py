"""An item: one thing of a catalogue that can be run and judged, or a place of it that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.model.item import ItemFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.catalog.files import Place
    from simcore.lua.application import Application


class Item(ItemFacts, frozen=True, kw_only=True):
    """An item with its code, in the process that plays it.

    Args:
        root: the folder that a relative path given to ``load_app`` starts from.
        function: the body of a scenario, or the ``@given`` test.
        application: the app of a test.
        entry: the id of the test's entry.
        place: the file or the app that it is of.
        is_alone: whether it is a function of a test of the user's own: its file is none of a catalogue, and not read.
    """

    root: Path = Path()
    function: Callable[..., Any] | None = None
    application: Application | None = None
    entry: str = ""
    place: Place | None = None
    is_alone: bool = False

    @property
    def facts(self) -> ItemFacts:
        """What can be told of it, to other processes too."""
        return ItemFacts(**{name: getattr(self, name) for name in ItemFacts.__struct_fields__})
