"""SimPy's environment with whole nanoseconds, whose same-instant order is left to the scheduler."""

from __future__ import annotations

from heapq import heappop
from sys import _getframe
from typing import TYPE_CHECKING, Any, Final, NoReturn

import simpy
from simpy.resources.base import Put

from simcore.kernel.simpy_process import CheckedGenerator, SimpyProcess
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.places import CodePlace, is_own, place_of
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from simpy.core import SimTime

PREEMPTION: Final = (
    "a PreemptiveResource interrupts who is to give way, and only a SimPy process can be interrupted; let one make the "
    "request, await process.wait(world.environment.process(generator)), or use a PriorityResource"
)
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

    It differs in this: a delay that is not an int is refused, *enable* is told of an event that is due at once, dead
    timer buckets leave the queue without moving the clock, and only its world lets it run. What fails is raised as it
    is, with the user's own line.
    """

    def __init__(self, enable: Callable[[], None]) -> None:
        super().__init__(0)
        self._enable = enable
        self._failed_at: dict[simpy.Event, CodePlace | None] = {}
        self.generators: dict[CheckedGenerator, None] = {}
        """Those of the SimPy processes that have not ended, in the order in which they began."""

    def __repr__(self) -> str:
        return f"<Environment of a world, at {self.now} ns>"

    @property
    def active_process(self) -> simpy.Process | None:
        """The SimPy process that is at work; None while a process of the world is.

        Raises:
            UsageError: a request asks, of a resource that would have to interrupt who makes it.
        """
        asking = _getframe(1)
        requests = self._active_proc is None and asking.f_code is Put.__init__.__code__
        # Here, where nothing has been asked for yet: later it would fail in whoever is to be preferred.
        if requests and isinstance(asking.f_locals.get("resource"), simpy.PreemptiveResource):
            raise UsageError(PREEMPTION)
        return self._active_proc

    def process(self, generator: Any) -> SimpyProcess:
        """Let *generator* be a SimPy process.

        Raises:
            UsageError: it is a coroutine.
        """
        return SimpyProcess(self, generator, self.generators)

    def timeout(self, delay: SimTime = 0, value: object = None) -> simpy.Timeout:
        """Return an event that comes after *delay* nanoseconds.

        Raises:
            InvalidArgument: the delay is not an int, or negative.
        """
        _refuse(delay)
        return simpy.Timeout(self, delay, value)

    def schedule(self, event: simpy.Event, priority: int = 1, delay: SimTime = 0) -> None:
        """Schedule *event* after *delay* nanoseconds.

        Raises:
            InvalidArgument: the delay is not an int, or negative.
        """
        _refuse(delay)
        if not getattr(event, "_ok", True) and event._value.__traceback__ is None:
            # What `fail` is given was raised nowhere, so where it was called is all that can be told.
            self._failed_at[event] = _own_place(_getframe(1))
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
        """Process the next event, as SimPy's own ``step`` does; but what nobody was told of is raised itself.

        SimPy raises a copy, which not every class lets itself be made of.
        """
        instant, _, _, event = heappop(self._queue)
        self._now = instant
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]  # SimPy's own sign of processed
        for callback in callbacks:
            callback(event)
        if not event._ok:
            self._told(event, self._failed_at.pop(event, None))

    def _told(self, event: simpy.Event, failed_at: CodePlace | None) -> None:
        if event.defused:
            return
        error = event._value
        if failed_at is not None:
            error.add_note(f"the event was failed at {failed_at.shown}")
        raise error

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

    def head(self) -> simpy.Event:
        """Return the next event; there has to be one."""
        return self._queue[0][3]

    def head_is_bucket(self) -> bool:
        """Tell whether the next event is a bucket of timers."""
        return bool(self._queue) and isinstance(self._queue[0][3], Bucket)


def _refuse(delay: Any) -> None:
    """Refuse a delay that is no int: a float would let rounding decide which of two events is first; a bool is refused
    with it."""
    if delay.__class__ is not int or delay < 0:
        raise InvalidArgument(
            f"a delay is an int of nanoseconds, 0 or more; got {represented(delay)} (1 s is 1_000_000_000)"
        )


def _own_place(frame: FrameType | None) -> CodePlace | None:
    """Return where the user's code is that *frame* was called by, if any."""
    while frame is not None and not is_own(frame.f_code.co_filename):
        frame = frame.f_back
    return None if frame is None else place_of(frame.f_code, frame.f_lineno)
