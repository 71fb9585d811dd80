"""The loop: pick one enabled action, perform it; move time only when nothing else can happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.action import Action, Label
from simcore.kernel.environment import BEFORE_ALL, Bucket, Environment
from simcore.kernel.trace import BLOCK, Trace
from simcore.model.errors import BoundReached, Failure
from simcore.model.property_names import LIVELOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import simpy

    from simcore.kernel.choices import Choices
    from simcore.kernel.scheduler import Scheduler
    from simcore.model.options import Options


LONG: Final = 100_000
"""A run of so many actions is a long one: a test has some hundreds."""
LONG_PART: Final = 8
"""So is one that has lasted for one part in so many of the virtual time that it may last."""


class Kernel:
    """Virtual time and the set of enabled actions. It knows nothing of processes.

    The ready list is kept in the order of enabling, so that index 0 is always the oldest: ``fifo`` needs no second
    structure, and a deviation is any other index. Taking from the middle of a list costs as much as swap-remove up to
    several hundred enabled actions (docs/design.md has the figures). ``now_ns`` is the environment's time, kept here
    because it is read often.
    """

    def __init__(self, *, choices: Choices, scheduler: Scheduler, options: Options) -> None:
        self.choices = choices
        self.scheduler = scheduler
        self.options = options
        self.environment: Environment = Environment(self._enable_simpy)
        self.trace: Trace = Trace()
        self.ready: list[Action] = []
        self.now_ns: int = 0
        self.actions: int = 0
        self.decisions: int = 0
        self.on_action: Callable[[Action, int], None] | None = None
        self.attention: Callable[[], None] | None = None
        self.on_long: Callable[[], None] | None = None
        """Is called once, when the run has become a long one: it may never end by itself."""
        self._long_from = min(LONG, options.actions_max // 2)
        self._long_at_once = options.instant_actions_max // 2
        self._long_from_ns = options.virtual_time_max_ns // LONG_PART
        self.on_start: Callable[[], None] | None = None
        """Is called once, when the first action is about to be picked."""
        self._buckets: dict[int, Bucket] = {}
        self._simpy = SimpyAction(self)
        self._simpy_enabled = False
        self._checkpoint = 0
        self._instant_start = 0
        self._halted = False
        scheduler.begin(choices)

    def listen(self, heard: Callable[[Action, int], None]) -> None:
        """Let *heard* be called with each action that is picked, before it is performed, and the number of its label;
        after whoever listens already."""
        first = self.on_action
        if first is None:
            self.on_action = heard
            return

        def both(action: Action, number: int) -> None:
            first(action, number)
            heard(action, number)

        self.on_action = both

    def enable(self, action: Action) -> None:
        """Let *action* be picked from now on; it leaves the ready list when it is."""
        self.ready.append(action)

    def disable(self, action: Action) -> None:
        """Take back an action that was enabled and not picked yet."""
        self.ready.remove(action)

    def attend(self, look: Callable[[], None]) -> None:
        """Call *look* once, before the next action is picked."""
        self.attention = look
        self._checkpoint = 0

    def halt(self) -> None:
        """Let ``run`` return before the next action is picked."""
        self._halted = True
        self._checkpoint = 0

    def become_long(self) -> None:
        """Tell whoever wants to know that a bound is not far any more, or that the run is long already."""
        if self.on_long is not None:
            tell, self.on_long = self.on_long, None
            tell()

    # -- the loop

    def run(self, *, until_ns: int | None = None, may_advance: Callable[[], bool] | None = None) -> None:
        """Perform actions until nothing can happen any more, ``halt`` is called, or time would leave the run.

        Args:
            until_ns: everything before this instant is done, nothing at it; the clock ends there.
            may_advance: asked before each advance of time; False ends the run at this instant.

        Raises:
            Failure: property ``livelock``; or whatever a check raises from inside an action.
            BoundReached: ``actions_max`` or ``virtual_time_max_ns``.
        """
        # Held in locals: attribute look-ups would be a good part of this loop, which runs once for each action.
        ready, log, pick, number_of = self.ready, self.trace.log, self.scheduler.pick, self.trace.number
        self._halted = False
        self._checkpoint = 0
        while True:
            # One comparison stands for all that is due now and then: a look, a halt, a block for the digest, a bound.
            # Whoever wants attention sets the checkpoint to 0.
            if self.actions >= self._checkpoint and self._pause():
                return
            # Where one thing alone can happen nothing is drawn, so a record holds choices only.
            if len(ready) > 1:
                self.decisions += 1
                action = ready.pop(pick(ready))
            elif ready:
                action = ready.pop()
            elif self._advance(until_ns, may_advance):
                continue
            else:
                return
            number = action.number
            if number < 0:
                number = number_of(action)
                action.remember(number)
            # Before the action is performed: what it makes travel is folded in behind its number.
            log.append(number)
            self.actions += 1
            if self.on_action is not None:
                self.on_action(action, number)
            action.perform()

    def acting(self, frame: FrameType, inner: FrameType | None) -> str | None:
        """Return who acts, where *frame* is the one of this loop, which has called *inner*; else None."""
        if frame.f_code is not Kernel.run.__code__ or frame.f_locals.get("self") is not self:
            return None
        action: object = frame.f_locals.get("action")
        if inner is None or inner.f_locals.get("self") is not action:
            return None
        if isinstance(action, SimpyAction):
            return "a process of SimPy"
        return action.label().path if isinstance(action, Action) else None

    def _pause(self) -> bool:
        """Do what is due between two actions, and say when to come back. Tell whether the run was halted."""
        if self.attention is not None:
            look, self.attention = self.attention, None
            look()
        if len(self.trace.log) >= BLOCK:
            self.trace.flush()
        if self.ready:
            # A run that is over exactly at its bound has not hit it.
            self._check_bounds()
            if self.on_start is not None:
                begin, self.on_start = self.on_start, None
                begin()
        instant_end = self._instant_start + self.options.instant_actions_max
        self._checkpoint = min(self.actions + BLOCK, self.options.actions_max, instant_end)
        if self.on_long is not None:
            self._look_whether_long()
        return self._halted

    def _look_whether_long(self) -> None:
        long_from = min(self._long_from, self._instant_start + self._long_at_once)
        if self.actions >= long_from or self.now_ns >= self._long_from_ns:
            self.become_long()
        else:
            self._checkpoint = min(self._checkpoint, long_from)

    def _check_bounds(self) -> None:
        if self.actions - self._instant_start >= self.options.instant_actions_max:
            raise Failure(
                LIVELOCK,
                f"{self.options.instant_actions_max} actions at one instant ({self.now_ns} ns) and no end; "
                "if this is no endless loop, raise instant_actions_max",
            )
        if self.actions >= self.options.actions_max:
            raise BoundReached("actions_max", self.options.actions_max)

    # -- time

    def _advance(self, until_ns: int | None, may_advance: Callable[[], bool] | None) -> bool:
        """Move to the next instant at which something is due; tell whether there was one inside the run."""
        if self.attention is not None and self._pause():
            return False
        # The look may have enabled something, and time never overtakes what is enabled (A4).
        if self.ready:
            return True
        instant = self.environment.next_instant()
        if until_ns is not None and (instant is None or instant >= until_ns):
            # A body that lets time pass again and again would end no more than a timer that does.
            self._check_time(until_ns)
            self._move(max(until_ns, self.now_ns))
            return False
        if instant is None or (may_advance is not None and not may_advance()):
            return False
        self._check_time(instant)
        self._move(instant)
        self._arrive()
        return True

    def _check_time(self, instant_ns: int) -> None:
        if instant_ns > self.options.virtual_time_max_ns:
            raise BoundReached("virtual_time_max_ns", self.options.virtual_time_max_ns)

    def _move(self, instant_ns: int) -> None:
        if instant_ns != self.now_ns:
            self.now_ns = instant_ns
            self.environment.advance(instant_ns)
            self.trace.instant(instant_ns)
        self._instant_start = self.actions
        self._checkpoint = 0

    def _arrive(self) -> None:
        # To open a bucket is no action: it only enables its timers, and which of them fires first is for the scheduler
        # (N24).
        if self.environment.head_is_bucket():
            self.environment.process_next()
        self._enable_simpy()

    def timer_bucket(self, due_ns: int) -> Bucket:
        """Return the bucket of the instant *due_ns*, which lies in the future."""
        bucket = self._buckets.get(due_ns)
        # A dead bucket may have left SimPy's queue, so it is not brought back to life.
        if bucket is None or not bucket.live:
            bucket = self._buckets[due_ns] = Bucket(self.environment)
            bucket.callbacks.append(self._open)
            self.environment.schedule(bucket, BEFORE_ALL, due_ns - self.now_ns)
        return bucket

    def next_due(self) -> Label | None:
        """Return the label of what is due first, of all that time has to pass for; None where nothing is."""
        if self.environment.next_instant() is None:
            return None
        event = self.environment.head()
        if not isinstance(event, Bucket):
            return self._simpy.label()
        return next(each.label() for each in event.timers if isinstance(each, Timer) and each.is_waiting)

    def _open(self, event: simpy.Event) -> None:
        assert isinstance(event, Bucket)
        self._buckets.pop(self.now_ns, None)
        for timer in event.timers:
            assert isinstance(timer, Timer)
            timer.become_due()

    # -- SimPy's own events

    def _enable_simpy(self) -> None:
        if not self._simpy_enabled and self.environment.next_instant() == self.now_ns:
            self._simpy_enabled = True
            self.enable(self._simpy)

    def step_simpy(self) -> None:
        """Process one SimPy event of this instant; SimPy's own order stays."""
        # Before the step, which may schedule something at this instant and so enable the action again.
        self._simpy_enabled = False
        self.environment.process_next()
        self._enable_simpy()

    def halt_at(self, event: Any) -> None:
        """Let ``run`` return once SimPy has processed *event*."""
        event.callbacks.append(lambda _: self.halt())


