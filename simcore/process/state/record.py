"""The state of one process, and of one coroutine in it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from simcore.kernel.action import Action
from simcore.model.payload import EMPTY, Payload

if TYPE_CHECKING:
    from contextvars import Context

    from simcore.kernel.channel import KernelChannel, Wakeup
    from simcore.kernel.kernel import Timer
    from simcore.model.errors import ProcessError
    from simcore.model.operations import Operation, Upgrade
    from simcore.model.pid import Pid
    from simcore.process.state.definition import Coroutine, FrontEnd
    from simcore.process.state.envelope import Envelope, Form
    from simcore.process.state.runtime import Runtime
    from simcore.security.frame import Frame

# In the order in which a process goes through them: they are compared with < and >=.
ALIVE: Final = 0
FINISHED: Final = 1
"""The outcome is known; the record of it, and the unrouting, is the next action of the process."""
ENDED: Final = 2
NAMELESS: Final = 3
GONE: Final = 4


class ProcessOutcome:
    """What a process ended with: a copied value, or an error.

    ``own`` says that the error is the program's own word, returned or raised, and none of the runtime's. ``imposed``
    says that others made it end: by a terminate, a deadline, a link, or the stop of its host.
    """

    __slots__ = ("error", "imposed", "own", "payload")

    def __init__(
        self,
        payload: Payload = EMPTY,
        error: ProcessError | None = None,
        *,
        own: bool = False,
        imposed: bool = False,
    ) -> None:
        self.payload: Payload = payload
        self.error: ProcessError | None = error
        self.own: bool = own
        self.imposed: bool = imposed

    def __repr__(self) -> str:
        said = repr(self.payload.value()) if self.error is None else f"error={self.error!r}"
        return f"ProcessOutcome({said})"


class Task:
    """One coroutine of a process. ``waiting`` is the operation it waits for, for those who ask who waits for whom."""

    __slots__ = ("coroutine", "waiting")

    def __init__(self, coroutine: Coroutine) -> None:
        self.coroutine: Coroutine = coroutine
        self.waiting: Operation | None = None


class Subscription:
    """A channel that messages of one topic go to."""

    __slots__ = ("backlog", "buffered", "channel", "form", "last")

    def __init__(self, channel: KernelChannel, form: Form) -> None:
        self.channel: KernelChannel = channel
        self.form: Form = form
        self.last: int = 0
        self.buffered: list[tuple[int, Envelope]] = []
        """What was last put into the channel's buffer, each with how many values had been put there before; an upgrade
        puts back what is still there. The program may put values of its own there too."""
        self.backlog: deque[Envelope] | None = None
        """What waits for a reader, the oldest first. Most subscriptions never have one, and a deque is not small."""

    def unread(self) -> list[Envelope]:
        """Return what lies in the channel's buffer and came from here."""
        # The buffer is taken from in order, so what was put there as this many-th or later is what it still holds.
        taken = self.channel.buffered - len(self.channel.buffer)
        return [envelope for place, envelope in self.buffered if place >= taken]


class Stepping(Action):
    """The action that lets a process run; there is one for each process, enabled again and again."""

    __slots__ = ()

    def go_on(self, task: Task, value: Any, error: ProcessError | None) -> None:
        """Continue a step that paused for a shared operation, with the same coroutine."""
        raise NotImplementedError


class Pending(Protocol):
    """What a process waits for, and wants no more when it ends: a timer, an answer, events of the bus."""

    def cancel(self) -> object:
        """Never come."""


class Caller(Protocol):
    """Who waits for the end of a process: a call, a future, or the service that it belongs to."""

    @property
    def record(self) -> ProcessRecord | None:
        """The process whose end cancels the wait; None where there is no such process."""

    @property
    def waits(self) -> bool:
        """Whether anybody is still going to be told."""
        ...

    def enable(self, payload: Payload, error: ProcessError | None = None, /) -> None:
        """Let the end be told from now on."""


