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
    """A message from the inbox, or from a topic that is listened to with ``message=True`` (process 3.8).

    Args:
        topic: the topic it was sent to.
        sender: the pid of the sender; None from outside the world and from a spawn builder.
        payload: None, the value, or the list of values.
    """

    topic: str
    sender: Pid | None
    payload: Any = None


class Exit(msgspec.Struct, frozen=True):
    """A monitored process has ended, normally (``error`` is None) or not (process 4.1, 5.12).

    Args:
        sender: the pid of the process that ended.
        value: its result, a copy of this receiver's own; None where it failed.
        error: what it failed with, or None.
        at_ns: the instant of the notice, in nanoseconds of virtual time.
    """

    KIND: ClassVar[str] = "pid.exit"

    sender: Pid
    value: Any = None
    error: ProcessError | None = None
    at_ns: int = 0


class LinkDown(msgspec.Struct, frozen=True):
    """A linked process has ended abnormally, and this process traps links (process 4.1, 4.6).

    Args:
        sender: the pid of the process that ended.
        error: what it failed with.
        at_ns: the instant of the notice, in nanoseconds of virtual time.
    """

    KIND: ClassVar[str] = "pid.link.down"

    sender: Pid
    error: ProcessError | None = None
    at_ns: int = 0


class Cancel(msgspec.Struct, frozen=True):
    """Somebody asks this process to end (process 4.1, 9.12); whether it does is its own matter.

    Args:
        sender: who asks.
        deadline: the instant by which it should have ended, as ISO 8601 UTC text, or None.
        deadline_ns: the same instant in nanoseconds of virtual time, or None.
        reason: why, empty where nothing was said.
        at_ns: the instant at which it was sent, in nanoseconds of virtual time.
    """

    KIND: ClassVar[str] = "pid.cancel"

    sender: Pid | None
    deadline: str | None = None
    deadline_ns: int | None = None
    reason: str = ""
    at_ns: int = 0


Event: TypeAlias = Exit | LinkDown | Cancel
"""What ``process.events`` gives (process 4)."""
