"""What the ids, names and pids of a program are called in its world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.pid import make_pid
from simcore.security.actor import Actor
from simcore.security.policy import Policy
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.programs import PolicyRule, Program

DEFINITION: Final = "app:member"
HOST: Final = "app:processes"
UNKNOWN: Final = "app:unknown"
NOWHERE: Final = "app:nowhere"
"""A host that does not exist."""
NOBODY: Final = make_pid(HOST, "0xfffff")
"""The pid of a member that nobody knows yet: no process has it."""
MILLISECOND_NS: Final = 1_000_000
RESERVED: Final = "@pid/inbox"
ACTOR: Final = "app:tester"
"""Who the members of a program with policies act for."""
OTHER_ACTOR: Final = "app:other"
"""Who a builder's process acts for."""
GRACE_NS: Final = 5 * MILLISECOND_NS
"""What a host that is stopped gives its processes."""
RESTART: Final = {"initial_delay": "3ms", "max_delay": "10ms"}
"""The back-off of a service, as short as what members wait."""
GROUP: Final = "program:members"
"""The group of the policies that the world knows."""


def host(program: Program, number: int) -> str:
    """Return the id of a host; there are as many as the program says, and past the last it begins anew."""
    number %= 1 + len(program.hosts)
    return f"app:host{number}" if number else HOST


def name(number: int) -> str:
    """Return a registered name."""
    return f"n{number}"


def topic(number: int) -> str:
    """Return a topic."""
    return f"t{number}"


def service(place: int) -> str:
    """Return the id of a service."""
    return f"app:service{place}"


def served(place: int) -> str:
    """Return the id of the definition that a service runs: of its own, so that its processes are known by it."""
    return f"app:served{place}"


def policy_id(place: int) -> str:
    """Return the id of a policy of the program."""
    return f"program:{place}"


def policies(rules: Sequence[PolicyRule]) -> list[Policy]:
    """Return the policies that *rules* mean."""
    return [Policy(policy_id(place), (rule.action,), (rule.resource,), rule.effect) for place, rule in enumerate(rules)]


def binding(rules: tuple[PolicyRule, ...] | None) -> tuple[Actor | None, Scope | None]:
    """Return whom a member acts for and what binds it, where these are its policies."""
    return (None, None) if rules is None else (Actor(ACTOR), Scope(policies(rules)))