class ProcessRecord:
    """All that the runtime knows of one process (process 2).

    Of its queues only the mailbox and its backlogs can grow long. The others are lists, for an empty list has no
    buffer: with many processes the cost of a message is that of the memory it reaches, and a deque keeps half a
    kilobyte of it.
    """

    __slots__ = (
        "backlogs",
        "caller",
        "children",
        "commands",
        "context",
        "creator",
        "deadline",
        "downs",
        "end_error",
        "ended_subscriptions",
        "frame",
        "front",
        "guarded",
        "heard_cancel",
        "host",
        "id",
        "incoming",
        "link_killed",
        "mailbox",
        "main",
        "numbers",
        "order",
        "outcome",
        "parent",
        "path",
        "paused",
        "pending",
        "phase",
        "pid",
        "queued",
        "runnable",
        "runtime",
        "step",
        "subscriptions",
        "tasks",
        "terminate_requested",
        "trap_links",
        "unrouted",
        "upgrade",
        "wakeups",
    )

    front: FrontEnd
    main: Task
    step: Stepping

    def __init__(self, runtime: Runtime, pid: Pid, id: str, host: str, path: str, frame: Frame) -> None:
        self.runtime: Runtime = runtime
        self.pid: Pid = pid
        self.id: str = id
        self.host: str = host
        self.path: str = path
        self.frame: Frame = frame
        # A frame never changes, so this is asked once and not at each send.
        self.guarded: bool = runtime.guards(frame)
        self.context: Context | None = None
        """What its code runs in; None where its front end has no context variables."""
        self.creator: Pid | None = None
        """Who has started it, by whatever verb; None where nobody inside has. A path cannot tell: a long one is cut."""
        self.parent: Pid | None = None
        self.caller: Caller | None = None
        self.phase: int = ALIVE
        self.outcome: ProcessOutcome | None = None
        self.trap_links: bool = False
        self.upgrade: Upgrade | None = None
        self.order: int = 0
        self.terminate_requested: bool = False
        self.end_error: ProcessError | None = None
        self.deadline: Timer | None = None
        self.queued: bool = False
        self.paused: bool = False
        self.downs: int = 0
        self.link_killed: bool = False
        self.heard_cancel: bool = False
        """Whether it was handed a CANCEL: what it ends with afterwards was asked for."""
        self.incoming: list[Wakeup | Envelope] = []
        self.mailbox: deque[Envelope] = deque()
        """What arrived and was not looked at yet. A look routes each message once: to its reader, to the backlog of its
        subscription, or to the unrouted."""
        self.backlogs: list[Subscription] = []
        """The subscriptions that have a backlog, and what waits to be the last that a channel of its own is given."""
        self.unrouted: list[Envelope] = []
        """What belongs to no subscription, the oldest first."""
        self.runnable: list[Wakeup] = []
        self.wakeups: list[Wakeup] = []
        self.subscriptions: dict[str, Subscription] = {}
        self.ended_subscriptions: list[Subscription] = []
        """Those that ended while something of them lay in the buffer of their channel."""
        self.commands: list[Action] = []
        self.tasks: dict[Task, None] = {}
        self.pending: dict[Pending, None] = {}
        self.children: dict[str, int] = {}
        # The trace's numbers of its commands' labels, by verb and target.
        self.numbers: dict[tuple[str, str], int] = {}

    @property
    def alive(self) -> bool:
        """Whether the process is not *ended* yet (process 15.1.2)."""
        return self.phase < ENDED

    def unread(self) -> list[Envelope]:
        """Return what no channel has taken yet, the oldest first; without what arrived since the last step, and what is
        meant for one channel alone, such as the firing of a timer."""
        waiting = [envelope for each in self.backlogs for envelope in each.backlog or ()]
        return sorted((each for each in (*self.unrouted, *waiting, *self.mailbox) if each.channel is None), key=_order)

    def start_task(self, coroutine: Coroutine) -> Task:
        """Add a coroutine; the caller queues it."""
        task = Task(coroutine)
        self.tasks[task] = None
        return task

    def complete(self, task: Task, value: Any, error: ProcessError | None = None) -> None:
        """Answer what *task* waits for; it goes on in the next step."""
        if self.runtime.scribe is not None:
            self.runtime.scribe.due(self, task)
        self.incoming.append((task, value, error))
        if not self.queued:
            self.wake()

    def accept(self, envelope: Envelope) -> None:
        """Take in *envelope*, numbered after all that any mailbox of the world has accepted before.

        The number is a logical clock, as in Lamport's "Time, Clocks, and the Ordering of Events": since what a message
        causes is accepted later, a mailbox in the order of these numbers is in causal order (process 3.4, G2).

        Raises:
            BoundReached: all mailboxes together hold more than they may.
        """
        runtime = self.runtime
        runtime.accepted = envelope.order = runtime.accepted + 1
        self.incoming.append(envelope)
        if not self.queued:
            self.wake()
        held = runtime.held
        # The bytes are made here for the digest, which needs them soon.
        held.bytes += len(envelope.payload.data)
        if envelope.order > held.messages_due or held.bytes > held.bytes_due:
            held.count()

    def wake(self) -> None:
        """Let the process step, unless it already may, or has commands or a shared operation to be done first."""
        if not self.queued and not self.paused and not self.commands and self.phase == ALIVE:
            self.queued = True
            self.runtime.kernel.ready.append(self.step)


def _order(envelope: Envelope) -> int:
    return envelope.order
