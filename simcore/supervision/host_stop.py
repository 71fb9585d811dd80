"""The end of a host: everybody is asked to end, then made to (process 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.action import Action, Label
from simcore.kernel.kernel import Timer
from simcore.model.durations import SECOND, timestamp
from simcore.model.errors import CANCELED, INTERNAL, process_error
from simcore.model.messages import EVENTS_TOPIC, Cancel
from simcore.model.pid import make_pid
from simcore.process.end import TERMINATED, end
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ALIVE, ProcessOutcome, ProcessRecord
from simcore.process.state.runtime import WORLD, Host, Runtime
from simcore.process.verbs.naming import Shared

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE_NS: Final = 10 * SECOND
REASON: Final = "scheduler shutdown"
NOBODY: Final = make_pid("", "")
"""The sender of a host's CANCEL, printed ``{|}``."""


class HostStop:
    """One host on its way to its end.

    Args:
        runtime, host: which host; it takes nothing in from now on, neither spawns nor messages nor notices.
        grace_ns: nanoseconds that its processes have to end by themselves.
        done: called when the last has ended.
    """

    def __init__(self, runtime: Runtime, host: Host, grace_ns: int, done: Callable[[], None] | None = None) -> None:
        self.runtime = runtime
        self.host = host
        self.deadline_ns: int = runtime.now_ns + grace_ns
        self._done = [done] if done is not None else []
        self._left = {pid: record for pid, record in runtime.routes.items() if record.host == host.id}
        self._open: dict[ProcessRecord, list[HostAction]] = {}
        self._grace: Grace | None = None
        host.state = "stopping"
        host.stop = self
        for pid in self._left:
            # Out of the routes, and sends, EXITs and LINK_DOWNs to it fail without any further check (O13).
            runtime.stopping[pid] = runtime.routes.pop(pid)
        runtime.observer.host_changed(host)
        for record in self._left.values():
            self._enable(AskToEnd(self, record))
        if self._left:
            self._grace = Grace(self)
        else:
            self._finish()

    def when_done(self, done: Callable[[], None]) -> None:
        """Call *done* when the last process has ended, at once where that was so already."""
        if self.host.state == "stopped":
            done()
        else:
            self._done.append(done)

    def expire(self) -> None:
        """The grace is over: every process that is left is ended, each in an action of its own (N27)."""
        for record in self._left.values():
            # Who is over its last step keeps its own result, and needs no force.
            if record.phase == ALIVE:
                self._enable(Force(self, record))

    def _enable(self, action: HostAction) -> None:
        self._open.setdefault(action.record, []).append(action)
        self.runtime.kernel.enable(action)

    def performed(self, action: HostAction) -> None:
        """An action of this stop was picked."""
        self._open[action.record].remove(action)

    def ended(self, record: ProcessRecord) -> None:
        """One of the host's processes has its result; what was to be done about it falls away."""
        self._left.pop(record.pid, None)
        for action in self._open.pop(record, ()):
            # An action on who has ended would be a choice without a difference.
            self.runtime.kernel.disable(action)
        if not self._left and self.host.state == "stopping":
            self._finish()

    def _finish(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
        self.host.state = "stopped"
        self.runtime.observer.host_changed(self.host)
        for done in self._done:
            done()


def stop_host(runtime: Runtime, host: Host, grace_ns: int = GRACE_NS, done: Callable[[], None] | None = None) -> None:
    """Begin the stop of *host* (process 2.6); one that stops already keeps its deadline, one that stopped is left
    alone."""
    if host.stop is None:
        HostStop(runtime, host, grace_ns, done)
    elif done is not None:
        host.stop.when_done(done)


class Grace(Timer):
    """The end of the grace, an action among those of its instant."""

    __slots__ = ("_stop",)

    def __init__(self, stop: HostStop) -> None:
        self._stop = stop
        super().__init__(stop.runtime.kernel, stop.deadline_ns)

    def label(self) -> Label:
        return Label("host:grace", f"{WORLD}/{self._stop.host.id}")

    def fire(self) -> None:
        self._stop.expire()


class HostAction(Action):
    """Something that a stopping host does about one of its processes (A5)."""

    __slots__ = ("record", "stop")
    VERB = "host"

    def __init__(self, stop: HostStop, record: ProcessRecord) -> None:
        super().__init__()
        self.stop: HostStop = stop
        self.record: ProcessRecord = record

    def label(self) -> Label:
        return Label(self.VERB, f"{WORLD}/{self.stop.host.id}", self.record.path)

    def perform(self) -> None:
        self.stop.performed(self)
        self.act()

    def act(self) -> None:
        """Do it to a process that has not ended."""
        raise NotImplementedError


class AskToEnd(HostAction):
    """Put a CANCEL into the mailbox, past the host that takes nothing in any more (process 2.6 step 2)."""

    __slots__ = ()
    VERB = "host:cancel"

    def act(self) -> None:
        runtime, deadline_ns = self.stop.runtime, self.stop.deadline_ns
        deadline = timestamp(runtime.options.epoch, deadline_ns)
        event = Cancel(NOBODY, deadline, deadline_ns, REASON, runtime.now_ns)
        enqueue(self.record, Envelope(EVENTS_TOPIC, NOBODY, event=event))


class Force(HostAction):
    """End a process that has not ended within the grace (process 2.6 step 4)."""

    __slots__ = ()
    VERB = "host:end"

    def act(self) -> None:
        record = self.record
        if record.phase != ALIVE:
            # Its last step is over: its own result stands, and is recorded by the next action.
            return
        if _take_out(record):
            error = process_error(TERMINATED, INTERNAL)
        else:
            error = process_error("context canceled", CANCELED)
        record.outcome = ProcessOutcome(error=error, imposed=True)
        self.stop.runtime.observer.forced(record)
        end(record)


def _take_out(record: ProcessRecord) -> bool:
    """Let the process not step any more; tell whether it was going to. What its last step issued stays enabled, to be
    performed for a process that is gone (process 15.1.1 rule 1); a step that was not over has issued nothing yet."""
    kernel = record.runtime.kernel
    if record.queued:
        record.queued = False
        kernel.disable(record.step)
        return True
    if record.paused:
        kernel.disable(next(each for each in kernel.ready if isinstance(each, Shared) and each.record is record))
        record.commands.clear()
        return True
    return False
