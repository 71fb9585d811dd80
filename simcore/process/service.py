"""A supervised process: what it is to be, and how it stands (semantics 14.1, 14.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from simcore.model.durations import SECOND
from simcore.model.errors import NotFound
from simcore.model.payload import EMPTY, Payload
from simcore.process.backoff import Restart
from simcore.security.frame import EMPTY_FRAME, Frame
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.kernel.action import Action
    from simcore.kernel.kernel import Timer
    from simcore.model.errors import ProcessError
    from simcore.model.pid import Pid
    from simcore.process.record import ProcessRecord
    from simcore.security.actor import Actor
    from simcore.security.book import PolicyBook
    from simcore.security.policy import Policy

State: TypeAlias = Literal["Unknown", "Starting", "Running", "Stopping", "Stopped", "Exited", "Failed"]
UNKNOWN: Final = "Unknown"
STARTING: Final = "Starting"
RUNNING: Final = "Running"
STOPPING: Final = "Stopping"
STOPPED: Final = "Stopped"
EXITED: Final = "Exited"
FAILED: Final = "Failed"

TIMEOUT_NS: Final = 10 * SECOND
STABLE_NS: Final = 5 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a service acts as (semantics 12.4).

    Args:
        actor, scope: given as they are.
        groups, policies: ids that are looked up at every start, so that a later grant or revoke counts then (N31).
        closed: whether a scope without any policy is meant where nothing is found; else there is none then.
    """

    actor: Actor | None = None
    scope: Scope | None = None
    groups: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    closed: bool = True

    def frame(self, book: PolicyBook) -> Frame:
        """Return the frame of a process that is started now."""
        scope = self.scope
        if self.groups or self.policies:
            found = list(self._found(book))
            scope = Scope((*(scope.policies if scope else ()), *found)) if found or self.closed else scope
        return EMPTY_FRAME if self.actor is None and scope is None else Frame(actor=self.actor, scope=scope)

    def _found(self, book: PolicyBook) -> Iterator[Policy]:
        for group in self.groups:
            if group in book.groups:
                yield from book.named_scope(group).policies
        for id in self.policies:
            try:
                yield book.policy(id)
            except NotFound:
                # Known at load and revoked since: one policy less, and the others still bind.
                continue


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """What a service is to be; a zero duration means the default (semantics 14.1).

    Args:
        id: its own id.
        process, host: what is run, and where.
        arguments: what the process is given.
        auto_start: whether it starts with the world.
        depends_on: ids of services and hosts that must run first.
        identity: who it acts as.
        restart: when it is started again.
        start_timeout_ns, stop_timeout_ns: bounds of a start, and of a stop that asks.
        stable_threshold_ns: an uptime that forgives earlier failures.
        start_delay_ns: how long a start takes, to look at a slow one.
    """

    id: str
    process: str
    host: str
    arguments: Payload = EMPTY
    auto_start: bool = False
    depends_on: tuple[str, ...] = ()
    identity: Identity = field(default_factory=Identity)
    restart: Restart = field(default_factory=Restart)
    start_timeout_ns: int = TIMEOUT_NS
    stop_timeout_ns: int = TIMEOUT_NS
    stable_threshold_ns: int = STABLE_NS
    start_delay_ns: int = 0

    def __post_init__(self) -> None:
        defaults = {
            "start_timeout_ns": TIMEOUT_NS,
            "stop_timeout_ns": TIMEOUT_NS,
            "stable_threshold_ns": STABLE_NS,
        }
        for name, default in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, default)


class Service:
    """How one service stands. The supervisor alone changes it."""

    __slots__ = (
        "action",
        "begun",
        "child",
        "error",
        "pid",
        "restarts",
        "retries",
        "spec",
        "start_error",
        "started_ns",
        "state",
        "stop_due",
        "supervisor",
        "timers",
        "waiting",
        "wanted",
    )

    def __init__(self, spec: ServiceSpec) -> None:
        self.spec = spec
        self.state: State = UNKNOWN
        self.wanted = False
        """Whether it is to run: the desired status, kept apart from the state (14.2)."""
        self.waiting = False
        """Whether a start was asked for that has not begun."""
        self.begun = False
        """Whether it has been Running since it was last asked to run."""
        self.stop_due = False
        """Whether its turn to be stopped came while it was Starting, from where there is no way to Stopping (14.2)."""
        self.action: Action | None = None
        self.timers: dict[str, Timer] = {}
        self.child: ProcessRecord | None = None
        self.pid: Pid | None = None
        self.supervisor: Pid | None = None
        self.started_ns = 0
        self.retries = 0
        self.restarts = 0
        self.error: ProcessError | None = None
        self.start_error: ProcessError | None = None
        """Why its first start came to nothing, once that is certain."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.spec.id

    @property
    def to_be_stopped(self) -> bool:
        """Whether what there is of it now is to end, even if another start is to follow."""
        return self.waiting or not self.wanted

    def cancel_timers(self) -> None:
        """Let none of its timers fire."""
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()
