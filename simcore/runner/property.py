"""Properties: who runs a ``@given`` test, and what one run of it with fixed arguments means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from simcore.model.errors import UsageError
from simcore.runner.judging import judge
from simcore.runner.sometimes import surroundings
from simcore.story.recordings import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.catalog.item import Item
    from simcore.model.outcome import Outcome


class PropertyRunner(Protocol):
    """Who runs a ``@given`` test; handed down from the floor that knows Hypothesis."""

    def explore(
        self, test: Callable[..., Any], *, examples: int, seed: int, progressed: Callable[[], None]
    ) -> tuple[dict[str, Any], Exception] | None:
        """Return the failing arguments and what they raised, or None; *progressed* is called after each run."""

    def encode(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments as plain data. Raises ``UsageError`` where they are none."""
        ...

    def decode(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments that *data* spells. Raises ``UsageError`` where it is damaged."""
        ...

    def replay(self, test: Callable[..., Any], data: dict[str, Any]) -> None:
        """Call the test with the arguments that *data* spells; raises what it raises."""


def judge_property(runner: PropertyRunner, item: Item, arguments: dict[str, Any]) -> Outcome:
    """Call a ``@given`` test with fixed arguments and judge it. Its figures are those of all worlds that it made."""
    error: Exception | None = None
    with recorded() as recordings:
        try:
            assert item.function is not None
            with surroundings(Path.cwd()).running(item):
                runner.replay(item.function, arguments)
        except UsageError:
            raise
        except Exception as problem:
            error = problem
    return msgspec.structs.replace(
        judge(error),
        digest=recordings.digest,
        actions=recordings.actions,
        decisions=recordings.decisions,
        now_ns=recordings.now_ns,
    )
