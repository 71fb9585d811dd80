"""A program: a whole sequence of operations as plain values, which draws, shrinks and prints as one."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import msgspec

from simcore.model.errors import UsageError
from simcore.model.options import Options

Verb: TypeAlias = Literal[
    "send",
    "send_by_name",
    "send_reserved",
    "receive",
    "sleep",
    "listen",
    "unlisten",
    "spawn",
    "spawn_monitored",
    "spawn_linked",
    "spawn_linked_monitored",
    "spawn_unknown",
    "monitor",
    "unmonitor",
    "link",
    "unlink",
    "trap",
    "untrap",
    "register",
    "unregister",
    "lookup",
    "cancel",
    "terminate",
    "return",
    "raise",
    "take",
    "listen_plain",
    "listen_wrong",
    "spawn_nowhere",
    "build_spawn",
    "build_spawn_monitored",
    "build_spawn_linked",
    "build_spawn_linked_monitored",
    "build_exec",
    "build_wrong",
    "call",
    "exec",
    "call_unknown",
    "call_wrong",
    "upgrade",
    "upgrade_unknown",
    "monitor_by_name",
    "unmonitor_by_name",
    "link_by_name",
    "unlink_by_name",
    "cancel_by_name",
    "terminate_by_name",
    "cancel_wrong",
    "options_wrong",
    "register_other",
    "register_wrong",
    "go",
    "go_raise",
    "hand_over",
    "after",
    "can",
    "outside_send",
    "start_service",
    "stop_service",
    "stop_host",
    "shut_down",
    "grant",
    "revoke",
    "function",
    "function_later",
    "function_cancel",
    "subscribe",
    "unsubscribe",
    "publish",
    "timer",
    "ticker",
    "timer_stop",
    "timer_reset",
]
"""What a member of a program can do; mostly the contract's own words.

``send_by_name`` goes to whoever holds a name, and so do the others that end so; ``send_reserved`` goes to a topic that
begins with ``@``, ``spawn_unknown`` starts a definition that does not exist, ``spawn_nowhere`` something on a host that
does not; ``trap`` and ``untrap`` set ``trap_links``; ``receive`` waits a little for one message or event, ``take`` does
not wait. ``build_...`` is a spawn of a builder. What ends on ``_wrong`` has an argument that is refused. ``go`` starts
a coroutine that sends a message later, ``go_raise`` one that fails; ``hand_over`` gives a value from one coroutine to
another; ``after`` sets a timer that a later ``receive`` may take. ``outside_send`` and those after it are done from
outside the processes. From ``function`` on only members in Lua have what it takes.
"""

VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
LUA_VERBS: Final[tuple[Verb, ...]] = VERBS[VERBS.index("function") :]
"""What Lua alone offers: functions, the bus of events, timers that are stopped and reset, tickers."""
PYTHON_VERBS: Final[tuple[Verb, ...]] = VERBS[: VERBS.index("function")]
"""What members in either language can do."""
OUTSIDE_VERBS: Final[tuple[Verb, ...]] = VERBS[VERBS.index("outside_send") : VERBS.index("function")]
"""What is done from outside the processes."""
SPAWNS: Final[tuple[Verb, ...]] = (
    "spawn",
    "spawn_monitored",
    "spawn_linked",
    "spawn_linked_monitored",
    "build_spawn",
    "build_spawn_monitored",
    "build_spawn_linked",
    "build_spawn_linked_monitored",
    "call",
    "exec",
    "build_exec",
)
"""The verbs that start one more member, if they are allowed to."""
CALLS: Final[tuple[Verb, ...]] = ("call", "exec", "build_exec")
"""Those of them that wait for its result: what they start ends after its own steps."""
ENDS: Final[tuple[Verb, ...]] = ("return", "raise", "go_raise", "upgrade_unknown")
"""The verbs after which the member that does them does nothing more."""
OUTSIDE: Final = -1
"""The number of the member that does what is done from outside."""
SAME_IN_ALL: Final = "# -- the same in the script of every program"
WORLD: Final = "# -- the world"
"""The lines of a script behind which its parts begin: first the steps of the members, then what a person who knows one
script need not read, then the world."""

Setting: TypeAlias = Literal["context", "actor", "scope", "name", "message"]
SETTINGS: Final[tuple[Setting, ...]] = get_args(Setting)
"""What a builder can hold."""
Language: TypeAlias = Literal["python", "lua"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Role: TypeAlias = Literal["worker", "watcher", "supervisor", "client", "deputy"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""What a member mostly does: talk and work, watch others, start and end them, call them, act by names and with
permissions that others have given."""


PROCESSES_MAX: Final = 10_000
"""So many members are there at the start at most."""
_KNOWN: Final = frozenset(VERBS)


def _whole(what: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f"{what} is an int of {least} or more, not {value!r}")


