"""Which kind of leak makes one run differ: found by playing it again, each time with one thing another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.leaks.host import ADDRESSES, KINDS, OUTSIDE
from simcore.campaign.leaks.sides import Sides, difference
from simcore.campaign.machine import monotonic_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.campaign.leaks.question import Side
    from simcore.catalog.item import Item
    from simcore.limits.limit import Limit
    from simcore.model.case import Case
    from simcore.model.run import Run

BESIDE_MAX: Final = 5
"""So many other items of its file are played before an item in a used process."""
USED_MIN: Final = 3
USED_MAX: Final = 100
"""So often a run is played before it is played in a used process."""
USED_S: Final = 3.0
"""About so long that takes, of the clock."""
OUTLIVED: Final = "has outlived a run"
_NAMES: Final = ("one", "other")


def leaks_of(run: Run, limit: Limit, beside: Sequence[Item] = ()) -> list[str]:
    """Return in words what *run* depends on besides its seed, as far as that can be found out by trying.

    Args:
        run: one that went another way when it was played again.
        limit: how long one step may take.
        beside: items, of which those of the same file may have played before it.
    """
    bare = msgspec.structs.replace(run, deviations=None, arguments=None, seeds=None, drawn=None)
    others = [msgspec.structs.replace(bare, item=each.reference) for each in beside if _is_beside(each, run)]
    seeds = [msgspec.structs.replace(bare, seed=run.seed ^ bit) for bit in (1, 2)] if run.arguments is None else []
    with Sides(limit) as sides:
        return likely(sides, run, [*others[:BESIDE_MAX], *seeds])


def _is_beside(item: Item, run: Run) -> bool:
    same = item.id.partition("::")[0] == run.item.id.partition("::")[0]
    return same and item.id != run.item.id and item.kind != "property" and not item.error


def ending_elsewhere(case: Case, limit: Limit) -> str | None:
    """Return how *case* ends in a fresh process, or None where that is as it is recorded."""
    try:
        with Sides(limit) as sides:
            outcome = sides.ask_one(case.run).outcome
    except WorkerDied as death:
        return f"in a fresh process {death}"
    pairs = (
        ("verdict", case.end.verdict, outcome.verdict),
        ("property", case.property, outcome.property),
        ("digest", case.end.digest, outcome.digest),
    )
    differing = next((each for each in pairs if each[1] != each[2]), None)
    if differing is None:
        return None
    what, then, now = differing
    return f"in a fresh process the {what} is {now or 'none'}, and not {then}"


def likely(sides: Sides, run: Run, before: Sequence[Run] = ()) -> list[str]:
    """Return in words what *run* depends on besides its seed, by trying one thing after the other.

    Args:
        sides: who plays.
        run: what differs.
        before: what a used process has played before it.

    Raises:
        InternalError: simcore contradicted itself.
    """
    try:
        return _tried(sides, run, before)
    except WorkerDied as death:
        return [f"what it depends on was not found out: {death}"]


def _tried(sides: Sides, run: Run, before: Sequence[Run]) -> list[str]:
    base, begun_s = sides.ask_one(run), monotonic_s()
    if difference(base, sides.ask_one(run), _NAMES):
        return _by_itself(base)
    took_s = monotonic_s() - begun_s
    differing = [kind for kind in KINDS if difference(base, sides.ask_one(run, others=[kind]), _NAMES)]
    blurred = ADDRESSES in differing
    if blurred:
        # Anything at all moves the addresses a little, so only what the user's code has asked for can be told apart.
        differing = [ADDRESSES, *(kind for kind in differing if kind != ADDRESSES and base.noted.get(kind))]
    found = [line for kind in differing for line in (f"it depends on {KINDS[kind]}", *_lines(base, kind))]
    # What counts how often it was played may count far.
    often = min(max(USED_MIN, int(USED_S / max(took_s, 0.001))), USED_MAX)
    used = _used(sides, before, [run] * often)
    # An object may lie elsewhere there, which is no state.
    if difference(base, used, _NAMES) and (used.outlived or not blurred):
        found += after_others(used)
    if blurred:
        found.append("whether it depends on something else as well can be seen when that is mended")
    return found or [
        "played again it is the same each time: in fresh processes, in each of which one of these was another way ("
        f"{', '.join(KINDS)}), and in a used one; what made it differ is not among them"
    ]


def _used(sides: Sides, before: Sequence[Run], runs: Sequence[Run]) -> Side:
    """Play in a used process; without what others would play there where that ends it."""
    try:
        return sides.ask_one(runs[-1], before=[*before, *runs])
    except WorkerDied:
        return sides.ask_one(runs[-1], before=runs)


def after_others(used: Side) -> list[str]:
    """Say that a run depends on what ran before it in the same process, with what has outlived that."""
    first = "it depends on what ran before it in the same process, where"
    if used.outlived:
        return [f"{first} this {OUTLIVED}:", *(f"  {line}" for line in used.outlived)]
    if used.outlived_others:
        # It need not be that, if it is something that is not looked at.
        others = [f"  {line}" for line in used.outlived_others]
        return [
            f"{first} nothing of its own was found that {OUTLIVED}; of others this has, which may be no cause:",
            *others,
        ]
    return [f"{first} this {OUTLIVED}:", "  nothing that could be looked at; an object may lie elsewhere"]


def _by_itself(base: Side) -> list[str]:
    """Say what is left where two processes differ in which all that can be held was the same."""
    return [
        "it differs from itself, in two fresh processes with the same hash seed, clock, chance and environment; "
        f"what is left is {KINDS[ADDRESSES]}; or threads, files, sockets and other processes",
        *_lines(base, OUTSIDE),
    ]


def _lines(side: Side, kind: str) -> list[str]:
    return [f"  {line}" for line in side.noted.get(kind, ())]
