"""One row of the table of verbs: an operation, what gives it its meaning, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.operations import Operation
    from simcore.process.state.runtime import Handler


@dataclass(frozen=True, slots=True)
class VerbRow:
    """Something that a process can ask for.

    Args:
        operation: the operation that both front ends yield.
        handler: what is done in the step that asks.
        waits: what a process waits for that has yielded it. ``{field}`` is a field of the operation.
        actions: how its actions are said, by the verb of their labels. ``{who}`` and ``{whom}`` are the parties.
    """

    operation: type[Operation]
    handler: Handler
    waits: str
    actions: Mapping[str, str] = field(default_factory=dict)
