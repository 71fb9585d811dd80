"""What runs in a process that plays: works in, answers out. It imports what playing needs when it is first asked."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final

from simcore.campaign.machine import as_it_was, no_exits, no_forks
from simcore.limits.alarm import guarded, limit_is
from simcore.limits.limit import Limit
from simcore.model.errors import InternalError, SimcoreError
from simcore.model.said import kind_and_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.campaign.player import Player
    from simcore.campaign.work import Answer, Wanted, Work


def _unheard(_item: str, _examples: int, _schedules: int) -> None:
    """Nobody asked how far a property has come."""


class Desk:
    """Keeps the player of one command, so that it finds its items once.

    Args:
        progressed: is told how far a property has come: its id, how many examples and how many schedules.
        over: says why a property that has begun is to come to its end, or None.
    """

    def __init__(
        self,
        progressed: Callable[[str, int, int], None] = _unheard,
        over: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._progressed = progressed
        self._over = over
        self._player: tuple[Wanted, Player] | None = None

    def perform(self, wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        """Do *works* in order.

        Raises:
            UsageError: what is wanted cannot be found or used.
            InternalError: simcore contradicted itself.
        """
        here = os.getcwd()
        os.chdir(wanted.folder)
        with guarded(Limit()), no_exits(), as_it_was(), no_forks():
            try:
                player = self._of(wanted)
                limit_is(player.limit)
                return [player.answer(work) for work in works]
            finally:
                os.chdir(here)

    def _of(self, wanted: Wanted) -> Player:
        if self._player is None or self._player[0] != wanted:
            from simcore.campaign.player import Player, forget_projects

            if self._player is not None:
                # It served another command, and the files may have changed since.
                forget_projects()
            self._player = (wanted, Player(wanted, self._progressed, self._over))
        return self._player[1]


_desks: Final[list[Desk]] = []
"""The one of this process, where it is one that plays for another."""


def open_desk(desk: Desk) -> None:
    """Let *desk* be the one of this process."""
    _desks[:] = [desk]


def perform(wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
    """Do *works* in order; what leaves can be sent to another process, whatever went wrong.

    Raises:
        UsageError: what is wanted cannot be found or used.
        InternalError: simcore contradicted itself, or the user's code did what nobody provided for.
    """
    if not _desks:
        open_desk(Desk())
    try:
        return _desks[0].perform(wanted, works)
    except BaseException as error:
        raise sent(error) from error
    finally:
        # The user's code may have closed it.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            sys.stdout.flush()


def sent(error: BaseException) -> SimcoreError:
    """Return what is told of *error* to whoever asked: what the user's code raises is provided for where it is called,
    so that anything else is a mistake of simcore."""
    return error if isinstance(error, SimcoreError) else InternalError(kind_and_text(error))
