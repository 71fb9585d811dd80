"""Terminate, and ask to end (process 9)."""

from __future__ import annotations

from typing import Any, Final

from simcore.kernel.action import Label
from simcore.kernel.channel import SUSPEND
from simcore.kernel.kernel import Timer
from simcore.model.durations import LIMIT_NS, MILLISECOND, parse_duration, timestamp
from simcore.model.errors import TIMEOUT, InvalidArgument, process_error
from simcore.model.messages import EVENTS_TOPIC, Cancel
from simcore.model.operations import CancelProcess, Terminate
from simcore.model.texts import represented
from simcore.process.command import Command
from simcore.process.end import request_end
from simcore.process.mailbox import enqueue
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ALIVE, ProcessRecord, Task
from simcore.process.verbs.naming import resolve
from simcore.process.verbs.verb import VerbRow


def terminate(record: ProcessRecord, task: Task, operation: Terminate) -> object:
    """Check a terminate at the call and leave the request to a command (process 9.1)."""
    runtime = record.runtime
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, "terminate", target, operation.destination)
    record.commands.append(Command("do:terminate", record, task, target, _terminate))
    return SUSPEND


def _terminate(command: Command) -> None:
    runtime = command.record.runtime
    # A process on a stopping host can be terminated although nothing is routed to it; `route` then words the error.
    request_end(runtime.living(command.target) or runtime.route(command.target))


def cancel(record: ProcessRecord, task: Task, operation: CancelProcess) -> object:
    """Check a cancel at the call, the deadline last (process 9.8), and leave the event to a command."""
    runtime = record.runtime
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, "cancel", target, operation.destination)
    # After the permission, so that a bad duration from who may not cancel is told as the denial (process 9.8).
    deadline_ns = deadline(runtime.now_ns, operation.deadline)
    event = Cancel(
        record.pid,
        None if deadline_ns is None else timestamp(runtime.options.epoch, deadline_ns),
        deadline_ns,
        operation.reason,
        runtime.now_ns,
    )
    record.commands.append(Command("do:cancel", record, task, target, _cancel, event))
    return SUSPEND


def _cancel(command: Command) -> None:
    runtime = command.record.runtime
    receiver = runtime.route(command.target)
    enqueue(receiver, Envelope(EVENTS_TOPIC, command.record.pid, event=command.data))
    if command.data.deadline_ns is not None and runtime.options.cancel_deadline == "enforce":
        enforce(receiver, command.data.deadline_ns)


def enforce(record: ProcessRecord, deadline_ns: int) -> None:
    """Let the process end at *deadline_ns* at the latest; the earliest counts, also after an upgrade (process 2.5)."""
    held = record.deadline
    if record.phase != ALIVE or (held is not None and held.due_ns <= deadline_ns):
        return
    if held is not None:
        held.cancel()
    record.deadline = Deadline(record, deadline_ns)
    record.runtime.observer.deadline_set(record, deadline_ns)


class Deadline(Timer):
    """The instant at which a cancelled process is ended, in any order with its own end (N26)."""

    __slots__ = ("_record",)

    def __init__(self, record: ProcessRecord, due_ns: int) -> None:
        self._record = record
        super().__init__(record.runtime.kernel, due_ns)

    def label(self) -> Label:
        return Label("fire:deadline", self._record.path)

    def fire(self) -> None:
        request_end(self._record, process_error("cancel deadline exceeded", TIMEOUT))


def deadline(now_ns: int, value: Any) -> int | None:
    """Return the instant that a cancel's deadline means: a duration as text, a number of milliseconds, or None
    (process 9.9).

    Raises:
        InvalidArgument: it is of another type, or no duration.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return now_ns + parse_duration(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidArgument("deadline must be either a duration string or milliseconds number")
    # NaN alone differs from itself.
    if value != value or abs(value) > LIMIT_NS // MILLISECOND:
        raise InvalidArgument(f"invalid duration format: {represented(value)} milliseconds is out of range")
    return now_ns + int(value) * MILLISECOND


VERBS: Final = (
    VerbRow(
        Terminate, terminate, "its turn to terminate {destination}", {"do:terminate": "terminate of {whom} by {who}"}
    ),
    VerbRow(
        CancelProcess,
        cancel,
        "its turn to cancel {destination}",
        {"do:cancel": "cancel of {whom} by {who}", "fire:deadline": "the deadline of the cancel of {who}"},
    ),
)
