"""What programs ask for and are answered, as the log of a world holds it: what a model of the semantics follows.

Values are as they were then: what a program could change afterwards stands there as a ``Payload``, a channel or a
future as its ``ChannelName``, and what is neither as an ``Opaque``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from simcore.model.errors import ProcessError
from simcore.model.payload import Payload
from simcore.model.pid import Pid


class ChannelName(msgspec.Struct, frozen=True):
    """One channel of one process, or the future that it belongs to.

    Args:
        number: its own in the log, given when it is named first.
        capacity: how many values may wait in it.
    """

    number: int
    capacity: int


class Opaque(msgspec.Struct, frozen=True, eq=False):
    """A value that cannot leave its process. Two are equal where it is the very same."""

    held: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and self.held is other.held

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"Opaque({type(self.held).__name__})"


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What a builder of a spawn, a call or a function call holds.

    Args:
        values: the context values by name.
        actor, scope: whom the process acts as, and under which policies.
        name: the name to be registered, or empty.
        messages: topic and values of each message that comes first.
    """

    values: Mapping[str, Any]
    actor: Any
    scope: Any
    name: str
    messages: tuple[tuple[str, Payload], ...]


class Born(msgspec.Struct, frozen=True, kw_only=True):
    """A process is there: it is routable, and its name, its monitor and its link stand.

    Args:
        pid: which process.
        id: of its definition.
        host: where it runs.
        path: its creator path; the part before its own is a digest where it is long.
        creator: who has started it, by whatever verb; None from outside and of a service.
        parent: who spawned it; None from outside, of a call, of a function and of a service.
        values, actor, scope: what it has inherited, or was given (process 7.8).
    """

    pid: Pid
    id: str
    host: str
    path: str
    creator: Pid | None
    parent: Pid | None
    values: Mapping[str, Any]
    actor: Any
    scope: Any


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A process is about to begin, or goes on as something else: what its code is started with."""

    pid: Pid
    packed: Payload


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A program has looked at something of its own, without asking for an operation.

    Args:
        pid: the process.
        what: ``id``, ``options``, ``context`` or ``can``.
        about: of ``can`` the action, the resource and the attributes, of one context value its key; else empty.
        value: what it was told.
    """

    pid: Pid
    what: str
    about: tuple[Any, ...]
    value: Any


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A coroutine asks for something.

    Args:
        pid: the process.
        coroutine: its number in the process, in the order in which the log names them.
        verb: what for: ``send``, ``spawn``, ``channelreceive``, ...
        fields: of the operation, by name.
    """

    pid: Pid
    coroutine: int
    verb: str
    fields: Mapping[str, Any]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A coroutine goes on, or begins: with a value, or with an error.

    Args:
        pid: the process.
        coroutine: its number in the process.
        value: what it is given, as it was then.
        error: what it is given instead, or None.
        given: the very object, for who asks whether two were given the same.
    """

    pid: Pid
    coroutine: int
    value: Any = None
    error: BaseException | None = None
    given: Any = None

    def __repr__(self) -> str:
        # Without the object itself: a text of it may hold its address.
        what = f"value={self.value!r}" if self.error is None else f"error={self.error!r}"
        return f"Answered(pid={self.pid!r}, coroutine={self.coroutine}, {what})"


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """A coroutine has returned.

    Args:
        pid: the process.
        coroutine: its number in the process.
        packed: the copied value of a main; None of another, whose value is dropped.
        error: why that cannot be copied, or None.
    """

    pid: Pid
    coroutine: int
    packed: Payload | None = None
    error: ProcessError | None = None


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """The program ends by an error of its own: it was raised, or returned as one, or something was left unawaited."""

    pid: Pid
    error: ProcessError


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A process has its result: a copied value, or an error."""

    pid: Pid
    packed: Payload
    error: ProcessError | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What a coroutine waits for is there; it goes on in a later step."""

    pid: Pid
    coroutine: int


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A process has one more coroutine, which waits for its turn."""

    pid: Pid
    coroutine: int


class Subscribed(msgspec.Struct, frozen=True, kw_only=True):
    """A topic has a channel, which was made or was there; *form* is what it gives: ``message``, ``raw``, ``event``."""

    pid: Pid
    topic: str
    form: str
    channel: ChannelName


class Unsubscribed(msgspec.Struct, frozen=True, kw_only=True):
    """The subscriptions of a channel end, and it is closed."""

    pid: Pid
    channel: ChannelName


class Took(msgspec.Struct, frozen=True, kw_only=True):
    """A program took a value from a channel without waiting, or found it closed (``ok`` is False)."""

    pid: Pid
    channel: ChannelName
    value: Any
    ok: bool


class TimerSet(msgspec.Struct, frozen=True, kw_only=True):
    """A timer will give *channel* a value at *due_ns*; *word* says which kind: ``after``, ``timer`` or ``ticker``."""

    pid: Pid
    word: str
    channel: ChannelName
    due_ns: int


class TimerStopped(msgspec.Struct, frozen=True, kw_only=True):
    """A timer was withdrawn: by a stop, which closes its channel (*closed*), or by a reset before it fired."""

    pid: Pid
    channel: ChannelName
    closed: bool


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Something is on its way to a channel of its own: the firing of a timer, an event of the bus, a future's end."""

    pid: Pid
    channel: ChannelName
    again: bool


class HostStands(msgspec.Struct, frozen=True, kw_only=True):
    """A host has another state: ``created``, ``running``, ``stopping`` or ``stopped``.

    Args:
        id: of the host.
        state: how it stands now.
        processes_max: how many processes it takes; 0 is any number.
        grace_ns: the instant at which the processes that are left are ended; None where it does not stop.
    """

    id: str
    state: str
    processes_max: int
    grace_ns: int | None


class ServiceDeclared(msgspec.Struct, frozen=True, kw_only=True):
    """What a service is to be (process 14.1); it is no effect, ``Log.services`` has it.

    Args:
        id: its own id.
        process, host: what is run, and where.
        depends_on: what must run first.
        actor, scope: whom its process acts as.
        has_groups: whether policies are looked up besides, at each start.
        initial_delay_ns, max_delay_ns, backoff_factor, jitter, max_attempts: when it is started again.
        stop_timeout_ns: how long it may take to stop.
        stable_threshold_ns: an uptime that forgives earlier failures.
        start_delay_ns: how long a start takes.
    """

    id: str
    process: str
    host: str
    depends_on: tuple[str, ...]
    actor: Any
    scope: Any
    has_groups: bool
    initial_delay_ns: int
    max_delay_ns: int
    backoff_factor: float
    jitter: float
    max_attempts: int
    stop_timeout_ns: int
    stable_threshold_ns: int
    start_delay_ns: int


class ServiceStands(msgspec.Struct, frozen=True, kw_only=True):
    """A service has another state (process 14.2).

    Args:
        id: of the service.
        old, new: its states.
        pid: its process, the latest; None where there was none yet.
        wanted: whether it is to run.
    """

    id: str
    old: str
    new: str
    pid: Pid | None
    wanted: bool


class ServiceRetries(msgspec.Struct, frozen=True, kw_only=True):
    """A service that failed will be started again after *delay_ns*; *attempt* counts from 1 (process 14.5, 14.6)."""

    id: str
    attempt: int
    delay_ns: int


Word: TypeAlias = (
    Born
    | Handed
    | Looked
    | Asked
    | Answered
    | Returned
    | Raised
    | Ended
    | Due
    | Begun
    | Subscribed
    | Unsubscribed
    | Took
    | TimerSet
    | TimerStopped
    | Given
    | HostStands
    | ServiceStands
    | ServiceRetries
)
