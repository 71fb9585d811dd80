"""The timers of the system that let somebody look, in whatever the user's code does: they interrupt the main thread."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from simcore.limits.bystander import looked_at
from simcore.limits.ending import Alone, LastResort
from simcore.limits.limit import LOOKS
from simcore.limits.unraisable import listen
from simcore.limits.watch import StepWatch
from simcore.model.errors import StepTimeout
from simcore.model.nested import leave

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

    from simcore.limits.limit import Limit
    from simcore.limits.watch import Overrun

Handler: TypeAlias = "Callable[[int, FrameType | None], Any] | int | signal.Handlers | None"


@dataclass(slots=True)
class SystemTimer:
    """One of the system's timers, while it is ours.

    Args:
        which: its number for ``setitimer``.
        number: of the signal that it sends.
    """

    which: int
    number: int
    before: Handler = field(default=None, init=False)
    _interval_s: float = field(default=0.0, init=False)

    def is_free(self) -> bool:
        """Tell whether nobody else uses it: the user's own code may, or what runs the tests."""
        handler = signal.getsignal(self.number)
        return handler in (signal.SIG_DFL, signal.SIG_IGN) and signal.getitimer(self.which)[0] == 0

    def take(self, look: Callable[[int, FrameType | None], None]) -> None:
        """Let *look* be called where it sends its signal."""
        self.before = signal.signal(self.number, look)

    def go_off(self, interval_s: float) -> None:
        """Send the signal after *interval_s*, again and again."""
        signal.setitimer(self.which, interval_s, interval_s)
        self._interval_s = signal.getitimer(self.which)[1]

    def take_again(self, look: Callable[[int, FrameType | None], None]) -> None:
        """Take it again where the user's code has, or has its signal ignored."""
        if signal.getsignal(self.number) != look or not self._is_ours():
            signal.signal(self.number, look)
            self.go_off(self._interval_s)

    def give_back(self, look: Callable[[int, FrameType | None], None]) -> None:
        """Let it be as it was, unless somebody else has taken it meanwhile."""
        # Whose signal is ignored goes off all the same, and whoever came next would think that somebody uses it.
        if self._is_ours():
            signal.setitimer(self.which, 0)
        if signal.getsignal(self.number) == look:
            signal.setitimer(self.which, 0)
            signal.signal(self.number, self.before)

    def _is_ours(self) -> bool:
        return signal.getitimer(self.which)[1] == self._interval_s


class Alarm:
    """Takes the timers of this process and lets a watch look.

    Args:
        limit: how long a step may take.
        ending: who ends what cannot be stopped.
    """

    def __init__(self, limit: Limit, ending: LastResort) -> None:
        self.watch: StepWatch = StepWatch(limit, paced=self._pace, looks=self._alive, ended=ending.end)
        self._ending = ending
        self._cpu = SystemTimer(signal.ITIMER_PROF, signal.SIGPROF)
        self._wall = SystemTimer(signal.ITIMER_REAL, signal.SIGALRM)
        self._taken: list[SystemTimer] = []
        self._is_looking = False

    def set(self) -> None:
        """Begin to look."""
        self._taken = [timer for timer in (self._cpu, self._wall) if timer.is_free()]
        for timer in self._taken:
            timer.take(self._look)
        self._pace()
        self._alive()

    def insist(self) -> None:
        """Look again, whatever has become of the timers in the user's code that ran before."""
        for timer in self._taken:
            timer.take_again(self._look)

    def unset(self) -> None:
        """Look no more."""
        for timer in self._taken:
            timer.give_back(self._look)
        self._ending.over()

    def limit_is(self, limit: Limit) -> None:
        """Let a step take so long from now on."""
        if limit != self.watch.limit:
            self.watch.limit = limit
            self._pace()
            self._alive()

    def _pace(self) -> None:
        limit, again_s = self.watch.limit, self.watch.again_s
        for timer in self._taken:
            due_s = limit.wall_s if timer is self._wall else limit.cpu_s
            timer.go_off(due_s / LOOKS if again_s is None else again_s)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        # A look takes long where the stack is deep, and the next signal may come in the middle of it.
        if self._is_looking:
            return
        self._is_looking = True
        try:
            self.watch.look(frame)
        finally:
            self._is_looking = False

    def _alive(self) -> None:
        self._ending.alive(self.watch.limit)


# Of the module, because the user's code that it looks at is called everywhere, past anything that could be handed down.
_alarms: Final[list[Alarm]] = []
_endings: Final[list[LastResort]] = [Alone()]


def ends_by(ending: LastResort) -> None:
    """Let *ending* end what cannot be stopped in this process, from the next block of ``guarded`` on."""
    _endings[:] = [ending]


def about(item: str, schedule: int = 0) -> None:
    """Say what is played from now on: an item, and the number of the schedule."""
    _endings[0].about(item, schedule)


@contextmanager
def guarded(limit: Limit) -> Generator[None, None, None]:
    """End what never gives control back inside the block. Inside of another such block it is that one which counts.

    Outside of the main thread it is only said.

    Args:
        limit: how long one step may take.
    """
    if not _is_main() or not hasattr(signal, "setitimer"):
        with looked_at(limit):
            yield
        return
    if _alarms:
        yield
        return
    alarm = Alarm(limit, _endings[0])
    _alarms.append(alarm)
    # What ends a `__del__` cannot leave it, and is raised again.
    listen()
    try:
        alarm.set()
        yield
    finally:
        alarm.unset()
        leave(_alarms, alarm)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def limit_is(limit: Limit) -> None:
    """Let a step take so long from now on, in this block of ``guarded``."""
    for alarm in _alarms:
        alarm.limit_is(limit)


def insist() -> None:
    """Raise what is to be raised in the user's code, where Python could not do it since that is none of Python.

    Raises:
        StepTimeout: the step that is under way has taken too long.
    """
    late = overrun() if _is_main() else None
    if late is not None:
        raise late.error()


def overrun() -> Overrun | None:
    """Return the step that is under way in this process and has taken too long, if one has."""
    return next((alarm.watch.overrun for alarm in _alarms), None)


@contextmanager
def stretch(what: str) -> Generator[None, None, None]:
    """Let the block be one stretch of the user's code, whose caller judges what leaves it.

    A step that took too long leaves it as a ``StepTimeout``, whatever became of that inside. A stretch inside of
    another one is part of that.

    Args:
        what: whose code it is where no process acts, in words.

    Raises:
        StepTimeout: it did not give control back in time.
    """
    watch = _alarms[0].watch if _alarms and _is_main() else None
    if watch is None or watch.in_stretch:
        yield
        return
    _alarms[0].insist()
    # The one above is the machinery of `with`.
    watch.begin(what, sys._getframe(2))
    try:
        yield
    except StepTimeout:
        # It may know more of where it was.
        watch.end()
        raise
    finally:
        late = watch.end()
        if late is not None:
            raise late.error()
