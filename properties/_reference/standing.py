"""How a process stands, in a line: what a person has to know of it where model and run have parted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from .parties import ALIVE, Member

if TYPE_CHECKING:
    from .model import Model

RULES: Final = 6
"""So many policies of a process are told."""


def about(model: Model, member: Member) -> str:
    """Return the line of a process, as the model has it."""
    return f"{model.name(member.pid)} ({member.pid} of {member.id}) is {', '.join(_standing(model, member))}"


def _standing(model: Model, member: Member) -> Iterator[str]:
    yield "alive" if member.phase == ALIVE else member.phase
    if member.to_end is not None:
        yield "to be terminated"
    if member.trap:
        yield "traps links"
    held = [name for name, pid in model.names.items() if pid == member.pid]
    if held:
        yield f"holds {' and '.join(held)}"
    peers = [other for pair in model.links if member.pid in pair for other in pair if other != member.pid]
    if peers:
        yield f"is linked to {' and '.join(map(model.name, sorted(peers)))}"
    watchers = [watcher for watcher, target in model.watches if target == member.pid]
    if watchers:
        yield f"is watched by {' and '.join(map(model.name, watchers))}"
    unread = [type(each.event).__name__ if each.event else each.topic for each in member.mailbox]
    if unread:
        yield f"has not read {', '.join(unread)}"
    if member.frame.scope is not None:
        yield f"is bound by {_rules(member)}"


def _rules(member: Member) -> str:
    assert member.frame.scope is not None
    policies = member.frame.scope.policies
    words = [f"{each.effect} {'/'.join(each.actions)} on {'/'.join(each.resources)}" for each in policies[:RULES]]
    more = [f"{len(policies) - RULES} more"] if len(policies) > RULES else []
    return "; ".join([*words, *more]) or "no policy, which allows nothing"
