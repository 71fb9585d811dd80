"""What lets a world go on, again and again, and what is known of how that has ended so far."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simcore.check.endless import explain
from simcore.limits.moving import moving
from simcore.model.durations import duration_ns
from simcore.model.errors import BoundReached, Failure, InternalError, InvalidArgument, UsageError, first_raised
from simcore.model.interrupts import is_interrupt
from simcore.model.library_words import speaks_of_the_item
from simcore.model.texts import represented
from simcore.python.dropped import dropped_heard
from simcore.python.generators import watched
from simcore.world.runs import count_run, refuse_more

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from weakref import finalize

    from simcore.check.deadlocks import Deadlocks
    from simcore.check.recent import Recent
    from simcore.check.rule import Rule
    from simcore.supervision.supervisor import Supervisor
    from simcore.world.log import Writer


class Driver:
    """Lets one world go on, each time with all that looks on meanwhile.

    Args:
        supervisor: of the world; what was declared is started before it goes on.
        rules: the invariants, which look again when nothing can happen any more.
        recent: what is told of a run that a bound has ended.
        writer: of the log; what is done from outside is no effect of the last action.
        deadlocks: of the world; an event that cannot come is one.
        unrun: what would say of the world that it was never run, or None.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        rules: Sequence[Rule],
        recent: Recent,
        writer: Writer,
        deadlocks: Deadlocks,
        unrun: finalize[..., object] | None,
    ) -> None:
        self._runtime = supervisor.runtime
        self._kernel = supervisor.runtime.kernel
        self._supervisor = supervisor
        self._rules = rules
        self._recent = recent
        self._writer = writer
        self._deadlocks = deadlocks
        self._unrun = unrun
        self._quiescent = False
        self._running = False
        self._has_run = False
        self.is_judged: bool = False
        """Whether somebody judges how the runs end."""
        self.failure: Failure | None = None
        """The first property that did not hold, even if a scenario's body swallowed it."""
        self.ending: BaseException | None = None
        """What was to end more than a process, such as ``pytest.skip`` in a behaviour, or a bound, even if a body
        swallowed it."""

    def run(self, until: Any) -> None:
        """Let the world go on, as ``World.run`` says, and raises."""
        if until is None:
            self.run_while(None)
        elif isinstance(until, (str, int)) and not isinstance(until, bool):
            self._run_until(duration_ns(until))
        elif getattr(until, "env", None) is self._kernel.environment:
            self._run_to(until)
        else:
            raise InvalidArgument(f"run takes a time or a SimPy event of this world, not {represented(until)}")

    def _run_until(self, instant_ns: int) -> None:
        now_ns = self._kernel.now_ns
        if instant_ns < now_ns:
            raise InvalidArgument(f"it is {now_ns} ns, {instant_ns} ns lies in the past")
        if instant_ns > now_ns:
            self._run(until_ns=instant_ns)

    def _run_to(self, event: Any) -> None:
        # None is SimPy's sign of an event that was processed.
        if event.callbacks is None:
            return
        self._kernel.halt_at(event)
        self._run()
        if event.callbacks is not None:
            raise self._deadlocks.refusal("the event of run(until=event) cannot come: nothing can happen any more")

    def run_while(self, may_advance: Callable[[], bool] | None) -> None:
        """Let the world go on to quiescence, or until *may_advance* answers False when time is about to pass.

        Raises:
            UsageError: the world runs already.
            Failure: a property does not hold.
            BoundReached: a bound of the options was reached.
        """
        self._run(may_advance=may_advance)

    def _run(self, *, until_ns: int | None = None, may_advance: Callable[[], bool] | None = None) -> None:
        if self._running:
            raise UsageError("world.run was called from inside the run; await what `process` gives instead")
        if not self._has_run:
            refuse_more()
        self._running = True
        if self._unrun is not None:
            self._unrun.detach()
        self._writer.close()
        with self._noting_failure(), watched(), dropped_heard(), moving(self._kernel):
            self._supervisor.boot()
            try:
                self._kernel.run(until_ns=until_ns, may_advance=may_advance)
            except (BoundReached, Failure) as problem:
                explain(problem, self._runtime, self._recent, cure=_cure(until_ns, is_test=may_advance is not None))
                raise
            self._quiescent = self._nothing_left()
            if self._quiescent:
                for rule in self._rules:
                    rule.quiescent()

    @contextmanager
    def _noting_failure(self) -> Generator[None, None, None]:
        before = self._kernel.actions
        try:
            yield
        except Failure as failure:
            self._writer.break_off()
            self.failure = first_raised(self.failure, failure)
            raise
        except BaseException as ending:
            self._writer.break_off()
            # Of those that a body may expect none is: they say how all is to end.
            if (_ends_all(ending) or ending is self._runtime.judgement) and not is_interrupt(ending):
                self.ending = first_raised(self.ending, ending)
            raise
        finally:
            self._running = False
            self._writer.close()
            count_run(self._kernel.actions - before, is_first=not self._has_run, is_judged=self.is_judged)
            self._has_run = True

    @contextmanager
    def noting_bounds(self) -> Generator[None, None, None]:
        """Note the bound that the outside reaches inside of the block, even if a body swallows it."""
        try:
            yield
        except BoundReached as bound:
            self.ending = self.ending or bound
            raise

    def forgive(self, ending: BaseException) -> None:
        """Let *ending* end nothing, since who has caught it says what it means."""
        if self.ending is ending:
            self.ending = None

    def disturb(self) -> None:
        """Something is done from outside, so that something may happen again."""
        self._quiescent = False

    def is_quiescent(self) -> bool:
        """Tell whether the world has run, and nothing can happen in it any more unless the outside does something."""
        return self._quiescent and self._nothing_left()

    def _nothing_left(self) -> bool:
        return not self._kernel.ready and self._kernel.environment.next_instant() is None


def _ends_all(error: BaseException) -> bool:
    # Who goes on in a world that was cut short, or used wrongly, goes on in one of which nothing can be concluded.
    if isinstance(error, (BoundReached, UsageError, InternalError)):
        return True
    return not isinstance(error, Exception) or speaks_of_the_item(error)


def _cure(until_ns: int | None, *, is_test: bool) -> str:
    """Say what to write where a run that is ended by a bound is meant to go on for ever."""
    if until_ns is not None:
        return "if that is meant to go on for ever, let the run end earlier, by a smaller until="
    if is_test:
        waits = 'wait in it no longer than for time.after("10s")'
        return f"if that is meant to go on for ever, end it in the test, or {waits} in a channel.select"
    return 'if that is meant to go on for ever, say when the run ends: world.run(until="10s")'
