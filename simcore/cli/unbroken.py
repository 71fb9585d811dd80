"""Telling a run where the output breaks: the disk is full, or whoever read it is gone. What was found is kept."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simcore.cli import machine, mishaps
from simcore.cli.exits import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simcore.campaign.players import Players
    from simcore.cli.tellers import Teller
    from simcore.model.item import ItemFacts
    from simcore.model.outcome import ItemResult, Results
    from simcore.output.folder import RunFolder

WORSE: Final = frozenset({ExitCode.FAILED, ExitCode.INTERNAL, ExitCode.DIVERGED, ExitCode.INTERRUPTED})
"""Codes that come before that of an output which cannot be written."""
UNREAD: Final = "nobody reads the output any more"
UNREAD_CODE: Final = 141
"""What a shell makes of a process that SIGPIPE has ended: 128 and 13."""


class Unbroken:
    """Tells as another one does, until that cannot be written any more; from then on nothing is told.

    Where nobody reads, the run ends early: its next schedules would be for nobody.

    Args:
        teller: the other one.
    """

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._problem: OSError | None = None

    def opened(self, header: str) -> None:
        """Tell what is about to run."""
        self._tell(lambda: self._teller.opened(header))

    def started(self, items: int) -> None:
        """Tell that a run of so many *items* begins."""
        self._tell(lambda: self._teller.started(items))

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """Hear of every schedule."""
        self._teller.progressed(item, schedules, failures)

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell a failure."""
        self._tell(lambda: self._teller.failed(item, result))

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """Tell what became of an item."""
        self._tell(lambda: self._teller.finished(item, result))

    def closed(self, results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> None:
        """Tell the end."""
        self._tell(lambda: self._teller.closed(results, folder, complaints, code))

    @contextmanager
    def ending(self, players: Players) -> Generator[None, None, None]:
        """Let what *players* play in the block end early where nobody reads."""
        before = players.lost
        players.lost = lambda: before() or (UNREAD if isinstance(self._problem, BrokenPipeError) else None)
        try:
            yield
        finally:
            players.lost = before

    def code(self, code: int) -> int:
        """Return the code that the command ends with, where that of its run is *code*; say what could not be told."""
        if self._problem is None:
            return code
        if isinstance(self._problem, BrokenPipeError):
            return UNREAD_CODE
        refused = mishaps.told(self._problem)
        return code if code in WORSE else refused

    def _tell(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except OSError as error:
            self._problem = self._problem or error
            machine.silence_out()
