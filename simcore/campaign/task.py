"""What runs in a process that plays: works in, answers out. It imports what playing needs when it is first asked."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final

from simcore.campaign.deaths import UNFIT, Spoilt, WorkerDied
from simcore.campaign.machine import as_it_was, no_exits, no_forks
from simcore.campaign.work import Answer, Block
from simcore.limits.alarm import guarded, limit_is
from simcore.limits.equipment import Equipment, equipped, left_broken
from simcore.limits.limit import Limit
from simcore.model.errors import InternalError, SimcoreError, UsageError
from simcore.model.interrupts import is_interrupt
from simcore.model.said import kind_and_text
from simcore.model.texts import class_name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from simcore.campaign.player import Player
    from simcore.campaign.work import Wanted, Work


_folder_now: Final = os.getcwd
_go_to: Final = os.chdir
"""As they are before any of the user's code could put others in their place."""


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
        self._equipment: Equipment | None = None

    def perform(self, wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        """Do *works* in order.

        Raises:
            Spoilt: it was done, and this process is not to be asked again.
            UsageError: what is wanted cannot be found or used.
            WorkerDied: the user's code has left this process so that nothing can be done in it.
            InternalError: simcore contradicted itself.
        """
        _hear_strays()
        with standing_in(wanted.folder), guarded(Limit()), no_exits():
            return self._performed(wanted, works)

    def unmended(self) -> str:
        """Return in words what the user's code has left broken here and what could not be put back, or nothing."""
        return "" if self._equipment is None else self._equipment.unmended

    def leave(self) -> None:
        """End the processes that items have started: this one is about to end."""
        if self._player is not None:
            self._player[1].companions.end_children()

    def _performed(self, wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        # Before anything of the user's is imported.
        self._equipment = self._equipment or Equipment()
        answers, whys = list[Answer](), list[str]()
        with equipped(self._equipment):
            player = self._of(wanted, self._equipment)
            for work in works:
                self._equipment.begin()
                answers.append(self._answer(player, work))
                whys.append(left_broken())
        if any(whys) or any(isinstance(each, Block) and each.mistake is not None for each in answers):
            raise Spoilt(answers, whys)
        return answers

    def _answer(self, player: Player, work: Work) -> Answer:
        try:
            with as_it_was(), no_forks():
                return player.answer(work)
        # What the user's code has left, such as a hook for audits, may raise anything in what simcore does itself.
        except BaseException as error:
            if is_interrupt(error):
                raise
            problem = sent(error)
            why = left_broken(suspected=True) if isinstance(problem, InternalError) else ""
            if not why:
                raise problem from error
            raise WorkerDied(f"{UNFIT} ({problem}; {why})") from None
        finally:
            # Once more: what was in the place of hooks was taken away at the end of the block.
            _hear_strays()

    def _of(self, wanted: Wanted, equipment: Equipment) -> Player:
        if self._player is None or self._player[0] != wanted:
            from simcore.campaign.player import Player, forget_projects

            if self._player is not None:
                # It served another command, and the files may have changed since.
                forget_projects()
            with as_it_was(), no_forks():
                self._player = (wanted, Player(wanted, self._progressed, self._over))
            # What the files of the project have put into the place of another function works as well.
            equipment.renew()
        limit_is(self._player[1].limit)
        return self._player[1]


@contextlib.contextmanager
def standing_in(folder: str) -> Generator[None, None, None]:
    """Stand in *folder* inside the block, and where this process stood before afterwards, if that is still there."""
    before = folder
    with contextlib.suppress(OSError):
        before = _folder_now()
    try:
        _go_to(folder)
    except OSError as error:
        reason = error.strerror or class_name(error)
        raise UsageError(f"{folder}: the folder that the command was called in cannot be used: {reason}") from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _go_to(before)


def _hear_strays() -> None:
    # Who has played nothing yet has heard of no thread.
    if "simcore.runner.threads" in sys.modules:
        sys.modules["simcore.runner.threads"].hear_strays()


_desks: Final[list[Desk]] = []
"""The one of this process, where it is one that plays for another."""


def open_desk(desk: Desk) -> None:
    """Let *desk* be the one of this process."""
    _desks[:] = [desk]


def unmended() -> str:
    """Return in words what is broken in this process, which plays for others, and could not be put back; or nothing."""
    return _desks[0].unmended() if _desks else ""


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
