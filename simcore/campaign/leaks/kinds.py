"""Which kind of leak makes one run differ: found by playing it again, each time with one thing another way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from simcore.campaign.leaks.host import ADDRESSES, KINDS, OUTSIDE, still_addresses
from simcore.campaign.leaks.sides import ask_one, difference
from simcore.campaign.worker import WorkerDied

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from simcore.campaign.leaks.side import Side
    from simcore.limits.limit import Limit
    from simcore.model.run import Run

AT_ONCE: Final = 2
USED_BY: Final = 3
"""So often a run is played before it is played in a used process, where nothing else is."""
OUTLIVED: Final = "has outlived a run"
_NAMES: Final = ("one", "other")


def likely(run: Run, limit: Limit, before: Sequence[Run] = ()) -> list[str]:
    """Return in words what *run* depends on besides its seed, by trying one thing after the other.

    Args:
        run: what differs.
        limit: how long one step may take.
        before: what a used process has played before it.

    Raises:
        InternalError: simcore contradicted itself.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tries = {kind: pool.submit(ask_one, run, limit, others=[kind]) for kind in KINDS}
        base, again = pool.submit(ask_one, run, limit), pool.submit(ask_one, run, limit)
        used = pool.submit(ask_one, run, limit, before=[*before, *[run] * USED_BY])
        try:
            return _said(base.result(), again.result(), tries, used)
        except WorkerDied as death:
            return [f"what it depends on was not found out: {death}"]


def _said(base: Side, again: Side, tries: dict[str, Future[Side]], used: Future[Side]) -> list[str]:
    if difference(base, again, _NAMES):
        return _by_itself(base)
    found: list[str] = []
    for kind, tried in tries.items():
        if difference(base, tried.result(), _NAMES):
            found += [f"it depends on {KINDS[kind]}", *_lines(base, kind)]
    if difference(base, used.result(), _NAMES):
        found += after_others(used.result())
    return found or [
        "played again it is the same each time: in fresh processes, in each of which one of these was another way ("
        f"{', '.join(KINDS)}), and in a used one; what made it differ is not among them"
    ]


def after_others(used: Side) -> list[str]:
    """Say that a run depends on what ran before it in the same process, with what has outlived that."""
    what = used.outlived or used.outlived_others or ["nothing that could be looked at; an object may lie elsewhere"]
    return [
        f"it depends on what ran before it in the same process, where this {OUTLIVED}:",
        *(f"  {line}" for line in what),
    ]


def _by_itself(base: Side) -> list[str]:
    """Say what is left where two processes differ in which all that can be held was the same."""
    left = "threads, files, sockets and other processes"
    if not still_addresses([]):
        left = f"{KINDS[ADDRESSES]}; {left}"
    return [
        "it differs from itself, in two fresh processes with the same hash seed, clock, chance and environment; "
        f"what is left is outside of the process: {left}",
        *_lines(base, OUTSIDE),
    ]


def _lines(side: Side, kind: str) -> list[str]:
    return [f"  {line}" for line in side.noted.get(kind, ())]
