"""Who looks now and then whether the user's code gives control back, and raises inside of it where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.limits import machine
from simcore.limits.debugging import is_debugged
from simcore.limits.limit import GRACE_S, LOOKS, OPTION, Limit
from simcore.limits.moving import steps_done
from simcore.limits.whereabouts import is_users, may_be_raised_in, whereabouts
from simcore.model.errors import StepTimeout

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

AGAIN_S: Final = 0.05
"""What was raised is raised again so often until control is back."""
GAPS_MIN: Final = LOOKS // 2
"""The time between two looks counts for no more than so many parts of the whole."""
SPARED_MAX: Final = 20
"""So often nothing is raised where simcore itself runs at that moment, which would leave its own affairs undone."""


class Moment(NamedTuple):
    """A moment by both clocks."""

    cpu_s: float
    wall_s: float


def now() -> Moment:
    """Return this moment."""
    return Moment(machine.cpu_s(), machine.monotonic_s())


@dataclass(frozen=True, slots=True)
class Overrun:
    """A step that has taken too long.

    Args:
        message, way: as of ``StepTimeout``.
        since: when that was found.
    """

    message: str
    way: tuple[str, ...]
    since: Moment

    def error(self) -> StepTimeout:
        """Return what is raised for it."""
        return StepTimeout(self.message, self.way)


class StepWatch:
    """Looks at the user's code of one thread.

    Args:
        limit: how long a step may take.
        paced: is told that a step has taken too long, so that it has to look more often, or that control is back.
        looks: is told of each look, and of each stretch that begins: nobody holds Python itself then.
        ended: is told of an overrun whose code does not even end by what is raised inside of it; does not return.
    """

    def __init__(
        self,
        limit: Limit,
        *,
        paced: Callable[[], None],
        looks: Callable[[], None],
        ended: Callable[[Overrun, FrameType | None], None],
    ) -> None:
        self.limit: Limit = limit
        self.overrun: Overrun | None = None
        """The step of this stretch that has taken too long."""
        self._paced = paced
        self._looks = looks
        self._ended = ended
        self._what: str | None = None
        self._caller: FrameType | None = None
        self._steps = steps_done()
        self._since = self._looked = now()
        self._waited_s = 0.0
        self._spared = 0

    # -- stretches

    @property
    def in_stretch(self) -> bool:
        """Whether the user's code runs in a stretch whose caller is ready for what is raised."""
        return self._what is not None

    def begin(self, what: str, caller: FrameType) -> None:
        """Begin a stretch: *what*, in words, runs from now on where no process does, called by the frame *caller*."""
        self._what, self._caller = what, caller
        self._restart(now())
        self._looks()

    def end(self) -> Overrun | None:
        """End the stretch, since control is back; return the step of it that has taken too long."""
        found, self._what, self._caller = self.overrun, None, None
        self._control_is_back()
        return found

    def _control_is_back(self) -> None:
        if self.overrun is not None:
            self.overrun = None
            self._spared = 0
            self._paced()
        self._restart(now())

    def _restart(self, at: Moment) -> None:
        self._steps = steps_done()
        self._since = self._looked = at
        self._waited_s = 0.0

    # -- looks

    def look(self, frame: FrameType | None) -> None:
        """See whether the step that is under way in *frame* takes too long.

        Raises:
            StepTimeout: it does, and it is the user's code that runs.
        """
        at = now()
        self._looks()
        if is_debugged(frame):
            self._restart(at)
        elif self.overrun is not None:
            self._look_again(self.overrun, at, frame)
        elif steps_done() != self._steps:
            self._restart(at)
        else:
            self._measure(at, frame)

    def _measure(self, at: Moment, frame: FrameType | None) -> None:
        # Whoever was stopped, as by Ctrl-Z, or was on a machine that slept, has not waited.
        self._waited_s += min(at.wall_s - self._looked.wall_s, self.limit.wall_s / GAPS_MIN)
        self._looked = at
        wall = self._waited_s >= self.limit.wall_s
        if not wall and at.cpu_s - self._since.cpu_s < self.limit.cpu_s:
            return
        if not self.in_stretch and not is_users(frame, self._caller):
            # Simcore has something of its own to do.
            self._restart(at)
            return
        cpu_too = at.cpu_s - self._since.cpu_s >= self.limit.cpu_s
        self.overrun = self._found(at, frame, wall=wall and not cpu_too)
        self._paced()
        self._raise_if_it_may(self.overrun, frame)

    def _found(self, at: Moment, frame: FrameType | None, *, wall: bool) -> Overrun:
        where = whereabouts(frame, self._caller)
        whose = where.said(self._what or "the user's code")
        said = f"{whose} did not give control back within {self.limit.told(wall=wall)}{where.at}"
        advice = f"if it is no endless loop, raise --step-timeout, or {OPTION} in [tool.simcore.run]"
        return Overrun(f"{said}; {advice}", where.way, at)

    def _look_again(self, overrun: Overrun, at: Moment, frame: FrameType | None) -> None:
        if not self.in_stretch and not is_users(frame, self._caller):
            self._control_is_back()
        elif at.wall_s - overrun.since.wall_s >= GRACE_S:
            self._ended(overrun, frame)
        else:
            self._raise_if_it_may(overrun, frame)

    def _raise_if_it_may(self, overrun: Overrun, frame: FrameType | None) -> None:
        """Raise, unless it is simcore that runs: it may only have to finish what the last one has left."""
        if not may_be_raised_in(frame):
            return
        if not is_users(frame, self._caller) and (not self.in_stretch or self._spared < SPARED_MAX):
            self._spared += 1
            return
        raise overrun.error()
