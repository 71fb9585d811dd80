"""Policies as three texts, and what they say: as naive as the contract's words (process 12.1 to 12.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, TypeAlias

from simcore import Policy, Scope, allow, deny

ALLOWED: Final = "allowed"
BY_A_DENY: Final = "denied by a deny"
NO_MATCH: Final = "denied for want of a match"
OPEN: Final = "allowed without a context"
STRICT: Final = "denied without a context"
VERDICTS: Final = (ALLOWED, BY_A_DENY, NO_MATCH, OPEN, STRICT)
"""What a check can come to; the last two where actor or scope is missing."""
Effect: TypeAlias = Literal["allow", "deny"]


class Rule(NamedTuple):
    """One policy: its effect on an action and a resource, each with the wildcards of a policy."""

    effect: Effect
    action: str
    resource: str

    def policy(self, number: int = 0) -> Policy:
        """Return it as the policy of the id ``rule:<number>``."""
        make = allow if self.effect == "allow" else deny
        return make(self.action, self.resource, id=f"rule:{number}")


def scope_of(rules: Iterable[Rule]) -> Scope:
    """Return the scope of all *rules*."""
    return Scope(rule.policy(number) for number, rule in enumerate(rules))


def verdict(rules: Iterable[Rule] | None, action: str, resource: str, *, strict: bool = False) -> str:
    """Return what *rules* say of a check; None is an incomplete context (I75 to I77)."""
    if rules is None:
        return STRICT if strict else OPEN
    effects = {rule.effect for rule in rules if fits(rule.action, action) and fits(rule.resource, resource)}
    return BY_A_DENY if "deny" in effects else ALLOWED if effects else NO_MATCH


def passes(verdict: str) -> bool:
    """Tell whether a check of this verdict lets the operation happen."""
    return verdict in (ALLOWED, OPEN)


def fits(pattern: str, text: str) -> bool:
    """Tell whether *pattern* means *text*: a star at its end stands for anything, a dot before it goes too."""
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1].removesuffix("."))
    return pattern == text
