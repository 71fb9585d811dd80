"""How long a service waits before it is started again (process 14.1, 14.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.model.durations import SECOND

if TYPE_CHECKING:
    from simcore.kernel.choices import Stream

INITIAL_DELAY_NS: Final = SECOND
MAX_DELAY_NS: Final = 90 * SECOND
BACKOFF_FACTOR: Final = 2.0
JITTER: Final = 0.1
_EXTREMES: Final = 8
"""One jitter of so many is the lowest, and one the highest: what depends on it breaks there first (N29)."""
_GRAIN: Final = 1 << 20


# Exponential back-off with chance in it: R. M. Metcalfe, D. R. Boggs, "Ethernet: Distributed Packet Switching for Local
# Computer Networks", CACM 19(7), 1976. Here the chance is a part of the delay, and lies on both sides of it.
@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """When a service that failed is started again. A zero means the default, as in the contract (process 14.1).

    Args:
        initial_delay_ns: nanoseconds before the first retry.
        max_delay_ns: the cap of every later delay, before its jitter.
        backoff_factor: by what each delay is longer than the one before; a negative one counts as 1.
        jitter: by which part of itself a delay may be shorter or longer.
        max_attempts: so many failures in a row and it is given up; 0 is never, 1 is at the first.
    """

    initial_delay_ns: int = INITIAL_DELAY_NS
    max_delay_ns: int = MAX_DELAY_NS
    backoff_factor: float = BACKOFF_FACTOR
    jitter: float = JITTER
    max_attempts: int = 0

    def __post_init__(self) -> None:
        defaults = {
            "initial_delay_ns": INITIAL_DELAY_NS,
            "max_delay_ns": MAX_DELAY_NS,
            "backoff_factor": BACKOFF_FACTOR,
            "jitter": JITTER,
        }
        for name, default in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, default)

    def base_ns(self, attempt: int) -> int:
        """Return the delay before retry *attempt* (1 is the first) without its jitter; the first is not capped."""
        factor = self.backoff_factor if self.backoff_factor > 0 else 1.0
        delay: float = self.initial_delay_ns
        if attempt <= 1:
            return self.initial_delay_ns
        # Multiplied step by step, since a power of floats is not the same number on every machine. Once a growing delay
        # is at the cap, or a shrinking one at nothing, no further step changes it.
        for _ in range(attempt - 1):
            delay *= factor
            if delay < 1 or (factor >= 1 and delay >= self.max_delay_ns):
                break
        return int(min(delay, self.max_delay_ns))

    def delay_ns(self, attempt: int, stream: Stream) -> int:
        """Return the delay before retry *attempt* with a jitter that *stream* chooses; never below 0."""
        base_ns = self.base_ns(attempt)
        spread_ns = int(base_ns * abs(self.jitter))
        # The place is a whole number, which is what a stream gives and a record holds.
        return max(0, base_ns - spread_ns + 2 * spread_ns * _place(stream) // _GRAIN)


def _place(stream: Stream) -> int:
    """Return where between the shortest (0) and the longest delay (``_GRAIN``) this one lies."""
    case = stream.below(_EXTREMES)
    return case * _GRAIN if case < 2 else stream.below(_GRAIN + 1)
