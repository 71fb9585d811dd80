"""What coroutines of one process do with each other: channels, select, new coroutines (lua 5, 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.channel import SUSPEND, select
from simcore.model.errors import InvalidArgument
from simcore.model.operations import ChannelClose, ChannelReceive, ChannelSend, Go, Select
from simcore.process import mailbox
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.process.state.definition import Coroutine
    from simcore.process.state.record import ProcessRecord, Task


def receive(record: ProcessRecord, task: Task, operation: ChannelReceive) -> Any:
    """Take a value from a channel: the answer is ``(value, ok)``."""
    # Every process has one list of wake-ups, which so tells whose channel this is.
    if operation.channel.wakeups is not record.wakeups:
        raise _not_mine()
    return _refilled(record, operation.channel.receive(task))


def give(record: ProcessRecord, task: Task, operation: ChannelSend) -> Any:
    """Put a value into a channel."""
    if operation.channel.wakeups is not record.wakeups:
        raise _not_mine()
    return operation.channel.send(task, operation.value)


def close(record: ProcessRecord, task: Task, operation: ChannelClose) -> Any:
    """Close a channel; all subscriptions that it belongs to end with it, as by ``unlisten`` (process 3.10)."""
    if operation.channel.wakeups is not record.wakeups:
        raise _not_mine()
    # Before the close: what comes later must find no closed channel, and goes to the inbox or waits.
    mailbox.forget(record, operation.channel)
    return operation.channel.close(task)


def choose(record: ProcessRecord, task: Task, operation: Select) -> Any:
    """Take the first ready case, or wait for one (process 3.14)."""
    if any(case.channel.wakeups is not record.wakeups for case in operation.cases):
        raise _not_mine()
    return _refilled(record, select(task, operation.cases, default=operation.default))


def _refilled(record: ProcessRecord, answer: Any) -> Any:
    """Let the mailbox fill the place of what was taken, before the coroutine goes on (process 3.5: after channel
    activity)."""
    if answer is not SUSPEND and (record.mailbox or record.backlogs or record.unrouted):
        mailbox.flush(record)
    return answer


def _not_mine() -> InvalidArgument:
    return InvalidArgument("a channel is for the coroutines of the process that made it; send a message to another")


def go(record: ProcessRecord, task: Task, operation: Go) -> object:
    """Queue a new coroutine, then its creator behind it (lua 5.2, G19)."""
    begin(record, operation.coroutine, creator=task)
    record.runnable.append((task, None, None))
    return SUSPEND


def begin(record: ProcessRecord, coroutine: Coroutine, creator: Task | None) -> Task:
    """Queue a new coroutine of a process; its *creator*, if that is to go on in its turn, is queued after it (G19)."""
    assert all(queued is not creator for queued, _, _ in record.runnable), "G19: a new coroutine precedes its creator"
    task = record.start_task(coroutine)
    record.runnable.append((task, None, None))
    if record.runtime.scribe is not None:
        record.runtime.scribe.begun(record, task)
    return task


VERBS: Final = (
    VerbRow(ChannelReceive, receive, "{channel}"),
    VerbRow(ChannelSend, give, "room in {channel}"),
    VerbRow(ChannelClose, close, "its turn"),
    VerbRow(Select, choose, "{cases}"),
    VerbRow(Go, go, "its turn"),
)
