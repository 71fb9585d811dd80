"""What arrives at a process: messages, and the three lifecycle events (process 3.8, 4.1)."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

import msgspec

from simcore.model.errors import ProcessError
from simcore.model.pid import Pid

INBOX_TOPIC = "@pid/inbox"
EVENTS_TOPIC = "@pid/events"
RESERVED_PREFIX = "@"


class Message(msgspec.Struct, frozen=True):
    """A message from the inbox, or from a topic that is listened to with ``message=True``.

    Args:
        topic: the topic it was sent to.
        sender: the pid of the sender; None from outside the world and from a spawn builder.
        payload: None, the value, or the list of values.
    """

    topic: str
    sender: Pid | None
    payload: Any = None


class Exit(msgspec.Struct, frozen=True):
    """A monitored process has ended, normally (``error`` is None) or not."""

    KIND: ClassVar[str] = "pid.exit"

    sender: Pid
    value: Any = None
    error: ProcessError | None = None
    at_ns: int = 0


class LinkDown(msgspec.Struct, frozen=True):
    """A linked process has ended abnormally, and this process traps links."""

    KIND: ClassVar[str] = "pid.link.down"

    sender: Pid
    error: ProcessError | None = None
    at_ns: int = 0


class Cancel(msgspec.Struct, frozen=True):
    """Somebody asks this process to end.

    Args:
        sender: who asks.
        deadline: the instant by which it should have ended, as ISO 8601 UTC text, or None.
        deadline_ns: the same instant in nanoseconds of virtual time, or None.
        reason: why, empty where nothing was said.
    """

    KIND: ClassVar[str] = "pid.cancel"

    sender: Pid | None
    deadline: str | None = None
    deadline_ns: int | None = None
    reason: str = ""
    at_ns: int = 0


Event: TypeAlias = Exit | LinkDown | Cancel
