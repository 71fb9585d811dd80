"""What one step has taken until now, by whose work it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.limits.limit import LOOKS
from simcore.limits.whereabouts import Work

if TYPE_CHECKING:
    from simcore.limits.limit import Limit

GAPS_MIN: Final = LOOKS // 2
"""The time between two looks counts for no more than so many parts of the whole."""


class Moment(NamedTuple):
    """A moment by both clocks, or what has passed by both."""

    cpu_s: float
    wall_s: float

    def since(self, other: Moment) -> Moment:
        """Return what has passed since *other*."""
        return Moment(self.cpu_s - other.cpu_s, self.wall_s - other.wall_s)

    def plus(self, other: Moment) -> Moment:
        """Return both together."""
        return Moment(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s)

    def at_most(self, cpu_s: float, wall_s: float) -> Moment:
        """Return no more than that of both."""
        return Moment(min(self.cpu_s, cpu_s), min(self.wall_s, wall_s))

    def reaches(self, limit: Limit) -> bool:
        """Tell whether that is as long as *limit* by either clock."""
        return self.cpu_s >= limit.cpu_s or self.wall_s >= limit.wall_s


NOTHING: Final = Moment(0.0, 0.0)


@dataclass(slots=True)
class Spent:
    """The account of one step.

    Args:
        users: when a look has met the user's code.
        calls: when a look has met an operation of simcore that the look before had not met, and the look after it did
            not meet again. Who calls short ones for ever is hardly ever met in code of his own.
        simcores: all else.
    """

    users: Moment = NOTHING
    calls: Moment = NOTHING
    simcores: Moment = NOTHING
    _begun: Moment = NOTHING
    """The time in which the operation has begun that the last look has met first."""
    _were_users: bool = True

    def add(self, work: Work, passed: Moment, limit: Limit) -> None:
        """Enter what has *passed* since the last look, as this one sees it."""
        counts = self._counting(work, passed, limit)
        begun, self._begun = self._begun, NOTHING
        if work is Work.GOES_ON:
            self.simcores = self.simcores.plus(begun).plus(counts)
            return
        self.calls = self.calls.plus(begun)
        if work is Work.BEGINS:
            self._begun = counts
        else:
            self.users = self.users.plus(counts)

    def _counting(self, work: Work, passed: Moment, limit: Limit) -> Moment:
        # Whoever was stopped, as by Ctrl-Z, or was on a machine that slept, has not waited.
        counts = passed.at_most(passed.cpu_s, limit.wall_s / GAPS_MIN)
        were_users, self._were_users = self._were_users, work is Work.USERS
        if self._were_users and not were_users:
            # Some of it was simcore's.
            counts = counts.at_most(limit.cpu_s / GAPS_MIN, limit.wall_s)
        return counts
