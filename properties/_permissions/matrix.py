"""The matrix of permissions: every verb, also those of Lua alone, with every verdict, in every state of its caller.

``python -m properties._permissions.matrix`` in a clone plays a trial for each state and each pattern of verdicts, and
prints what was reached and, by name, what was not.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from .deeds import DEEDS
from .in_lua import LUA_DEEDS, LuaPlan
from .rules import STRICT, VERDICTS
from .trial import STATES, Plan, Trial

VERBS: Final = tuple(deed.verb for deed in (*DEEDS, *LUA_DEEDS))
_ALL: Final = len(DEEDS)

_PATTERNS: Final = (
    Plan("", (0,) * _ALL + (0, 0)),
    Plan("", (1,) * _ALL + (0, 1)),
    Plan("", (2,) * _ALL + (0, 2), strict=True),
    Plan("", (0,) * _ALL + (1, 0)),
    Plan("", (0,) * _ALL + (2, 0), has_actor=False),
    Plan("", None, strict=False),
    Plan("", None, strict=True, has_actor=False),
    *(LuaPlan("", (choice,) * _ALL + (0, 0)) for choice in range(3)),
    LuaPlan("", None, strict=False, has_actor=False),
    LuaPlan("", None, strict=True),
)
"""Verdicts by which every cell is reached: all allowed, denied in either way, builders alone, no context; then Lua."""
PLANS: Final = tuple(plan._replace(state=state) for state in STATES for plan in _PATTERNS)


class Cell(NamedTuple):
    """One combination."""

    verb: str
    verdict: str
    state: str


CELLS: Final = tuple(Cell(verb, verdict, state) for verb in VERBS for verdict in VERDICTS for state in STATES)
OUT_OF_REACH: Final = {
    cell: "who may not call is answered before anybody is called"
    for cell in CELLS
    if cell.state == "in a call" and cell.verdict == STRICT
}
"""The cells that the contract does not let anybody come to, and why."""


def cells_of(trial: Trial) -> Iterator[Cell]:
    """Give the cells that a trial has come to."""
    for tried in trial.tried:
        yield Cell(tried.deed.verb, trial.expected(tried)[0], trial.plan.state)


def missing(reached: Iterable[Cell]) -> list[Cell]:
    """Return the cells that could be reached and were not."""
    held = {*reached}
    return [cell for cell in CELLS if cell not in held and cell not in OUT_OF_REACH]


def lines(reached: Counter[Cell], trials: int) -> Iterator[str]:
    """Give the matrix as a person reads it: for each verb and verdict in how many states it was met."""
    met = sum(cell in reached for cell in CELLS)
    yield (
        f"{len(VERBS)} verbs, {len(VERDICTS)} verdicts, {len(STATES)} states: {len(CELLS):,} cells, {met:,} of them "
        f"met in {trials:,} trials"
    )
    yield f"states: {', '.join(STATES)}"
    yield f"in how many of the {len(STATES)} states each verb came to each verdict:"
    width = max(map(len, VERBS))
    yield f"  {'':{width}}  {'  '.join(VERDICTS)}"
    for verb in VERBS:
        counts = [sum(reached[Cell(verb, verdict, state)] > 0 for state in STATES) for verdict in VERDICTS]
        numbers = "  ".join(f"{count:>{len(verdict)}}" for count, verdict in zip(counts, VERDICTS, strict=True))
        yield f"  {verb:{width}}  {numbers}"
    yield from _unmet([cell for cell in CELLS if cell not in reached])


def _unmet(cells: Sequence[Cell]) -> Iterator[str]:
    """Give the cells that were not met, those of one verdict and state on a line."""
    yield f"not met: {len(cells):,}"
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.verdict, cell.state), []).append(cell)
    for (verdict, state), held in groups.items():
        verbs = "every verb" if len(held) == len(VERBS) else ", ".join(cell.verb for cell in held)
        why = OUT_OF_REACH.get(held[0])
        yield f"  {verdict}, {state}: {verbs}{f' ({why})' if why else ''}"


def main() -> None:
    """Play all patterns in all states, and print the matrix."""
    reached = Counter[Cell]()
    for plan in PLANS:
        reached.update(cells_of(plan.play()))
    sys.stdout.write("\n".join([*lines(reached, len(PLANS)), ""]))


if __name__ == "__main__":
    main()
