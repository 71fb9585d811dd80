"""One frozen value for each verb of the API: what both front ends yield, and all that the semantics ever see of them.

The class of an action is said in process 15.1.1: *in the step*, *shared*, *command* or *waiting command*.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simcore.model.payload import Payload


class Operation(msgspec.Struct, frozen=True, gc=False):
    """The root of all operations.

    One that holds only plain values is hidden from the garbage collector (``gc=False``), which makes it cheaper. One
    that holds a channel, a coroutine or anything else that lives must not be: it could tie a circle that never goes.
    """

    @classmethod
    def word(cls) -> str:
        """Return what an operation of this kind is called where people read of it."""
        return cls.__name__


# Commands: checked at the call, performed by one action of their own, resumed in a later step.


class Send(Operation, frozen=True, gc=False):
    """Enqueue a message at *destination*, a pid, its text or a registered name (process 3.1)."""

    destination: str
    topic: str
    payload: Payload


class Terminate(Operation, frozen=True, gc=False):
    """End a process without asking it (process 9.1)."""

    destination: str


class CancelProcess(Operation, frozen=True, gc=False):
    """Ask a process to end (process 9.8 to 9.11): *deadline* is a text, milliseconds or None; *reason* the newer form.

    The event that this puts into a mailbox is a ``Cancel``.
    """

    destination: str
    deadline: Any = None
    reason: str = ""

    @classmethod
    def word(cls) -> str:
        return "Cancel"


class Monitor(Operation, frozen=True, gc=False):
    """Be told when a process ends (process 5.1)."""

    destination: str


class Unmonitor(Operation, frozen=True, gc=False):
    """No longer be told (process 5.6)."""

    destination: str


class Link(Operation, frozen=True, gc=False):
    """Share the fate of a process (process 6.1)."""

    destination: str


class Unlink(Operation, frozen=True, gc=False):
    """No longer share it (process 6.5)."""

    destination: str


# Waiting commands: started by one action, completed by another.


class Spawn(Operation, frozen=True, gc=False):
    """Start a process (process 7): *id* of its definition, *host* to run on, copied *arguments*.

    *settings* are those of a spawn builder, or None.
    """

    id: str
    host: str
    arguments: Payload
    monitored: bool = False
    linked: bool = False
    settings: Any = None


class Sleep(Operation, frozen=True, gc=False):
    """Go on after *duration_ns* nanoseconds of virtual time (process 3.15)."""

    duration_ns: int


class RunAndWait(Operation, frozen=True, gc=False):
    """Start a process and wait for its result (process 8): *verb* is ``call``, or ``exec`` in the newer spelling."""

    verb: str
    id: str
    host: str
    arguments: Payload
    settings: Any = None


class CallFunction(Operation, frozen=True, gc=False):
    """Run a function entry as a process of the host ``node:functions`` and wait for its result.

    *settings* are those of an executor, or None; *timeout_ns* is how long it may take, 0 for ever.
    """

    id: str
    arguments: Payload
    settings: Any = None
    timeout_ns: int = 0


class StartFunction(Operation, frozen=True, gc=False):
    """Do what ``CallFunction`` does, but do not wait: the answer is a future."""

    id: str
    arguments: Payload
    settings: Any = None
    timeout_ns: int = 0


class CancelFunction(Operation, frozen=True, gc=True):
    """Want the end of *future* no more, and ask its function to end (lua 6.5)."""

    future: Any


class SubscribeBus(Operation, frozen=True, gc=False):
    """Be given the events of the bus whose system and kind match these patterns (lua 6.7)."""

    system: str
    kind: str


class SendBus(Operation, frozen=True, gc=False):
    """Give an event to all who subscribed to its *system* and *kind*; *event* is all of it, as they see it."""

    system: str
    kind: str
    path: str
    event: Payload


class UnsubscribeBus(Operation, frozen=True, gc=True):
    """End the subscription to the bus whose channel is *channel*."""

    channel: Any


class WaitEvent(Operation, frozen=True, gc=True):
    """Wait for a SimPy event of the world's environment."""

    event: Any


class Upgrade(Operation, frozen=True, gc=False):
    """Go on as *source* with new arguments (process 10); None or an empty text is the same definition again."""

    source: str | None
    arguments: Payload


# Shared operations: one transition of their own in the middle of the step.


class Register(Operation, frozen=True, gc=False):
    """Bind *name* to *pid*, by default to the caller (process 11.1)."""

    name: str
    pid: str | None = None


class Lookup(Operation, frozen=True, gc=False):
    """Ask which pid holds *name* (process 11.5)."""

    name: str


class Unregister(Operation, frozen=True, gc=False):
    """Free *name* (process 11.7)."""

    name: str


# Operations in the step: served by the process itself, nobody else runs.


class SetOptions(Operation, frozen=True, gc=False):
    """Change the options of the process (process 4.9)."""

    values: dict[Any, Any]


class Inbox(Operation, frozen=True, gc=False):
    """Subscribe to the inbox, or answer its channel (process 3.10)."""


class Events(Operation, frozen=True, gc=False):
    """Subscribe to the lifecycle events, or answer their channel (process 3.10)."""


class Listen(Operation, frozen=True, gc=False):
    """Subscribe to one *topic*; *message* gives message objects instead of bare payloads (process 3.12)."""

    topic: str
    message: bool = False


class Unlisten(Operation, frozen=True, gc=True):
    """End the subscription whose channel is *channel* (process 3.13)."""

    channel: Any


class Subscribe(Operation, frozen=True, gc=True):
    """Subscribe to one *topic* with a *channel* of the program's own (lua 6.14)."""

    topic: str
    channel: Any


class ChannelSend(Operation, frozen=True, gc=True):
    """Put *value* into *channel*, waiting for a receiver or for room."""

    channel: Any
    value: Any


class ChannelReceive(Operation, frozen=True, gc=True):
    """Take a value from *channel*, waiting for one. Answers ``(value, ok)``."""

    channel: Any


class ChannelClose(Operation, frozen=True, gc=True):
    """Close *channel*; a second close is ignored."""

    channel: Any


class Select(Operation, frozen=True, gc=True):
    """Take the first ready case of *cases* in their order, or wait; *default* answers at once where none is ready."""

    cases: tuple[Any, ...]
    default: bool = False


class Go(Operation, frozen=True, gc=True):
    """Start *coroutine* as one more coroutine of the same process (lua 5.2)."""

    coroutine: Any
