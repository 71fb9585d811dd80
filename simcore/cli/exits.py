"""The exit codes of the command, and which of them a run ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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


ORDER: Final = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL,
    ExitCode.DIVERGED,
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.INCONCLUSIVE,
    ExitCode.NOTHING_RAN,
)
"""Which of them a command ends with where several apply: the first."""


def first_of(codes: Mapping[ExitCode, object]) -> ExitCode:
    """Return the code of a command, of which each code applies whose value is true."""
    return next((code for code in ORDER if codes.get(code)), ExitCode.HELD)


def exit_of(results: Results) -> ExitCode:
    """Return the code of a run."""
    return first_of(
        {
            ExitCode.INTERRUPTED: results.interrupted,
            ExitCode.DIVERGED: any(item.diverged for item in results.items),
            ExitCode.FAILED: any(_failed(item) for item in results.items) or results.missed() > 0,
            ExitCode.USAGE: any(item.refused() for item in results.items),
            ExitCode.INCONCLUSIVE: any(item.verdict == "inconclusive" for item in results.items),
            ExitCode.NOTHING_RAN: not results.items,
        }
    )


def _failed(item: ItemResult) -> bool:
    return item.verdict in ("failed", "error") and not item.held() and not item.refused()
