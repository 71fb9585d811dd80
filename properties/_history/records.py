"""The records of a history: who asked what with what answer, who lived, what was sent, given and read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simcore import Cancel, Effect, Exit, LinkDown, LogEntry, Message, Pid, ProcessError, Sent
from simcore.words import Born, Ended

NEVER: Final = 1 << 62
"""A moment that has not come."""


@dataclass(eq=False, slots=True)
class Action:
    """One action of the log: *at* is the moment of its first effect, and each effect counts one moment."""

    entry: LogEntry
    at: int
    ask: Ask | None = None

    @property
    def effects(self) -> Sequence[Effect]:
        """What it did, in order."""
        return self.entry.effects

    def of(self, *kinds: str) -> list[Any]:
        """Return the changes of these kinds."""
        return [each for each in self.effects if getattr(each, "kind", None) in kinds]

    def __str__(self) -> str:
        return f"{self.entry.action} of {self.entry.path}"


@dataclass(eq=False, slots=True)
class Ask:
    """Something that a coroutine asked for.

    Args:
        at: the moment.
        verb, fields: what for.
        action: which action performed it, where one did.
        error: what it was refused with, at the call or when it was performed; None where it was not refused.
        answered: the moment of the answer, or ``NEVER``.
        value, failed: the answer.
    """

    at: int
    now_ns: int
    pid: Pid
    coroutine: int
    verb: str
    fields: Mapping[str, Any]
    action: Action | None = None
    error: ProcessError | None = None
    refused: int = NEVER
    answered: int = NEVER
    answered_ns: int = 0
    value: Any = None
    failed: BaseException | None = None

    @property
    def is_done(self) -> bool:
        """Whether it was performed and not refused."""
        return self.action is not None and self.error is None

    @property
    def is_answered(self) -> bool:
        """Whether it was answered."""
        return self.answered != NEVER

    def __str__(self) -> str:
        about = self.fields.get("destination") or self.fields.get("name") or self.fields.get("id") or ""
        return f"{self.verb}({about}) by {self.pid}"


@dataclass(eq=False, slots=True)
class Life:
    """One process. *own_end* is the moment from which its end is its own: its main has returned, or it has failed."""

    born: Born
    at: int
    action: Action
    steps: list[int] = field(default_factory=list)
    traps: list[tuple[int, bool]] = field(default_factory=lambda: [(-1, False)])
    upgrades: list[int] = field(default_factory=list)
    coroutines: dict[int, int] = field(default_factory=dict)
    ended: Ended | None = None
    ended_at: int = NEVER
    ended_ns: int = NEVER
    ending: Action | None = None
    gone_at: int = NEVER
    own_end: int = NEVER

    @property
    def pid(self) -> Pid:
        """Which process."""
        return self.born.pid

    @property
    def error(self) -> ProcessError | None:
        """What it ended with, if that was an error."""
        return None if self.ended is None else self.ended.error

    def traps_at(self, at: int) -> bool:
        """Tell whether it trapped links at a moment."""
        return next(trap for since, trap in reversed(self.traps) if since < at)

    def trapped_always(self, since: int, until: int) -> bool:
        """Tell whether it trapped links at every moment between."""
        return self.traps_at(since) and all(trap for at, trap in self.traps if since <= at < until)

    def trapped_never(self, since: int, until: int) -> bool:
        """Tell whether it trapped links at no moment between."""
        return not self.traps_at(since) and not any(trap for at, trap in self.traps if since <= at < until)

    def steps_after(self, at: int) -> list[int]:
        """Return the moments of its steps from one on."""
        return self.steps[bisect_right(self.steps, at) :]

    def steps_between(self, since: int, until: int) -> list[int]:
        """Return the moments of its steps between two moments."""
        return self.steps[bisect_right(self.steps, since) : bisect_left(self.steps, until)]


@dataclass(eq=False, slots=True)
class Letter:
    """Something that was put into a mailbox, with who asked for it, when a channel was given it, and who read it.

    Args:
        given: the moment when it left the mailbox; one that an upgrade put back left it anew.
        channel: the number of the channel that it was to go to then.
        is_subscribed: whether its very topic was subscribed then.
    """

    at: int
    sent: Sent
    action: Action
    ask: Ask | None = None
    given: int = NEVER
    channel: int | None = None
    is_subscribed: bool = False
    read: Reading | None = None

    def __str__(self) -> str:
        what = type(self.sent.event).__name__ if self.sent.event is not None else repr(self.sent.topic)
        return f"{what} from {self.sent.sender} to {self.sent.receiver}"


@dataclass(eq=False, slots=True)
class Reading:
    """A value that a coroutine got out of a channel."""

    at: int
    pid: Pid
    channel: int
    value: Any
    given: Any
    is_inbox: bool
    letter: Letter | None = None

    @property
    def topic(self) -> str | None:
        """The topic of a message that says it; None of what is none."""
        if isinstance(self.value, Message):
            return self.value.topic
        if isinstance(self.value, tuple) and self.value[:1] == ("message",):
            return from_lua(self.value[1])
        return None

    @property
    def sender(self) -> str | None:
        """Who sent a message that says it."""
        if isinstance(self.value, Message):
            return self.value.sender
        return None if self.value[2] is None else from_lua(self.value[2])

    @property
    def is_event(self) -> bool:
        """Whether it is an event."""
        if isinstance(self.value, tuple):
            return self.value[:1] == ("event",)
        return isinstance(self.value, (Exit, LinkDown, Cancel))

    def is_of(self, letter: Letter) -> bool:
        """Tell whether topic, sender and kind are those of *letter*; a bare payload says none of them."""
        sent = letter.sent
        if self.topic is not None:
            return sent.event is None and (self.topic, self.sender) == (sent.topic, sent.sender)
        if not self.is_event:
            return sent.event is None
        if sent.event is None or isinstance(self.value, tuple):
            return sent.event is not None and sent.event.KIND.encode() in self.value[1]
        return type(self.value) is type(sent.event) and self.value.sender == sent.event.sender

    def says(self, letter: Letter) -> bool:
        """Tell whether it holds the values of *letter*."""
        value, packed = self.value, letter.sent.packed
        if isinstance(value, tuple):
            # Of Lua: its canonical string stands last, but with an event that has none.
            return bool(self.is_event or value[-1] == packed.data)
        if isinstance(value, (LinkDown, Cancel)):
            return value == letter.sent.event
        if isinstance(value, (Message, Exit)):
            value = value.payload if isinstance(value, Message) else value.value
        return values_equal(value, packed)


def values_equal(one: Any, packed: Any) -> bool:
    """Tell whether a value, as it is or packed, is that of a payload: None, the value, or the list of values."""
    if getattr(one, "data", None) == packed.data:
        return True
    # By their texts, where 1 is not True, and what is no number is itself.
    return repr(one.value() if hasattr(one, "data") else one) == repr(packed.value())


def from_lua(text: str) -> str:
    """Return a text of Lua, which has a character for each byte, as it is elsewhere."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
