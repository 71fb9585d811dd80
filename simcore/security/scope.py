"""A set of policies that is evaluated as one (process 12.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError
from simcore.model.texts import represented
from simcore.security.policy import ALLOW, DENY, NO_ATTRIBUTES, Effect, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.security.actor import Actor

DECISIONS_MAX: Final = 65_536
"""How many decisions a scope remembers; when it is full it forgets them all and begins anew."""

_UNKNOWN: Final = object()


class Scope:
    """The policies that bind a process, by id (process 12.2). An immutable value: what changes it gives a new scope.

    Any policy that denies makes the answer ``deny``, else any that allows makes it ``allow``, else it is None, which
    means undefined. The order of the policies never matters. A scope without policies is present and denies all
    (process 12.1).

    Args:
        policies: of two with the same id the later one counts, at the place of the earlier.

    Raises:
        UsageError: something else than a policy is among them.
    """

    __slots__ = ("_decisions", "_policies")

    def __init__(self, policies: Iterable[Policy] = ()) -> None:
        self._policies: dict[str, Policy] = {}
        if not isinstance(policies, Iterable):
            raise UsageError(f"a scope is made of a list of policies, not of {represented(policies)}")
        for policy in policies:
            if not isinstance(policy, Policy):
                raise UsageError(f"a scope is made of policies (see allow and deny), not of {represented(policy)}")
            self._policies[policy.id] = policy
        # Without conditions an answer depends on action and resource alone, so it can be kept.
        remembers = not any(policy.conditional for policy in self._policies.values())
        self._decisions: dict[tuple[str, str], Effect | None] | None = {} if remembers else None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Its policies, in the order in which their ids first came in."""
        return tuple(self._policies.values())

    def contains(self, policy: Policy | str) -> bool:
        """Tell whether a policy of this id, or of the id of this policy, is in the scope."""
        return _id_of(policy) in self._policies

    def with_policy(self, policy: Policy) -> Scope:
        """Return the scope that has *policy* as well; it replaces one of the same id (process 12.2).

        Raises:
            UsageError: it is no policy.
        """
        return Scope((*self._policies.values(), policy))

    def without(self, policy: Policy | str) -> Scope:
        """Return the scope that lacks the policy of this id; an equal scope if it lacks it already (process 12.2)."""
        gone = _id_of(policy)
        return Scope(kept for kept in self._policies.values() if kept.id != gone)

    def evaluate(
        self,
        actor: Actor | None,
        action: str,
        resource: str,
        attributes: Mapping[str, object] = NO_ATTRIBUTES,
    ) -> Effect | None:
        """Return ``deny``, ``allow`` or None, undefined, for this check (process 12.2).

        Args:
            actor: who asks.
            action: what is done, such as ``process.send``.
            resource: on what, such as a pid's text.
            attributes: what else is known of the check; those of the process module are ``{"pid": caller}``
                (process 12.1).
        """
        decisions = self._decisions
        if decisions is None:
            return self._decide(actor, action, resource, attributes)
        key = (action, resource)
        decision = decisions.get(key, _UNKNOWN)
        if decision is _UNKNOWN:
            decision = self._decide(actor, action, resource, attributes)
            if len(decisions) >= DECISIONS_MAX:
                decisions.clear()
            decisions[key] = decision
        return decision  # type: ignore[return-value]  # the sentinel was replaced just above

    def _decide(
        self, actor: Actor | None, action: str, resource: str, attributes: Mapping[str, object]
    ) -> Effect | None:
        decision: Effect | None = None
        for policy in self._policies.values():
            effect = policy.evaluate(actor, action, resource, attributes)
            if effect == DENY:
                return DENY
            if effect == ALLOW:
                decision = ALLOW
        return decision

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scope):
            return NotImplemented
        return self._policies == other._policies

    def __hash__(self) -> int:
        return hash(frozenset(self._policies))

    def __repr__(self) -> str:
        return f"Scope({list(self._policies.values())!r})"

    def __reduce__(self) -> tuple[Callable[..., Scope], tuple[tuple[Policy, ...]]]:
        return (Scope, (self.policies,))


def _id_of(policy: Policy | str) -> str:
    return policy if isinstance(policy, str) else policy.id
