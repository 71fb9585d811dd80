"""What the model knows of processes: plain values, as naive as they can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simcore import Actor, Event, Pid, ProcessError, Scope
from simcore.words import ChannelName

ALIVE: Final = "alive"
FINISHED: Final = "finished"
ENDED: Final = "ended"
NAMELESS: Final = "nameless"
GONE: Final = "gone"
INBOX: Final = "@pid/inbox"
EVENTS: Final = "@pid/events"


@dataclass(frozen=True)
class Fault:
    """An error that the contract words: its kind, and a part of its message."""

    kind: str
    fragment: str

    def __str__(self) -> str:
        return f"an error of kind {self.kind} that says {self.fragment!r}"


@dataclass(eq=False)
class Coroutine:
    """One coroutine; its number is known when the log names it first. It may wait at a channel."""

    number: int | None = None
    at_channel: bool = False


@dataclass(eq=False)
class Letter:
    """One thing in a mailbox.

    Args:
        sender, topic, packed, event: as they were sent.
        channel: the channel that it is for alone, such as that of a timer.
        again: whether that channel goes on after it, and it is dropped where there is no room.
    """

    sender: Pid | None
    topic: str
    packed: Any
    event: Event | None = None
    channel: Channel | None = None
    again: bool = False
    order: int = 0

    @property
    def is_link_down(self) -> bool:
        """Whether it can kill."""
        return type(self.event).__name__ == "LinkDown"


@dataclass(frozen=True, eq=False)
class Item:
    """A value in a channel: a letter in the form of its subscription, or what the program put there."""

    value: Any = None
    letter: Letter | None = None
    form: str = ""


@dataclass(eq=False)
class Wait:
    """A coroutine that waits at a channel, alone or as one case of a select."""

    coroutine: Coroutine
    item: Item | None = None
    place: int | None = None
    group: list[tuple[list[Wait], Wait]] = field(default_factory=list)


@dataclass(eq=False)
class Channel:
    """A channel of one process."""

    name: ChannelName
    owner: Pid
    buffer: list[Item] = field(default_factory=list)
    receivers: list[Wait] = field(default_factory=list)
    senders: list[Wait] = field(default_factory=list)
    closed: bool = False

    @property
    def accepts(self) -> bool:
        """Whether something can be put into it now."""
        return not self.closed and bool(self.receivers or len(self.buffer) < self.name.capacity)

    @property
    def gives(self) -> bool:
        """Whether a receive has an answer now."""
        return bool(self.buffer or self.senders or self.closed)


@dataclass(eq=False)
class Subscription:
    """A topic of a process: where its messages go, and in which form."""

    channel: Channel
    form: str


@dataclass(eq=False)
class Promise:
    """What the run answers with a channel of its own: a future, or a subscription to the bus. The log names the channel
    with the answer, or with what comes to it before."""

    channel: Channel | None = None


@dataclass(eq=False)
class Command:
    """What a step leaves to be done: ``do`` performs it and returns the answer, or ``LATER``."""

    verb: str
    subject: Pid | str
    coroutine: Coroutine
    do: Callable[[], object]


@dataclass(frozen=True)
class Frame:
    """What a child inherits (process 7.8)."""

    values: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor | None = None
    scope: Scope | None = None


@dataclass(eq=False)
class Result:
    """How a process ended: with a value, with the program's own error, or with one that the contract words."""

    packed: Any = None
    error: ProcessError | None = None
    fault: Fault | None = None
    own: bool = False

    @property
    def failed(self) -> bool:
        """Whether it is an error."""
        return self.error is not None or self.fault is not None


@dataclass(eq=False)
class Member:
    """One process, as the model knows it."""

    pid: Pid
    id: str = ""
    host: str = ""
    path: str = ""
    parent: Pid | None = None
    frame: Frame = field(default_factory=Frame)
    phase: str = ALIVE
    trap: bool = False
    result: Result | None = None
    incoming: list[Any] = field(default_factory=list)
    mailbox: list[Letter] = field(default_factory=list)
    topics: dict[str, Subscription] = field(default_factory=dict)
    runnable: list[tuple[Coroutine, object]] = field(default_factory=list)
    wakeups: list[tuple[Coroutine, object]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    coroutines: list[Coroutine] = field(default_factory=list)
    main: Coroutine = field(default_factory=Coroutine)
    pending: dict[object, Callable[[], None]] = field(default_factory=dict)
    named: int = 0
    queued: bool = False
    paused: bool = False
    link_killed: bool = False
    to_end: Fault | None = None
    deadline: Any = None
    upgrade: str | None = None
    carries: Any = None
    caller: Any = None
    opaque_waits: int = 0

    @property
    def downs(self) -> bool:
        """Whether a LINK_DOWN waits that nobody was handed."""
        return any(letter.is_link_down for letter in self.mailbox)
