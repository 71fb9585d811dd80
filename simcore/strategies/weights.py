"""How often each verb is drawn, and which members do it most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.programs import ENDS, OUTSIDE_VERBS, PYTHON_VERBS, VERBS, Language, Role, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BYTES: Final = 256
COMMON: Final = 24
RARE: Final = 5
"""An end is an operation like any other and rare: who has ended does nothing more, and little happens to it."""
OFTEN: Final[Mapping[Verb, int]] = {
    "send": 3,
    "receive": 3,
    "take": 2,
    "monitor": 2,
    "link": 2,
    "trap": 2,
    "register": 2,
    "spawn": 2,
    "spawn_linked_monitored": 2,
    "cancel": 2,
}
"""What is drawn so many times as often as the others: what the others need to meet anything."""
SELDOM: Final[Mapping[Verb, int]] = {
    **dict.fromkeys((*ENDS, "stop_host", "shut_down"), RARE),
    **dict.fromkeys(("terminate", "upgrade"), COMMON * 2 // 3),
    **dict.fromkeys(("terminate_by_name", "spawn_nowhere", "spawn_unknown", "call_unknown"), COMMON // 3),
    **dict.fromkeys((verb for verb in VERBS if verb.endswith("_wrong")), COMMON // 3),
}
"""What is drawn less often: it ends somebody, or is refused whatever happens."""

ROLE_VERBS: Final[Mapping[Role, tuple[Verb, ...]]] = {
    "worker": ("send", "receive", "take", "sleep", "listen", "unlisten", "register", "go", "hand_over", "after"),
    "watcher": ("monitor", "unmonitor", "link", "unlink", "trap", "untrap", "receive", "take", "monitor_by_name"),
    "supervisor": tuple(verb for verb in VERBS if verb.startswith("spawn") or verb in ("trap", "cancel", "terminate")),
    "client": ("call", "exec", "build_exec", "send", "send_by_name", "lookup", "receive", "function"),
    "deputy": tuple(verb for verb in VERBS if verb.startswith("build") or verb.endswith("_by_name") or verb == "can"),
}
"""What a member of each role mostly does. What is in no role is done by all alike."""


def every_verb(language: Language) -> tuple[Verb, ...]:
    """Return what members in this language can do, and what is done from outside."""
    # So many texts are any text to it.
    return VERBS if language == "lua" else PYTHON_VERBS  # pyright: ignore[reportReturnType]


def table_of(verbs: Sequence[Verb]) -> tuple[Verb, ...]:
    """Return for each byte but 0 the verb that it means, the first of *verbs* for the least; each has one at least."""
    weights: dict[Verb, int] = {}
    for verb in verbs:
        weights[verb] = weights.get(verb, 0) + SELDOM.get(verb, COMMON) * OFTEN.get(verb, 1)
    room, total = BYTES - 1 - len(weights), sum(weights.values())
    shares: dict[Verb, int] = {verb: 1 + room * weight // total for verb, weight in weights.items()}
    table: list[Verb] = [verb for verb, share in shares.items() for _ in range(share)]
    # What rounding has left over goes to the first: towards it programs shrink.
    table[:0] = table[:1] * (BYTES - 1 - len(table))
    return tuple(table)


def is_outside(verb: Verb) -> bool:
    """Tell whether *verb* is done from outside the processes."""
    return verb in OUTSIDE_VERBS
