"""Operations of a module body, which runs before its process can wait for anything (process 2.2 step 6, O30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.kernel.channel import SUSPEND, ready
from simcore.model.operations import (
    ChannelClose,
    ChannelReceive,
    ChannelSend,
    Events,
    Inbox,
    Listen,
    Lookup,
    Register,
    Select,
    SetOptions,
    Subscribe,
    Unlisten,
    Unregister,
)
from simcore.process.verbs.naming import perform_shared

if TYPE_CHECKING:
    from simcore.model.operations import Operation
    from simcore.process.state.record import ProcessRecord, Task

SHARED: Final = (Register, Lookup, Unregister)
NEVER_WAIT: Final = (SetOptions, Inbox, Events, Listen, Unlisten, Subscribe, ChannelClose)
"""What the process serves by itself, in the step; no other coroutine is there whose turn would come first."""


def is_served_at_once(operation: Operation) -> bool:
    """Tell whether *operation* would not have to wait: for another process, for an action, or at a channel."""
    match operation:
        case ChannelSend():
            # On a closed one it is an error, at once.
            return bool(operation.channel.closed or operation.channel.accepts)
        case ChannelReceive():
            return bool(operation.channel.ready_to_give())
        case Select():
            return operation.default or any(map(ready, operation.cases))
    return isinstance(operation, (*SHARED, *NEVER_WAIT))


def serve_at_once(record: ProcessRecord, task: Task, operation: Operation) -> Any:
    """Return what *operation* answers, which is served at once; *task* is the module body.

    Raises:
        ProcessError: it was refused.
    """
    if record.runtime.scribe is not None:
        record.runtime.scribe.asked(record, None, operation)
    if isinstance(operation, SHARED):
        return perform_shared(record, operation)
    answer = record.runtime.handlers[operation.__class__](record, task, operation)
    if answer is not SUSPEND:
        return answer
    woken, value, error = record.wakeups.pop()
    assert woken is task, "nobody else waits in a module body"
    assert error is None, "what was served has an answer"
    return value
