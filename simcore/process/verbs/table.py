"""All verbs: one table for both front ends, gathered from the families."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.process.verbs import (
    bus,
    calling,
    controlling,
    coroutines,
    functions,
    messaging,
    naming,
    options,
    relating,
    spawning,
    timing,
    upgrading,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.state.runtime import Handler
    from simcore.process.verbs.verb import VerbRow

VERBS: Final[tuple[VerbRow, ...]] = (
    *messaging.VERBS,
    *spawning.VERBS,
    *calling.VERBS,
    *functions.VERBS,
    *bus.VERBS,
    *upgrading.VERBS,
    *relating.VERBS,
    *controlling.VERBS,
    *options.VERBS,
    *naming.VERBS,
    *timing.VERBS,
    *coroutines.VERBS,
)

HANDLERS: Final[Mapping[type, Handler]] = {verb.operation: verb.handler for verb in VERBS}
"""What is done in the step that yields an operation, by its type."""
