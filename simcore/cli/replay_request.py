"""What the command line asks of a replay."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from simcore.campaign.players import jobs_of
from simcore.campaign.replays import ReplayWish
from simcore.catalog.run_settings import as_option
from simcore.cli import machine
from simcore.cli.tellers import Format
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.errors import UsageError

SEARCH_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What the command line asks of a replay.

    Args:
        target: where the item is; None where the case or the catalogue knows.
        search: how many other schedules are tried; a number or ``off``.
        verify: whether to replay in two more processes, and to compare.
        trace: whether to tell every event.
        jobs: how many processes play; a number or ``auto``.
        artifacts: where a new case goes, or None.
        step_timeout: how long a step may take, or None.
        pdb: whether to stop where it was raised.
        until: the number of the action to stop before, or None.
        format: how to tell it.
    """

    target: str | None
    search: str
    verify: bool
    trace: bool
    jobs: str
    artifacts: str | None
    step_timeout: str | None
    pdb: bool
    until: int | None
    format: Format | None

    def wish(self, reference: str) -> ReplayWish:
        """Return what is wished of *reference*."""
        return ReplayWish(
            reference=reference,
            folder=os.getcwd(),
            target=self.target,
            amount=amount_of(self.search),
            trace=self.trace,
            step_timeout_ns=self.step_timeout_ns(),
        )

    @property
    def debugs(self) -> bool:
        """Whether somebody wants to look at it."""
        return self.pdb or self.until is not None

    def step_timeout_ns(self) -> int | None:
        """Return how long a step may take; raises ``UsageError`` where that is no duration."""
        return None if self.step_timeout is None else limit_ns(self.step_timeout, as_option(OPTION))

    def at_once(self, several: int) -> int:
        """Return how many processes play *several* cases."""
        jobs = jobs_of(self.jobs)
        return min(machine.cores() if jobs is None else jobs, several)


def amount_of(text: str) -> int:
    """Return how many other schedules ``--search`` says.

    Raises:
        UsageError: it says none.
    """
    if text == "off":
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and int(text) <= SEARCH_MAX):
        raise UsageError(f"--search takes a number from 0 to {SEARCH_MAX:,}, or off, not {text!r}")
    return int(text)
