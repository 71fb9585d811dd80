"""The exit codes of the command, and which of them a run ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.model.outcome import ItemResult, Results


class ExitCode(IntEnum):
    """What the shell is told."""

    HELD = 0
    FAILED = 1
    USAGE = 2
    INTERNAL = 3
    DIVERGED = 4
    NOTHING_RAN = 5
    INCONCLUSIVE = 6
    # What shells use for SIGINT: 128 and 2.
    INTERRUPTED = 130


def exit_of(results: Results) -> ExitCode:
    """Return the code of a run: the first that applies of interrupted, diverged, failed, refused, inconclusive, nothing
    ran."""
    for code, applies in (
        (ExitCode.INTERRUPTED, results.interrupted),
        (ExitCode.DIVERGED, any(item.diverged for item in results.items)),
        (ExitCode.FAILED, any(_failed(item) for item in results.items) or results.missed() > 0),
        (ExitCode.USAGE, any(item.refused() for item in results.items)),
        (ExitCode.INCONCLUSIVE, any(item.verdict == "inconclusive" for item in results.items)),
        (ExitCode.NOTHING_RAN, not results.items),
    ):
        if applies:
            return code
    return ExitCode.HELD


def _failed(item: ItemResult) -> bool:
    return item.verdict in ("failed", "error") and not item.held() and not item.refused()
