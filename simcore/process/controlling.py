"""Terminate, and ask to end (semantics 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simcore.kernel.channel import SUSPEND
from simcore.model.durations import LIMIT_NS, MILLISECOND, parse_duration
from simcore.model.errors import InvalidArgument
from simcore.model.messages import EVENTS_TOPIC
from simcore.model.messages import Cancel as CancelEvent
from simcore.process.command import Command
from simcore.process.envelope import Envelope
from simcore.process.messaging import enqueue
from simcore.process.naming import resolve
from simcore.process.record import ALIVE, ProcessRecord, Task

if TYPE_CHECKING:
    from simcore.model.operations import Cancel, Terminate
    from simcore.process.runtime import Runtime


def terminate(runtime: Runtime, record: ProcessRecord, task: Task, operation: Terminate) -> object:
    """Check a terminate at the call and leave the request to a command (9.1)."""
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, "terminate", target, operation.destination)
    record.commands.append(Command("do:terminate", record, task, target, _terminate))
    return SUSPEND


def _terminate(command: Command) -> None:
    victim = command.record.runtime.route(command.target)
    request_end(victim)


def request_end(victim: ProcessRecord) -> None:
    """Let *victim* begin no further step; it ends when it is picked the next time (9.2)."""
    if victim.phase == ALIVE and not victim.terminate_requested:
        victim.terminate_requested = True
        victim.step.number = -1
        victim.wake()


def cancel(runtime: Runtime, record: ProcessRecord, task: Task, operation: Cancel) -> object:
    """Check a cancel at the call, the deadline last (9.8), and leave the event to a command."""
    target = resolve(runtime, operation.destination)
    runtime.require_target(record, "cancel", target, operation.destination)
    deadline_ns = deadline(runtime.now_ns, operation.deadline)
    event = CancelEvent(
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
    enqueue(runtime, receiver, Envelope(EVENTS_TOPIC, command.record.pid, event=command.data))


def deadline(now_ns: int, value: Any) -> int | None:
    """Return the instant that a cancel's deadline means: a duration as text, a number of milliseconds, or None (9.9).

    Raises:
        InvalidArgument: it is of another type, or no duration.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return now_ns + parse_duration(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidArgument("deadline must be either a duration string or milliseconds number")
    if value != value or abs(value) > LIMIT_NS // MILLISECOND:
        raise InvalidArgument(f"invalid duration format: {value!r} milliseconds is out of range")
    return now_ns + int(value) * MILLISECOND


def timestamp(epoch: str, instant_ns: int) -> str:
    """Return *instant_ns* of virtual time as ISO 8601 UTC text (decision O2)."""
    seconds, nanoseconds = divmod(instant_ns, 1_000_000_000)
    start = datetime.fromisoformat(epoch)
    # Without an offset it is UTC and never the zone of the machine.
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    moment = start + timedelta(seconds=seconds)
    fraction = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
