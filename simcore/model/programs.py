"""A program: a whole sequence of operations as plain values, which draws, shrinks and prints as one."""

from __future__ import annotations

from typing import Literal

import msgspec


class Step(msgspec.Struct, frozen=True):
    """One thing that one process of a program does.

    Args:
        process: who acts, by its place in the program; who does not live does nothing.
        verb: what it does.
        target: whom it concerns, by its place (modulo how many there are).
        name: of the names and topics of the program, by its place.
        value: a small number: the payload of a send, the milliseconds of a deadline or a sleep.
    """

    process: int
    verb: Literal[
        "send",
        "send_by_name",
        "spawn",
        "spawn_monitored",
        "spawn_linked",
        "spawn_linked_monitored",
        "monitor",
        "unmonitor",
        "link",
        "unlink",
        "register",
        "unregister",
        "lookup",
        "cancel",
        "terminate",
        "trap",
        "untrap",
        "sleep",
        "receive",
        "return",
        "raise",
    ]
    target: int = 0
    name: int = 0
    value: int = 0


class PolicyRule(msgspec.Struct, frozen=True):
    """One policy of a program: an effect on an action, on everything or on one resource."""

    effect: Literal["allow", "deny"]
    action: str
    resource: str = "*"


class Program(msgspec.Struct, frozen=True):
    """A drawn program.

    Args:
        processes: how many processes there are at the start.
        steps: what they do, each process its own steps in this order.
        policies: what binds them; None leaves actor and scope out, an empty list denies all.
        seed: of the schedule: 0 is the oldest first, any other number a uniform one.
    """

    processes: int = 2
    steps: tuple[Step, ...] = ()
    policies: tuple[PolicyRule, ...] | None = None
    seed: int = 0
