"""SimPy's environment with whole nanoseconds, whose same-instant order is left to the scheduler."""

from __future__ import annotations

from heapq import heappop
from typing import TYPE_CHECKING, Any, Final, NoReturn

import simpy
from simpy.events import Condition
from simpy.resources.container import ContainerGet
from simpy.resources.store import StoreGet

from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.core import SimTime

BEFORE_ALL: Final = -1
"""The priority of a timer bucket: before SimPy's own URGENT (0) and NORMAL (1) at the same instant."""


class Bucket(simpy.Event):
    """All timers of one instant hang on this one event; it is dead when the last of them was cancelled."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        # An event in SimPy's queue has its outcome already, as SimPy's own Timeout has from the beginning.
        self._ok = True
        self._value = None
        self.timers: list[object] = []
        self.live = 0


class Environment(simpy.Environment):
    """A ``simpy.Environment`` that a world can own.

    It differs in three things: ``schedule`` refuses a delay that is not an int and tells *enable* of an event that is
    due at once, dead timer buckets leave the queue without moving the clock, and only its world lets it run.
    """

    def __init__(self, enable: Callable[[], None]) -> None:
        super().__init__(0)
        self._enable = enable

    def schedule(self, event: simpy.Event, priority: int = 1, delay: SimTime = 0) -> None:
        """Schedule *event* after *delay* nanoseconds.

        Raises:
            InvalidArgument: the delay is not an int, or negative.
        """
        # A float would let rounding decide which of two events is first; a bool is refused with it.
        if delay.__class__ is not int or delay < 0:
            raise InvalidArgument(
                f"a delay is an int of nanoseconds, 0 or more; got {represented(delay)} (1 s is 1_000_000_000)"
            )
        super().schedule(event, priority, delay)  # type: ignore[arg-type]  # SimPy's own names for 0 and 1
        # The kernel looks into SimPy's queue only when time moves, so it has to be told of what is due before that.
        if delay == 0:
            self._enable()

    def run(self, until: object = None) -> NoReturn:
        """Refuse: the world owns the time, and moves it with all that is in it.

        Raises:
            UsageError: always.
        """
        raise UsageError("world.environment.run would pass by the processes of the world; call world.run instead")

    def step(self) -> NoReturn:
        """Refuse, as ``run`` does.

        Raises:
            UsageError: always.
        """
        raise UsageError("world.environment.step would pass by the processes of the world; call world.run instead")

    def process_next(self) -> None:
        """Process the next event, as SimPy's own ``step`` does."""
        super().step()

    def next_instant(self) -> int | None:
        """Return the instant of the next live event in nanoseconds, or None where nothing is scheduled."""
        queue = self._queue
        while queue and isinstance(queue[0][3], Bucket) and not queue[0][3].live:
            # Only at the head: to search the heap at each cancel would cost more than to meet the dead bucket here
            # (A4).
            heappop(queue)
        return int(queue[0][0]) if queue else None

    def waiting(self) -> list[str]:
        """Return the names of the SimPy processes that something which is scheduled lets go on."""
        calls = (call for entry in self._queue for call in entry[3].callbacks or ())
        owners = (getattr(call, "__self__", None) for call in calls)
        return [owner.name for owner in owners if isinstance(owner, simpy.Process)]

    def advance(self, instant_ns: int) -> None:
        """Move the clock to *instant_ns* without processing an event."""
        self._now = instant_ns

    def head_is_bucket(self) -> bool:
        """Tell whether the next event is a bucket of timers."""
        return bool(self._queue) and isinstance(self._queue[0][3], Bucket)


def waits_for_work(event: Any) -> bool:
    """Tell whether a SimPy event is what an idle server waits for: that something is put into a store or a container;
    directly, among other events, or by a SimPy process whose end the event is."""
    if isinstance(event, simpy.Process):
        return waits_for_work(event.target)
    if isinstance(event, Condition):
        return any(map(waits_for_work, event._events))
    return isinstance(event, StoreGet | ContainerGet)
