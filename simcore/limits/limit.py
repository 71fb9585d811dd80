"""How long one step may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simcore.model.durations import HOUR, MILLISECOND, SECOND, format_duration, typed_duration_ns

DEFAULT_NS: Final = 60 * SECOND
LEAST_NS: Final = 10 * MILLISECOND
MOST_NS: Final = 365 * 24 * HOUR
"""The timers of the system take no more than some hundred years."""
WALL_FACTOR: Final = 5
"""A step may take so many times as much wall time as CPU time: the machine has other things to do, and who waits for
something outside uses none."""
LOOKS: Final = 8
"""So many times it is looked while a step takes as long as it may."""
GRACE_S: Final = 5.0
"""Who does not give control back so long after it was told to is ended by force."""
OPTION: Final = "step_timeout"
"""The property of what was ended by it, and the name of the setting in ``[tool.simcore.run]``."""
ADVICE: Final = f"if it is no endless loop, raise --step-timeout, or {OPTION} in [tool.simcore.run]"
"""What may be done where a step has taken too long."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take.

    Args:
        cpu_ns: nanoseconds of CPU time.
    """

    cpu_ns: int = DEFAULT_NS

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU time."""
        return self.cpu_ns / SECOND

    @property
    def wall_s(self) -> float:
        """Seconds of wall time."""
        return WALL_FACTOR * self.cpu_s

    @property
    def of_simcores_own(self) -> Limit:
        """How long one operation of simcore itself may take: no less than a step may by default."""
        return Limit(max(self.cpu_ns, DEFAULT_NS))

    @property
    def held_cpu_s(self) -> float:
        """So many seconds of CPU time after it did something the last time, code that is not stopped from inside holds
        Python itself: time for all looks, and for what is raised at the last of them."""
        return self.cpu_s * (1 + 1 / LOOKS) + GRACE_S

    @property
    def held_wall_s(self) -> float:
        """The same in seconds of wall time."""
        return self.wall_s * (1 + 1 / LOOKS) + GRACE_S

    def told(self, *, wall: bool) -> str:
        """Return in words how long that is."""
        duration = format_duration(WALL_FACTOR * self.cpu_ns if wall else self.cpu_ns)
        return f"{duration} of {'wall' if wall else 'CPU'} time"


def limit_ns(text: str, named: str) -> int:
    """Return the nanoseconds that *text* means.

    Args:
        text: a duration, such as ``60s``.
        named: what the setting is called there where it was written.

    Raises:
        UsageError: it is no duration, or too short to measure, or too long.
    """
    return typed_duration_ns(text, named, such_as="60s or 5m", least_ns=LEAST_NS, most_ns=MOST_NS)
