"""How an invariant says that it looked at something, and that it does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
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
        try:
            each(history)
        except AssertionError as error:
            raise error.with_traceback(place_in(each, error)) from None


def place_in(invariant: Invariant, error: BaseException) -> TracebackType | None:
    """Return where an invariant refused a run, and not where the history words that."""
    place = error.__traceback__
    while place is not None and place.tb_frame.f_code is not getattr(invariant, "__code__", None):
        place = place.tb_next
    return place and TracebackType(None, place.tb_frame, place.tb_lasti, place.tb_lineno)


def exercised(world: World) -> Counter[str]:
    """Return how often each invariant has found something to look at in a run that was judged, by its number."""
    from .history import known_history

    history = known_history(world)
    return Counter() if history is None else history.exercised
