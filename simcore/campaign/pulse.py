"""Whether the process that plays gives signs of life, seen from the one that has asked it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.campaign.machine import cpu_s_of, monotonic_s
from simcore.limits.limit import GRACE_S, Limit

if TYPE_CHECKING:
    from simcore.limits.blackbox import Beat, Reader
    from simcore.model.errors import StepTimeout

GAP_MAX_S: Final = 1.0
"""Between two looks at most so much counts: whoever was stopped, as by Ctrl-Z, has not waited."""


SILENT_S: Final = 8.0
"""Who has done what it was asked for answers at once. Where nothing is heard for so long, what it was asked or what it
has answered was lost on the way: the user's code may close any descriptor, and write to any."""


class Pulse:
    """Looks at the signs of life of one process.

    Args:
        reader: of the file that the process writes.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader: Reader = reader
        self._beat: Beat | None = None
        self._looked_s = 0.0
        self._waited_s = 0.0
        self._held: Limit | None = None
        self._by_wall = False
        self.is_silent: bool = False
        """Whether the code had ended, and there was no answer all the same."""

    def begin(self) -> None:
        """A work was handed over: what the process wrote before is no sign of life."""
        self._looked_s, self._waited_s = monotonic_s(), 0.0

    def is_gone(self, pid: int | None) -> bool:
        """Tell whether the code that the process *pid* runs holds it for longer than it may, or there is no answer."""
        beat, at_s = self.reader.beat(), monotonic_s()
        waited_s, self._looked_s = min(at_s - self._looked_s, GAP_MAX_S), at_s
        if beat is None or beat != self._beat:
            self._beat, self._waited_s = beat, 0.0
            return False
        self._waited_s += waited_s
        if beat.limit is None:
            self.is_silent = self._waited_s >= SILENT_S
            return self.is_silent
        used_s = None if pid is None else cpu_s_of(pid)
        spent = used_s is not None and used_s - beat.cpu_s >= beat.limit.held_cpu_s
        if self._waited_s >= beat.limit.held_wall_s or (spent and self._waited_s >= GRACE_S):
            self._held, self._by_wall = beat.limit, not spent
        return self._held is not None

    def late(self) -> StepTimeout | None:
        """Return what never gave control back, if the process was ended for that."""
        return self.reader.said() or (None if self._held is None else self.reader.held(self._held, wall=self._by_wall))
