"""The life of one service: from state to state, whoever asks for it (process 14.2 to 14.8, 14.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from simcore.model.durations import format_duration, timestamp
from simcore.model.errors import TIMEOUT, ProcessError, process_error
from simcore.model.messages import EVENTS_TOPIC, Cancel
from simcore.model.pid import make_pid
from simcore.process.end import request_end
from simcore.process.mailbox import enqueue
from simcore.process.start import admit, start, usable_host
from simcore.process.state.envelope import Envelope
from simcore.process.state.runtime import CONTROL_HOST
from simcore.supervision.member import Member
from simcore.supervision.service_events import ServiceTimer, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.action import Action
    from simcore.kernel.kernel import Timer
    from simcore.model.pid import Pid
    from simcore.process.state.record import ProcessOutcome, ProcessRecord
    from simcore.process.state.runtime import Runtime
    from simcore.supervision.member import Orders
    from simcore.supervision.spec import ServiceSpec

State: TypeAlias = Literal["Unknown", "Starting", "Running", "Stopping", "Stopped", "Exited", "Failed"]
UNKNOWN: Final = "Unknown"
STARTING: Final = "Starting"
RUNNING: Final = "Running"
STOPPING: Final = "Stopping"
STOPPED: Final = "Stopped"
EXITED: Final = "Exited"
FAILED: Final = "Failed"


class Service(Member):
    """One service. Its orders and its own process move it, and nobody else."""

    __slots__ = (
        "child",
        "failures",
        "longest_up_ns",
        "observer",
        "pid",
        "restarts",
        "retries",
        "spec",
        "started_ns",
        "state",
        "stop_due",
        "supervisor",
        "timers",
    )
    KIND: ClassVar[str] = "service"

    def __init__(self, spec: ServiceSpec, runtime: Runtime, orders: Orders, observer: ServiceObserver) -> None:
        super().__init__(spec.id, runtime, orders)
        self.observer: ServiceObserver = observer
        self.spec: ServiceSpec = spec
        self.state: State = UNKNOWN
        self.stop_due: bool = False
        """Whether its turn to be stopped came while it was Starting, from where there is no way to Stopping
        (process 14.2)."""
        self.timers: dict[str, Timer] = {}
        self.child: ProcessRecord | None = None
        self.pid: Pid | None = None
        self.supervisor: Pid | None = None
        self.started_ns: int = 0
        self.retries: int = 0
        self.restarts: int = 0
        self.failures: int = 0
        self.longest_up_ns: int = 0
        """How long the process lived longest that has ended."""

    @property
    def retrying(self) -> bool:
        """Whether it waits for its retry."""
        return "retry" in self.timers

    @property
    def runs_or_will(self) -> bool:
        return self.wanted and (self.waiting or self.retrying or self.state in (STARTING, RUNNING))

    @property
    def is_free(self) -> bool:
        return self.child is None

    @property
    def has_to_stop(self) -> bool:
        return self.state in (STARTING, RUNNING, STOPPING, FAILED)

    # -- what is asked of it

    def ask(self) -> None:
        super().ask()
        self.retries = 0
        self.observer.service_asked(self, run=True)

    def refuse(self, message: str) -> None:
        super().refuse(message)
        self.observer.service_asked(self, run=False)

    def dismiss(self) -> None:
        """Nothing starts it again; one that waits for its retry is stopped here (process 14.12, I94)."""
        was_wanted = self.wanted
        super().dismiss()
        if was_wanted:
            self.observer.service_asked(self, run=False)
        if self.retrying:
            self._cancel_timers()
            self._change(STOPPING)
            self._stopped()

    # -- starting

    def begin(self) -> None:
        """Go on to Starting (process 14.3): at once, or, where a start takes time, after it."""
        self.action: Action | None = None
        if self.waiting:
            self.waiting = self.begun = False
            self.retries = 0
        else:
            self.restarts += 1
        self._change(STARTING)
        # A new one for each start, which uses up a number as in the observed runtime (process 1.8).
        self.supervisor = make_pid(CONTROL_HOST, self.runtime.next_unique())
        if self.spec.start_delay_ns:
            self._set_timer("spawn", self.spec.start_delay_ns, self._spawn)
            self._set_timer("start_timeout", self.spec.start_timeout_ns, self._start_timed_out)
        else:
            self._spawn()

    def _spawn(self) -> None:
        self._cancel_timers()
        spec, runtime = self.spec, self.runtime
        try:
            frame = spec.identity.frame(runtime.policies)
            host = usable_host(runtime, spec.host)
            child = start(runtime, host, spec.process, spec.arguments, frame, creator=None)
        except ProcessError as error:
            self._failed(error, uptime_ns=0)
            return
        # No monitor: the hidden supervisor has no mailbox that an EXIT could go to.
        child.caller = Watcher(self.id, child, self._child_ended)
        self.child, self.pid = child, child.pid
        self.started_ns = runtime.now_ns
        self.begun: bool = True
        admit(child)
        self._change(RUNNING)
        self.orders.runs(self)
        if self.stop_due:
            self._ask_to_stop()

    def _start_timed_out(self) -> None:
        self._cancel_timers()
        error = process_error("service start timed out", TIMEOUT, retryable=True, details={"status": "start timeout"})
        self._failed(error, uptime_ns=0)

    # -- the end of a child, and what follows

    def _child_ended(self, child: ProcessRecord) -> None:
        """Classify the end of the process (process 14.4)."""
        # Left alone by a stop that took too long (quirk `leak_on_stop_timeout`).
        if self.child is not child:
            return
        self.child = None
        self.longest_up_ns = max(self.longest_up_ns, self.runtime.now_ns - self.started_ns)
        outcome = child.outcome
        assert outcome is not None
        if self.state == STOPPING:
            # How it ended makes no difference to the stop, and is kept for whoever looks (process 14.8, 14.12).
            self.error = outcome.error
            self._cancel_timers()
            self._stopped()
        elif self.state == RUNNING and _is_final(outcome):
            self.error = outcome.error
            self._change(EXITED)
        elif self.state == RUNNING:
            assert outcome.error is not None
            self._failed(outcome.error, uptime_ns=self.runtime.now_ns - self.started_ns)
        self.orders.free(self)

    def _failed(self, error: ProcessError, *, uptime_ns: int) -> None:
        """Note a failure and let it be tried again, unless it is given up (process 14.5)."""
        self.error = error
        was_starting = self.state == STARTING
        self._change(FAILED)
        self.failures += 1
        self.retries += 1
        attempt = self.retries
        if uptime_ns and uptime_ns >= self.spec.stable_threshold_ns:
            # The count is 0 and not 1: the failure that ends a stable time is forgiven as well (process 14.5).
            self.retries, attempt = 0, 1
        most = self.spec.restart.max_attempts
        if self.to_be_stopped:
            if was_starting and self.stop_due:
                self.stop_due = False
                self._change(STOPPING)
                self._stopped()
        elif most == 0 or attempt < most:
            self._retry(attempt)
        elif not self.begun:
            self.start_error: ProcessError | None = error
            self.orders.given_up(self)

    def _retry(self, attempt: int) -> None:
        """Begin again after the delay of process 14.6."""
        counted = 1 if "flat_backoff" in self.runtime.options.quirks else attempt
        # From a stream of its own, so that a retry more moves no choice of the schedule.
        delay_ns = self.spec.restart.delay_ns(counted, self.runtime.kernel.choices.stream("jitter"))
        self.observer.service_retrying(self, attempt, delay_ns)
        self._set_timer("retry", delay_ns, self.begin)

    # -- stopping

    def stop(self, grace_ns: int | None = None) -> None:
        """Stop now, unless there is nothing to stop or it is asked to run again (process 14.8)."""
        if not self.to_be_stopped:
            self.orders.settled(self)
        elif self.state == RUNNING:
            self._ask_to_stop()
        elif self.state == FAILED:
            self._change(STOPPING)
            self._stopped()
        elif self.state == STARTING:
            self.stop_due = True
        elif self.state != STOPPING:
            self.orders.settled(self)

    def _ask_to_stop(self) -> None:
        """Send a CANCEL from the hidden supervisor, unless the child has ended or its host takes nothing in."""
        self.stop_due = False
        self._change(STOPPING)
        runtime, child, timeout_ns = self.runtime, self.child, self.spec.stop_timeout_ns
        assert child is not None
        if child.pid in runtime.routes:
            deadline_ns = runtime.now_ns + timeout_ns
            deadline = timestamp(runtime.options.epoch, deadline_ns)
            event = Cancel(self.supervisor, deadline, deadline_ns, "", runtime.now_ns)
            enqueue(child, Envelope(EVENTS_TOPIC, self.supervisor, event=event))
        self._set_timer("stop_timeout", timeout_ns, self._stop_timed_out)

    def _stop_timed_out(self) -> None:
        """Give up asking: the child is ended, or, with the quirk, left alone and unwatched (process 14.8, O11)."""
        self._cancel_timers()
        child = self.child
        assert child is not None
        text = f"stop timeout after {format_duration(self.spec.stop_timeout_ns)}"
        self.error = process_error(text, TIMEOUT)
        if "leak_on_stop_timeout" in self.runtime.options.quirks:
            child.caller = self.child = None
        else:
            request_end(child)
        self._change(FAILED)
        self.orders.settled(self)

    def _stopped(self) -> None:
        self._change(STOPPED)
        self.orders.settled(self)

    # -- common

    def _change(self, state: State) -> None:
        old, self.state = self.state, state
        self.observer.service_changed(self, old)

    def _set_timer(self, verb: str, delay_ns: int, then: Callable[[], None]) -> None:
        def fire() -> None:
            self.timers.pop(verb, None)
            then()

        self.timers[verb] = ServiceTimer(self.runtime, self.id, verb, delay_ns, fire)

    def _cancel_timers(self) -> None:
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()


def _is_final(outcome: ProcessOutcome) -> bool:
    """Tell whether nobody is to try again. What the runtime itself says of an end never means that (process 14.4)."""
    return outcome.error is None or (outcome.own and outcome.error.retryable is False)


class ServiceObserver:
    """Looks on and changes nothing. Every method does nothing unless it is overridden."""

    def service_declared(self, spec: ServiceSpec) -> None:
        """There is a service, which was not started yet."""

    def service_asked(self, service: Service, *, run: bool) -> None:
        """Somebody wants a service to run, or to stop."""

    def service_changed(self, service: Service, old: str) -> None:
        """A service has another state than *old*."""

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        """A service that failed will be started again after so many nanoseconds."""
