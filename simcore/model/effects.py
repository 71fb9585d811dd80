"""What actions do, as the log of a world holds it: typed values, for properties and other models to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from simcore.model.changes import Change
from simcore.model.errors import ProcessError
from simcore.model.messages import Event
from simcore.model.payload import Payload
from simcore.model.pid import Pid
from simcore.model.words import Word


class _Travelled(msgspec.Struct, frozen=True, kw_only=True):
    sender: Pid | None
    receiver: Pid
    topic: str
    event: Event | None = None
    packed: Payload

    @property
    def payload(self) -> Any:
        """What it carries: None, the value, or the list of values; of an ``Exit`` the result. A new copy each time."""
        return self.packed.value()

    def __repr__(self) -> str:
        what = "" if self.event is None else f", event={type(self.event).__name__}"
        ends = f"sender={self.sender!r}, receiver={self.receiver!r}"
        return f"{type(self).__name__}({ends}, topic={self.topic!r}{what}, payload={self.payload!r})"


class Sent(_Travelled, frozen=True, kw_only=True):
    """Something was put into a mailbox: a message, or the notice of an ``Exit``, a ``LinkDown`` or a ``Cancel``.

    Args:
        sender: who sent it, or whose end it tells; None from outside.
        receiver: whose mailbox it is.
        topic: the topic it was sent to.
        event: which lifecycle event it is, without the value of an ``Exit``; None for a message.
        packed: the copied values; ``payload`` gives them.
    """


class Received(_Travelled, frozen=True, kw_only=True):
    """Something left a mailbox for a reader, or for the buffer of a channel; fields as of ``Sent``."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """An operation was answered with an error and had no effect.

    Args:
        pid: who asked.
        verb: for what, such as ``send``.
        subject: of whom or what, or empty.
        error: the answer.
    """

    pid: Pid
    verb: str
    subject: str
    error: ProcessError


class Denial(msgspec.Struct, frozen=True):
    """A check that the policies did not allow; the operation that asked had no effect (process 12.1, G18).

    Args:
        path: the creator path of the process that asked, such as ``world/app:boss.0``.
        pid: that process.
        action: what was checked, such as ``process.send``.
        resource: on what, such as a resolved pid (process 12.6).
        instant_ns: the virtual time in nanoseconds.
    """

    path: str
    pid: Pid
    action: str
    resource: str
    instant_ns: int


class Upgraded(msgspec.Struct, frozen=True, kw_only=True):
    """A process goes on as another incarnation (process 10).

    Args:
        pid: which process.
        id: of the definition that it runs now.
        old: of the one that it ran before.
    """

    pid: Pid
    id: str
    old: str


class LogRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A program wrote a record with its logger.

    Args:
        pid: which process.
        level: ``debug``, ``info``, ``warn`` or ``error``.
        message: the text.
        fields: what was given besides.
    """

    pid: Pid
    level: str
    message: str
    fields: Mapping[str, Any]


Effect: TypeAlias = Change | Sent | Received | Refusal | Denial | Upgraded | LogRecord | Word
"""What an action did. A ``Change`` is what an ``always`` is told of: who was spawned, ended, named, linked, ... A
``Word`` is what programs ask for and are answered, and what else a model of the semantics follows."""


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One action of a run: the unit in which the schedule decides, and everything that it did.

    Args:
        step: its number in the run, from 1; what was done from outside has that of the action before it, at first 0.
        action: what was done, by the name that it has in traces and cases: ``step``, ``do:send``, ``do:spawn``,
            ``end``, ``outside:send``, ...; ``outside`` is what a world did at once when it was told of a host or a
            service.
        actor: who did it; None for the world, a service or a host.
        receiver: whom it concerns; None where nobody is named.
        subject: the same as text, also where it is no process: its creator path, an id or a name; or empty.
        path: the creator path of who did it, such as ``world/app:boss.0``.
        instant_ns: the virtual time in nanoseconds.
        effects: what it did, in order. Of one that is not over yet, what it did so far.
        is_whole: whether nothing has broken it off, such as a property that does not hold, or a bound.
    """

    step: int
    action: str
    actor: Pid | None
    receiver: Pid | None
    subject: str
    path: str
    instant_ns: int
    effects: tuple[Effect, ...]
    is_whole: bool = True
