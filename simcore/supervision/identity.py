"""Who a service acts as: an actor, and policies that are looked up at each start (process 12.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcore.model.errors import NotFound
from simcore.security.frame import EMPTY_FRAME, Frame
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.security.actor import Actor
    from simcore.security.book import PolicyBook
    from simcore.security.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a service acts as (process 12.4).

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
