"""The policies of a world as its user changes them, before and while processes run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.action import Label
from simcore.model.payload import pack
from simcore.process.state.runtime import WORLD
from simcore.security.book import group_id

if TYPE_CHECKING:
    from simcore.process.state.runtime import Runtime
    from simcore.security.policy import Policy
    from simcore.security.scope import Scope


class Policies:
    """Policies by id, and groups of them (process 12.4).

    A change happens at once, between actions, as the labelled event ``outside:policy``. What was looked up before stays
    as it was: a scope is a snapshot, and so is the scope that a process holds (N31).
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._book = runtime.policies

    def __repr__(self) -> str:
        return f"Policies({list(self.policies)!r}, groups={list(self.groups)!r})"

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies, in the order in which their ids first came in."""
        return self._book.policies

    @property
    def groups(self) -> tuple[str, ...]:
        """The whole ids of all known groups, in the order in which they became known."""
        return self._book.groups

    def add(self, policy: Policy) -> None:
        """Enter *policy*, in place of one of the same id; it then belongs to the groups it names and to no other."""
        self._book.add(policy)
        self._changed("add", policy.id, "", repr(policy))

    def grant(self, policy_id: str, group: str) -> None:
        """Put a policy into *group*, which is made where it is new.

        Args:
            policy_id: a policy that was added.
            group: its whole id, or a bare name, which is then of the policy's namespace (process 12.3).

        Raises:
            NotFound: there is no such policy.
        """
        self._book.grant(policy_id, group)
        self._changed("grant", policy_id, group_id(group, policy_id))

    def revoke(self, policy_id: str, group: str | None = None) -> None:
        """Take a policy out of *group*, or, without a group, out of every group and out of the world.

        The group stays known, with an empty scope, when its last policy has gone: a revoke never opens what was closed.

        Raises:
            NotFound: there is no such policy or no such group.
        """
        self._book.revoke(policy_id, group)
        self._changed("revoke", policy_id, "" if group is None else group_id(group, policy_id))

    def policy(self, id: str) -> Policy:
        """Return the policy of this id. Raises ``NotFound`` where there is none."""
        return self._book.policy(id)

    def named_scope(self, group: str) -> Scope:
        """Return the scope of all policies that are in *group* now. Raises ``NotFound`` where there is no such group.

        Args:
            group: its whole id.
        """
        return self._book.named_scope(group)

    def _changed(self, change: str, policy_id: str, group: str, content: str = "") -> None:
        trace = self._runtime.kernel.trace
        trace.note(Label("outside:policy", WORLD, policy_id))
        trace.fold(pack((change, policy_id, group, content)))
        self._runtime.observer.policies_changed(change, policy_id, group)
