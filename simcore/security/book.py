"""The policies of a world and their groups, as look-ups see them (process 12.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import NotFound
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from simcore.security.policy import Policy


class PolicyBook:
    """Policies by id, and groups of them. Changes are seen by later look-ups only: a scope is a snapshot
    (process 12.4, N31).

    A group is known from the first policy that belongs to it, and stays known, with an empty scope, when its last
    policy was revoked. So a revoke can close what was open and never opens what was closed.
    """

    def __init__(self) -> None:
        self._policies: dict[str, Policy] = {}
        self._groups: dict[str, dict[str, None]] = {}

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies, in the order in which their ids first came in."""
        return tuple(self._policies.values())

    @property
    def groups(self) -> tuple[str, ...]:
        """The ids of all known groups, in the order in which they became known."""
        return tuple(self._groups)

    def add(self, policy: Policy) -> None:
        """Enter *policy*, in place of one of the same id; it then belongs to the groups it names and to no other."""
        self._leave_all(policy.id)
        self._policies[policy.id] = policy
        for group in policy.groups:
            self.grant(policy.id, group)

    def grant(self, policy_id: str, group: str) -> None:
        """Put a policy into *group*, which is made where it is new.

        Raises:
            NotFound: there is no such policy.
        """
        self.policy(policy_id)
        self._groups.setdefault(group_id(group, policy_id), {})[policy_id] = None

    def revoke(self, policy_id: str, group: str | None = None) -> None:
        """Take a policy out of *group*, or, without a group, out of every group and out of the book.

        Taking it out of a group that it does not belong to changes nothing.

        Raises:
            NotFound: there is no such policy or no such group.
        """
        self.policy(policy_id)
        if group is None:
            self._leave_all(policy_id)
            del self._policies[policy_id]
        else:
            self._members(group_id(group, policy_id)).pop(policy_id, None)

    def policy(self, id: str) -> Policy:
        """Return the policy of this id.

        Raises:
            NotFound: there is no such policy.
        """
        if id not in self._policies:
            raise NotFound("policy not found", details={"policy": id})
        return self._policies[id]

    def named_scope(self, group: str) -> Scope:
        """Return the scope of all policies that are in *group* now, given by its whole id (process 12.4).

        Raises:
            NotFound: there is no such group.
        """
        return Scope(self._policies[policy_id] for policy_id in self._members(group))

    def _members(self, group: str) -> dict[str, None]:
        if group not in self._groups:
            raise NotFound("policy group not found", details={"group": group})
        return self._groups[group]

    def _leave_all(self, policy_id: str) -> None:
        for members in self._groups.values():
            members.pop(policy_id, None)


def group_id(group: str, policy_id: str) -> str:
    """Return the whole id of *group*: as it is where it has a namespace, else in the policy's namespace (process 12.3).

    The policy of a made-up id, such as ``allow process.send on *``, has no namespace; its groups keep their bare names.
    """
    namespace, colon, _ = policy_id.partition(":")
    if ":" in group or not colon or " " in namespace:
        return group
    return f"{namespace}:{group}"