class SimpyAction(Action):
    """The next event of ordinary SimPy processes and resources."""

    __slots__ = ("_kernel",)

    def __init__(self, kernel: Kernel) -> None:
        super().__init__()
        self._kernel = kernel

    def label(self) -> Label:
        return Label("simpy", "world")

    def perform(self) -> None:
        self._kernel.step_simpy()


class Timer(Action):
    """One thing that is due at one instant; firing it is an action, in any order among those of the instant (N24).

    Args:
        kernel: whose time counts.
        due_ns: the instant in nanoseconds; one that is not in the future is due at once.
    """

    __slots__ = ("_bucket", "_kernel", "_state", "due_ns")

    WAITING, DUE, OVER = range(3)

    def __init__(self, kernel: Kernel, due_ns: int) -> None:
        super().__init__()
        self._kernel = kernel
        self.due_ns: int = due_ns
        self._bucket: Bucket | None = None
        self._state = self.WAITING
        # The bucket of this instant is open already; SimPy's queue takes future ones only.
        if due_ns <= kernel.now_ns:
            self.become_due()
        else:
            self._bucket = kernel.timer_bucket(due_ns)
            self._bucket.timers.append(self)
            self._bucket.live += 1

    @property
    def is_waiting(self) -> bool:
        """Whether its instant has not come, and it was not cancelled."""
        return self._state == self.WAITING

    def become_due(self) -> None:
        """Enable the firing, unless the timer was cancelled."""
        if self._state == self.WAITING:
            self._state = self.DUE
            self._kernel.enable(self)

    def cancel(self) -> bool:
        """Never fire. Tell whether it had not fired yet."""
        state, self._state = self._state, self.OVER
        if state == self.WAITING and self._bucket is not None:
            self._bucket.live -= 1
        elif state == self.DUE:
            self._kernel.disable(self)
        return state != self.OVER

    def perform(self) -> None:
        self._state = self.OVER
        self.fire()

    def fire(self) -> None:
        """Do what was to be done at the instant."""
        raise NotImplementedError
