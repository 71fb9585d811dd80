"""An item: one thing of a catalogue that can be run and judged, or a place of it that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simcore.model.run import ItemReference

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.lua.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One scenario, one test of an app, or one ``@given`` test of a properties file.

    Args:
        kind: which of the three.
        id: ``scenarios/<stem>::<function>``, ``properties/<stem>::<function>``, ``<app folder>::<entry id>`` in a
            catalogue, the entry id alone under ``simcore test``; never a path of the machine.
        suite: ``meta.suite`` of an app's test, else empty.
        expect: what the item says of its own outcome.
        seeds: how many schedules it asks for; None leaves it to the command.
        digest: SHA-256 of its source file, or of its app.
        target: what finds it again from the same folder; empty for what the project's catalogue holds.
        source_line: where it is defined, ``file:line``.
        root: the folder that a relative path given to ``load_app`` starts from.
        function: the body of a scenario, or the ``@given`` test.
        application: the app of a test.
        entry: the id of the test's entry.
        error: why it cannot be run; an item with an error is judged ``error`` and nothing of it is called.
    """

    kind: Literal["scenario", "test", "boot", "property"]
    id: str
    suite: str = ""
    expect: Literal["passed", "failed"] = "passed"
    seeds: int | None = None
    digest: str = ""
    target: str = ""
    source_line: str = ""
    root: Path = Path()
    function: Callable[..., Any] | None = None
    application: Application | None = None
    entry: str = ""
    error: str = ""

    @property
    def reference(self) -> ItemReference:
        """What a run of this item is found again by."""
        return ItemReference(self.id, self.digest, self.target)
