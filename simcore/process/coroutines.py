"""What coroutines of one process do with each other: channels, select, new coroutines (lua-environment 5 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.kernel.channel import SUSPEND, select

if TYPE_CHECKING:
    from simcore.model.operations import ChannelClose, ChannelReceive, ChannelSend, Go, Select
    from simcore.process.record import ProcessRecord, Task
    from simcore.process.runtime import Runtime


def receive(runtime: Runtime, record: ProcessRecord, task: Task, operation: ChannelReceive) -> Any:
    """Take a value from a channel: the answer is ``(value, ok)``."""
    return operation.channel.receive(task)


def give(runtime: Runtime, record: ProcessRecord, task: Task, operation: ChannelSend) -> Any:
    """Put a value into a channel."""
    return operation.channel.send(task, operation.value)


def close(runtime: Runtime, record: ProcessRecord, task: Task, operation: ChannelClose) -> Any:
    """Close a channel."""
    return operation.channel.close(task)


def choose(runtime: Runtime, record: ProcessRecord, task: Task, operation: Select) -> Any:
    """Take the first ready case, or wait for one (semantics 3.14)."""
    return select(task, operation.cases, default=operation.default)


def go(runtime: Runtime, record: ProcessRecord, task: Task, operation: Go) -> object:
    """Queue a new coroutine, then its creator behind it (lua-environment 5.2, G19)."""
    record.runnable += ((record.start_task(operation.coroutine), None, None), (task, None, None))
    return SUSPEND
