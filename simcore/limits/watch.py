"""Who looks now and then whether the user's code gives control back, and raises inside of it where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.limits import machine
from simcore.limits.debugging import is_debugged
from simcore.limits.limit import ADVICE, GRACE_S, Limit
from simcore.limits.moving import steps_done
from simcore.limits.spent import NOTHING, Moment, Spent
from simcore.limits.whereabouts import Work, is_users, may_be_raised_in, whereabouts, work_in
from simcore.model.durations import MILLISECOND
from simcore.model.errors import StepTimeout

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

USERS: Final = "{} did not give control back within {}"
SIMCORES: Final = "simcore itself was at work for {1} for {0}, which did not give control back"
"""What is said of whose code, and how long that is."""
AGAIN_S: Final = 0.05
"""What was raised is raised again so often until control is back."""
CLOSER_S: Final = 0.01
CLOSER: Final = Limit(300 * MILLISECOND)
"""So often it is looked more closely, and for so long."""
SPARED_MAX: Final = 20
"""So often nothing is raised where simcore itself runs at that moment, which would leave its own affairs undone."""


def now() -> Moment:
    """Return this moment."""
    return Moment(machine.cpu_s(), machine.monotonic_s())


@dataclass(frozen=True, slots=True)
class Overrun:
    """A step that has taken too long.

    Args:
        said, at, way: as of ``StepTimeout``.
        since: when that was found.
    """

    said: str
    at: str
    way: tuple[str, ...]
    since: Moment

    @property
    def message(self) -> str:
        """All of it in words."""
        return self.error().message

    def error(self) -> StepTimeout:
        """Return what is raised for it."""
        return StepTimeout(self.said, self.way, at=self.at, advice=ADVICE)


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
        self._looked = now()
        self._spent = Spent()
        self._closer: Spent | None = None
        self._spared = 0

    # -- stretches

    @property
    def again_s(self) -> float | None:
        """How soon it has to look again; None where it need not be sooner than the limit asks for."""
        return AGAIN_S if self.overrun is not None else CLOSER_S if self._closer is not None else None

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
        self._looked = at
        self._spent = Spent()
        if self._closer is not None:
            self._closer = None
            self._paced()

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
        work = work_in(frame, self._caller)
        if not self.in_stretch and work is not Work.USERS:
            # Simcore has something of its own to do.
            self._restart(at)
            return
        passed, self._looked = at.since(self._looked), at
        self._spent.add(work, passed, self.limit)
        if self._closer is not None:
            self._closer.add(work, passed, CLOSER)
        self.overrun = self._found(at, frame)
        if self.overrun is not None:
            self._paced()
            self._raise_if_it_may(self.overrun, frame)

    def _found(self, at: Moment, frame: FrameType | None) -> Overrun | None:
        """Return the overrun of this step, if it is one. What simcore itself has to do is never the user's."""
        spent, own = self._spent, self.limit.of_simcores_own
        if spent.users.reaches(self.limit) or self._is_only_calling():
            return self._told(at, frame, USERS, spent.users.plus(spent.calls), self.limit)
        if spent.simcores.reaches(own):
            return self._told(at, frame, SIMCORES, spent.simcores, own)
        return None

    def _is_only_calling(self) -> bool:
        """Tell whether the user's code does nothing but call short operations of simcore.

        Some that are not so short look the same for a while. So it is looked more closely: whether it is those, or the
        same one at look after look.
        """
        closer, spent = self._closer, self._spent
        if closer is None:
            if spent.users.plus(spent.calls).reaches(self.limit):
                self._closer = Spent()
                self._paced()
            return False
        if closer.simcores.reaches(CLOSER):
            spent.calls, self._closer = NOTHING, None
            self._paced()
        return closer.calls.reaches(CLOSER)

    def _told(self, at: Moment, frame: FrameType | None, said: str, spent: Moment, limit: Limit) -> Overrun:
        where = whereabouts(frame, self._caller)
        whose = where.said(self._what or "the user's code")
        told = said.format(whose, limit.told(wall=spent.cpu_s < limit.cpu_s))
        return Overrun(told, where.at, where.way, at)

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
