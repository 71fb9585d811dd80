"""What is known of an item without its code: what can be told of it, and what finds it again."""

from __future__ import annotations

from typing import Literal

import msgspec

from simcore.model.run import ItemReference


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario, one test of an app, or one ``@given`` test of a properties file, as another process knows it.

    Args:
        kind: which of the three; ``boot`` is an app whose services start by themselves.
        id: ``<file>::<function>``, ``<app folder>::<entry id>`` or ``<app folder>::boot``. What stands before the
            ``::`` is the path that a person types at the project's root, so that each id is a target.
        suite: ``meta.suite`` of an app's test, else empty.
        expect: what the item says of its own outcome.
        schedules: how many schedules it asks for; None leaves it to the command.
        digest: SHA-256 of its source file, or of its app.
        target: what finds it again from the same folder; empty for what the project's catalogue holds.
        source_line: where it is defined, ``file:line``.
        error: why it cannot be run; an item with an error is judged ``error`` and nothing of it is called.
        skips: whether its *error* is that it has said itself that it is not to be tried; then it is judged ``skipped``.
    """

    kind: Literal["scenario", "test", "boot", "property"]
    id: str
    suite: str = ""
    expect: Literal["passed", "failed"] = "passed"
    schedules: int | None = None
    digest: str = ""
    target: str = ""
    source_line: str = ""
    error: str = ""
    skips: bool = False

    @property
    def broken(self) -> bool:
        """Whether it cannot be run, and that is a mistake."""
        return bool(self.error) and not self.skips

    @property
    def reference(self) -> ItemReference:
        """What a run of this item is found again by."""
        return ItemReference(self.id, self.digest, self.target)


def without_suffix(id: str) -> str:
    """Return the *id* of an item of a ``.py`` file without that suffix: people leave it out, and seeds derive from
    it."""
    container, separator, name = id.partition("::")
    return f"{container.removesuffix('.py')}{separator}{name}"