class Step(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """One thing that one member of a program does.

    Members are numbered: those of the start come first, and the k-th step that spawns, counted from 0 in the order of
    the program, makes the member ``processes + k``, whenever it comes to that. After all of these come the services.

    Args:
        process: the member that acts; one that never lives does nothing. -1 is the outside.
        verb: what it does.
        target: the member that it concerns; one that was not started yet, or never is, is a pid that never was. Of a
            spawn the number of the host.
        name: the number of a registered name, or of a topic.
        value: a small number: which payload, milliseconds of a deadline, a sleep or a wait, or which wrong argument.
        builder: what the builder of a ``build_...`` holds, in this order.
    """

    process: int
    verb: Verb
    target: int = 0
    name: int = 0
    value: int = 0
    builder: tuple[Setting, ...] = ()


class PolicyRule(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """One policy of a program: an effect on actions and resources, each a text with the wildcards of a policy.

    The members' definition is ``app:member``, their host ``app:processes``, the names are ``n0``, ``n1``, ..., and the
    member k of the start has the pid ``{app:processes|0x0000<k + 1>}``.
    """

    effect: Literal["allow", "deny"]
    action: str
    resource: str = "*"


class ServiceRule(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """One service of a program: a member that is started again when it fails.

    Args:
        max_attempts: after so many failures in a row it is not; it is never 0, which would be for ever.
        host: the number of its host.
        auto_start: whether it runs from the start.
        depends_on: the number of the service that it needs, or None.
    """

    max_attempts: int = 2
    host: int = 0
    auto_start: bool = True
    depends_on: int | None = None


class Program(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """A drawn program; it needs nothing more to be run, so a failing one is the whole case.

    ``simcore.strategies.script`` writes it as a script that does the same with the public interface alone.

    Args:
        processes: how many members there are at the start.
        steps: what the members do, each its own steps in this order.
        policies: what binds them all; None gives them neither actor nor scope, an empty tuple an actor who may nothing.
        seed: of the schedule: 0 is the oldest first, any other number a uniform one.
        deviations: where the schedule is another: the number of a decision, and which of what is enabled it takes.
        scopes: for the first members, each what binds it in place of *policies*.
        hosts: how many processes each host beside the first may have; 0 is no limit. They are ``app:host1``, ...
        services: what is supervised: ``app:service0``, ...
        roles: what the members of the start and then those that are spawned mostly do; only to be read.
        options: of the world; None is those of who runs it.
        language: in which the members are written.

    Raises:
        UsageError: a number is none or too small, a verb is unknown, or a service needs one that there is not.
    """

    processes: int = 2
    steps: tuple[Step, ...] = ()
    policies: tuple[PolicyRule, ...] | None = None
    seed: int = 0
    deviations: tuple[tuple[int, int], ...] = ()
    scopes: tuple[tuple[PolicyRule, ...] | None, ...] = ()
    hosts: tuple[int, ...] = ()
    services: tuple[ServiceRule, ...] = ()
    roles: tuple[Role, ...] = ()
    options: Options | None = None
    language: Language = "python"

    def __post_init__(self) -> None:
        for name, least, value in (
            ("processes", 0, self.processes),
            ("seed", 0, self.seed),
            *(("hosts", 0, limit) for limit in self.hosts),
            *(("deviations", 0, number) for deviation in self.deviations for number in deviation),
        ):
            _whole(f"Program({name}=...)", value, least)
        if self.processes > PROCESSES_MAX:
            raise UsageError(f"Program(processes={self.processes}): {PROCESSES_MAX:,} at the most")
        for place, step in enumerate(self.steps):
            if step.verb not in _KNOWN:
                raise UsageError(f"step {place} of a Program: there is no verb {step.verb!r}")
            _whole(f"step {place} of a Program: process", step.process, OUTSIDE)
            for name in ("target", "name", "value"):
                _whole(f"step {place} of a Program: {name}", getattr(step, name), 0)
        for place, service in enumerate(self.services):
            if service.depends_on is not None and service.depends_on not in range(len(self.services)):
                raise UsageError(f"service {place} of a Program: it needs service {service.depends_on}, there is none")

    def children(self) -> dict[int, int]:
        """Return for each step that spawns, by its place, the number of the member that it makes."""
        places = [place for place, step in enumerate(self.steps) if step.verb in SPAWNS]
        return {place: self.processes + count for count, place in enumerate(places)}

    def service(self, place: int) -> int:
        """Return the number of the member that is the service at this place."""
        return self.processes + sum(step.verb in SPAWNS for step in self.steps) + place

    def rules_of(self, member: int) -> tuple[PolicyRule, ...] | None:
        """Return what binds this member of the start."""
        return self.scopes[member] if member < len(self.scopes) else self.policies

    def book(self) -> tuple[PolicyRule, ...]:
        """Return the policies that the world knows by their ids ``program:0``, ..., all in one group at the start."""
        return self.policies or (PolicyRule("allow", "*"),)
