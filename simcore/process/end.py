"""How a process ends: result, names, topology and notices, each a transition of its own (process 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.kernel.action import Action, Label
from simcore.model.errors import INTERNAL, ProcessEnded, ProcessError, first_raised, process_error
from simcore.model.library_words import is_judgement
from simcore.model.messages import EVENTS_TOPIC, Cancel, Exit, LinkDown
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.process.state.farewell import Farewell
from simcore.process.state.record import ALIVE, ENDED, FINISHED, GONE, NAMELESS, ProcessOutcome, ProcessRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.model.pid import Pid
    from simcore.process.state.definition import Coroutine
    from simcore.process.state.runtime import Runtime

TERMINATED: Final = "process terminated"


def finish(record: ProcessRecord, outcome: ProcessOutcome) -> None:
    """Note the outcome of a step that ended the process; the commands of that step are dropped (process 2.4.1)."""
    record.outcome = outcome
    record.phase = FINISHED
    record.commands.clear()
    record.runnable.clear()
    # No part of the step: until this is performed the process is routable, and may still be sent to in vain (N17).
    record.runtime.kernel.enable(End(record))


def terminated(record: ProcessRecord) -> None:
    """End a process that was terminated, in the action that would have been its next step (process 9.2)."""
    record.outcome = ProcessOutcome(error=record.end_error or process_error(TERMINATED, INTERNAL), imposed=True)
    end(record)


class End(Action):
    """Record the result and unroute (process 2.3 steps 1, 2)."""

    __slots__ = ("_record",)

    def __init__(self, record: ProcessRecord) -> None:
        self.number = -1
        self._record = record

    def label(self) -> Label:
        return Label("end", self._record.path)

    def perform(self) -> None:
        end(self._record)


def end(record: ProcessRecord) -> None:
    """Make the process *ended*: its result stands, it is not routable, its coroutines are closed (process 15.1.2)."""
    runtime, outcome = record.runtime, record.outcome
    assert outcome is not None
    assert record.phase < ENDED, f"{record.pid} ended twice"
    record.phase = ENDED
    # Who lives on a host that stops was taken out of the routes before.
    if runtime.routes.pop(record.pid, None) is None:
        del runtime.stopping[record.pid]
    if record.deadline is not None:
        record.deadline.cancel()
    host = runtime.hosts.get(record.host)
    if host is not None:
        host.processes -= 1
    runtime.observer.ended(record)
    if outcome.error is None:
        runtime.kernel.trace.fold(outcome.payload)
    else:
        runtime.fold_error(outcome.error)
    if runtime.options.cancel_call_child_on_caller_exit:
        _cancel_callees(record)
    # An end is an action of its own, so it is never inside the context already, as an upgrade is.
    if record.context is None:
        close_coroutines(record)
    else:
        record.context.run(close_coroutines, record)
    if runtime.names.of(record.pid):
        runtime.kernel.enable(ReleaseNames(record))
    else:
        _nameless(record)
    if host is not None and host.stop is not None:
        host.stop.ended(record)


def _cancel_callees(record: ProcessRecord) -> None:
    """Ask to end what this process has called and not yet got an answer of (the switch of O20)."""
    runtime = record.runtime
    for callee in list(runtime.routes.values()):
        if callee.caller is not None and callee.caller.record is record:
            event = Cancel(record.pid, reason="the caller has ended", at_ns=runtime.now_ns)
            enqueue(callee, Envelope(EVENTS_TOPIC, record.pid, event=event))


def close_coroutines(record: ProcessRecord) -> None:
    """Cancel what the process waits for and let every coroutine's ``finally`` run, in creation order; an operation that
    one tries raises again. Nothing is left of them, nor of the mailbox.

    What they raise ends nothing and is noted; but one that says that something does not hold is raised when all is
    done.
    """
    runtime, before = record.runtime, len(record.runtime.farewells)
    for pending in record.pending:
        pending.cancel()
    record.pending.clear()
    while record.tasks:
        # What one does on its way out may begin another.
        task = next(iter(record.tasks))
        del record.tasks[task]
        _close(record, task.coroutine)
    for coroutine in record.front.closing():
        _close(record, coroutine)
    record.incoming.clear()
    record.mailbox.clear()
    record.backlogs.clear()
    record.unrouted.clear()
    record.runnable.clear()
    record.wakeups.clear()
    record.subscriptions.clear()
    record.ended_subscriptions.clear()
    record.downs = 0
    judgement = next((each.error for each in runtime.farewells[before:] if is_judgement(each.error)), None)
    if judgement is not None:
        runtime.judgement = first_raised(runtime.judgement, judgement)
        raise judgement


def _close(record: ProcessRecord, coroutine: Coroutine) -> None:
    def raised(error: BaseException) -> None:
        record.runtime.farewells.append(Farewell(record.path, error, _when(record)))

    if not close_coroutine(coroutine, raised):
        record.runtime.given_up.append((record.path, coroutine))


def _when(record: ProcessRecord) -> str:
    if record.outcome is None:
        return "when it was upgraded"
    return "when it was terminated" if record.terminate_requested else "when its process ended"


def close_coroutine(coroutine: Coroutine, raised: Callable[[BaseException], object] | None = None) -> bool:
    """Tell *coroutine* that its process has ended until it has ended too, but not for ever; tell whether it has.

    Args:
        coroutine: what is closed.
        raised: is told of what it raises instead; None where nobody wants to hear it.
    """
    for _ in range(CLOSE_ATTEMPTS):
        try:
            # What it yields here is an operation that its `finally` tries; nobody performs it, it is told once more
            # instead.
            coroutine.throw(ProcessEnded("the process has ended"))
        except (ProcessEnded, StopIteration):
            return True
        except BaseException as error:
            # A KeyboardInterrupt is not among these: it is meant for simcore and not for the program.
            if not isinstance(error, (Exception, SystemExit, GeneratorExit)) and not is_judgement(error):
                raise
            # What a dying coroutine raises is nobody's any more: its result stands.
            if raised is not None:
                raised(error)
            return True
    return False


CLOSE_ATTEMPTS: Final = 1_000
"""How often a coroutine that catches its own end is told again."""


class ReleaseNames(Action):
    """Free all names of an ended process (process 2.3 step 3)."""

    __slots__ = ("_record",)

    def __init__(self, record: ProcessRecord) -> None:
        self.number = -1
        self._record = record

    def label(self) -> Label:
        return Label("names", self._record.path)

    def perform(self) -> None:
        record = self._record
        names = record.runtime.names.release(record.pid)
        record.runtime.observer.nameless(record, names)
        _nameless(record)


def _nameless(record: ProcessRecord) -> None:
    """Go on to the topology. That is an action also where nobody watches, is linked or waits: until then others may
    monitor it and link to it, though they can send it nothing any more (process 15.1.2, O26)."""
    record.phase = NAMELESS
    record.runtime.kernel.enable(Leave(record))


class Leave(Action):
    """Take the snapshot of watchers and peers and leave the topology, at once (process 2.3 step 4)."""

    __slots__ = ("_record",)

    def __init__(self, record: ProcessRecord) -> None:
        self.number = -1
        self._record = record

    def label(self) -> Label:
        return Label("leave", self._record.path)

    def perform(self) -> None:
        """Make the process *gone* and let its notices be sent: all EXITs, then all LINK_DOWNs (G5)."""
        record, outcome = self._record, self._record.outcome
        runtime = record.runtime
        assert outcome is not None
        watchers, peers = runtime.topology.leave(record.pid)
        record.phase = GONE
        runtime.observer.gone(record, watchers, peers)
        notices = Notices(record, watchers, peers if outcome.error is not None else [])
        if record.caller is not None:
            record.caller.enable(outcome.payload, outcome.error)
        notices.send()


class Notices:
    """The notices of one end that are still to be sent."""

    def __init__(self, record: ProcessRecord, watchers: list[Pid], peers: list[Pid]) -> None:
        self._record = record
        self._peers = peers
        self._watchers = watchers
        self._exits_open = len(watchers)

    def send(self) -> None:
        """Enable every EXIT; the LINK_DOWNs follow the last of them."""
        kernel = self._record.runtime.kernel
        for watcher in self._watchers:
            kernel.enable(SendExit(self, self._record, watcher))
        if not self._watchers:
            self._send_link_downs()

    def exit_done(self) -> None:
        """One EXIT was sent."""
        self._exits_open -= 1
        if not self._exits_open:
            self._send_link_downs()

    def _send_link_downs(self) -> None:
        assert not self._exits_open, "G5: all EXITs come before any LINK_DOWN"
        kernel = self._record.runtime.kernel
        for peer in self._peers:
            kernel.enable(SendLinkDown(self._record, peer))


class SendExit(Action):
    """Enqueue one EXIT to one watcher (process 2.3 step 5)."""

    __slots__ = ("_notices", "_record", "_watcher")

    def __init__(self, notices: Notices, record: ProcessRecord, watcher: Pid) -> None:
        self.number = -1
        self._notices = notices
        self._record = record
        self._watcher = watcher

    def label(self) -> Label:
        return Label("exit", self._record.path, self._record.runtime.path_of(self._watcher))

    def perform(self) -> None:
        record, runtime = self._record, self._record.runtime
        outcome = record.outcome
        assert outcome is not None
        assert record.phase == GONE, "G6: names and topology are left before anybody is told"
        # The value travels as the payload, from which each watcher reads a copy of its own (O25).
        event = Exit(record.pid, None, outcome.error, runtime.now_ns)
        envelope = Envelope(EVENTS_TOPIC, record.pid, outcome.payload, event=event)
        delivered = _notify(runtime, self._watcher, envelope)
        runtime.observer.exit_sent(self._watcher, record, delivered=delivered)
        self._notices.exit_done()


class SendLinkDown(Action):
    """Enqueue one LINK_DOWN to one peer (process 2.3 step 6)."""

    __slots__ = ("_peer", "_record")

    def __init__(self, record: ProcessRecord, peer: Pid) -> None:
        self.number = -1
        self._record = record
        self._peer = peer

    def label(self) -> Label:
        return Label("down", self._record.path, self._record.runtime.path_of(self._peer))

    def perform(self) -> None:
        record, runtime = self._record, self._record.runtime
        error: ProcessError | None = record.outcome.error if record.outcome else None
        event = LinkDown(record.pid, error, runtime.now_ns)
        delivered = _notify(runtime, self._peer, Envelope(EVENTS_TOPIC, record.pid, event=event))
        runtime.observer.link_down_sent(self._peer, record, delivered=delivered)


def _notify(runtime: Runtime, receiver: Pid, envelope: Envelope) -> bool:
    """Enqueue a notice; one to a process that has ended meanwhile vanishes."""
    record = runtime.routes.get(receiver)
    if record is not None:
        enqueue(record, envelope)
    return record is not None


def request_end(victim: ProcessRecord, error: ProcessError | None = None) -> None:
    """Let *victim* begin no further step; it ends when it is picked the next time (process 9.2), with *error* or as one
    that was terminated."""
    if victim.phase == ALIVE and not victim.terminate_requested:
        victim.terminate_requested = True
        victim.end_error = error
        # The label of its next step has changed: it is an `end` now.
        victim.step.number = -1
        victim.runtime.observer.end_requested(victim)
        victim.wake()
