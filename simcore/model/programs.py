"""A program: a whole sequence of operations as plain values, which draws, shrinks and prints as one."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import msgspec

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
]
"""What a member of a program can do; mostly the contract's own words.

``send_by_name`` goes to whoever holds a name, ``send_reserved`` to a topic that begins with ``@``, ``spawn_unknown``
starts a definition that does not exist; ``trap`` and ``untrap`` set ``trap_links``; ``receive`` waits a little for one
message or event.
"""

VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
SPAWNS: Final[tuple[Verb, ...]] = ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored")
"""The verbs that start one more member."""


class Step(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """One thing that one member of a program does.

    Members are numbered: those of the start come first, and the k-th step that spawns, counted from 0 in the order of
    the program, makes the member ``processes + k``, whenever it comes to that.

    Args:
        process: the member that acts; one that never lives does nothing.
        verb: what it does.
        target: the member that it concerns; one that was not started yet, or never is, is a pid that never was.
        name: the number of a registered name, or of a topic.
        value: a small number: which payload, milliseconds of a deadline, a sleep or a wait.
    """

    process: int
    verb: Verb
    target: int = 0
    name: int = 0
    value: int = 0


class PolicyRule(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """One policy of a program: an effect on actions and resources, each a text with the wildcards of a policy.

    The members' definition is ``app:member``, their host ``app:processes``, the names are ``n0``, ``n1``, ..., and the
    member k of the start has the pid ``{app:processes|0x0000<k + 1>}``.
    """

    effect: Literal["allow", "deny"]
    action: str
    resource: str = "*"


class Program(msgspec.Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True):
    """A drawn program; it needs nothing more to be run, so a failing one is the whole case.

    Args:
        processes: how many members there are at the start.
        steps: what the members do, each its own steps in this order.
        policies: what binds them all; None gives them neither actor nor scope, an empty tuple an actor who may nothing.
        seed: of the schedule: 0 is the oldest first, any other number a uniform one.
    """

    processes: int = 2
    steps: tuple[Step, ...] = ()
    policies: tuple[PolicyRule, ...] | None = None
    seed: int = 0

    def children(self) -> dict[int, int]:
        """Return for each step that spawns, by its place, the number of the member that it makes."""
        places = [place for place, step in enumerate(self.steps) if step.verb in SPAWNS]
        return {place: self.processes + count for count, place in enumerate(places)}
