"""Drawing policies: what the members of a program may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from simcore.model.programs import PolicyRule

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ACTIONS: Final = (
    "*",
    "process.*",
    "process.send",
    "process.spawn",
    "process.spawn.*",
    "process.spawn.monitored",
    "process.spawn.linked",
    "process.host",
    "process.call",
    "process.exec",
    "process.context",
    "process.security",
    "process.monitor",
    "process.unmonitor",
    "process.link",
    "process.unlink",
    "process.cancel",
    "process.terminate",
    "process.registry.*",
    "process.registry.register",
    "process.registry.unregister",
)
RESOURCES: Final = (
    "*",
    "app:*",
    "app:member",
    "app:processes",
    "n0",
    "n*",
    "{app:processes|*",
    "{app:processes|0x00001}",
    "{app:processes|0x00002}",
)
ALL: Final = PolicyRule("allow", "*")
RULES_MAX: Final = 4


def policies(*, context: bool = False) -> SearchStrategy[tuple[PolicyRule, ...] | None]:
    """Return a strategy for a program's policies; they shrink to None, members without actor and scope.

    Half of them begin with a rule that allows everything, since a program that may nothing does little.

    Args:
        context: whether every program gets an actor and a scope; they then shrink to an empty scope.
    """
    rules = st.lists(_rules(), max_size=RULES_MAX).map(tuple)
    some: list[SearchStrategy[tuple[PolicyRule, ...] | None]] = [rules, rules.map(lambda drawn: (ALL, *drawn))]
    return st.one_of(some if context else [st.none(), *some])


def _rules() -> SearchStrategy[PolicyRule]:
    return st.builds(
        PolicyRule, st.sampled_from(("allow", "deny")), st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)
    )
