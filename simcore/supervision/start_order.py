"""Who may begin: each after all that it needs, and none whose need cannot be met (process 14.9 to 14.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simcore.supervision.member import Member
    from simcore.supervision.roster import Roster


class StartOrder:
    """The starts of all members that wait for something.

    Args:
        roster: the members and what they need.
        stopping: tells whether a stop that goes on holds a member; its next start comes after it.
    """

    def __init__(self, roster: Roster, stopping: Callable[[Member], bool]) -> None:
        self._roster = roster
        self._stopping = stopping

    def start(self, ids: Iterable[str]) -> None:
        """Let the members *ids* run, and before them whatever they need; one that runs is left alone (process 14.9)."""
        batch = self._roster.members(self._roster.dependencies.start_order(ids))
        wanted = [member for member in batch if not member.runs_or_will]
        # All are asked before any is refused: a refusal reaches only those that wait already.
        for member in wanted:
            member.ask()
        for member in wanted:
            unknown = self._roster.unknown(member)
            if unknown:
                self._block(member, f"unknown dependency: {unknown[0]}")
        for member in wanted:
            self.try_to_begin(member)

    def try_to_begin(self, member: Member) -> None:
        """Enable the start of a member that waits for nothing any more."""
        free = member.waiting and member.action is None and member.is_free
        if free and not self._stopping(member) and all(need.up for need in self._roster.needs(member)):
            member.enable()

    def try_dependents(self, member: Member) -> None:
        """Enable what waited for *member* and for nothing else."""
        for dependent in self._roster.needed_by(member):
            self.try_to_begin(dependent)

    def block_dependents(self, member: Member) -> None:
        """Give up the starts of all that need *member*, directly or not; other branches go on (process 14.10)."""
        for dependent in self._roster.needed_by(member):
            self._block(dependent, f"dependency {member.id} failed to start")

    def _block(self, member: Member, message: str) -> None:
        """Give up a start that has not begun, and with it those of all that need it."""
        if member.waiting:
            member.refuse(message)
            self.block_dependents(member)
