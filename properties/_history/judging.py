"""How an invariant says that it looked at something, and that it does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simcore import World

if TYPE_CHECKING:
    from .history import History

Invariant = Callable[["History"], None]


def judge(world: World, invariants: Sequence[Invariant]) -> None:
    """Let *invariants* look at a run that is over. Raises ``AssertionError`` with the number of one that does not
    hold."""
    from .history import history_of

    history = history_of(world)
    for each in invariants:
        each(history)


def exercised(world: World) -> Counter[str]:
    """Return how often each invariant has found something to look at in a run that was judged, by its number."""
    from .history import known_history

    history = known_history(world)
    return Counter() if history is None else history.exercised
