"""How often worlds were run meanwhile, and how much happened in them: a body that ran none has shown nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simcore.model.errors import BoundReached
from simcore.model.nested import leave

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.model.options import Options

TIMES: Final = 10
"""The worlds that one body runs may perform so many times the actions of one run together."""
OF_A_WORLD: Final = 2_000
"""As many actions count for each of them besides its own: to make it and to let go of it costs something too."""
LEAST: Final = 1_000_000
"""The bound of one run counts as so much at least: with a small one there may be as many worlds."""


@dataclass(slots=True, eq=False)
class Runs:
    """The runs of all worlds, of whoever made them.

    Args:
        amount: how often a world was run.
        actions: how many actions were performed in all.
        judged: how often one that somebody judges was run.
        judged_actions: how many actions were performed in those.
        by_hand: how many worlds were run that nobody judges, since they were made by hand.
        made: how many worlds were made by hand.
        worlds: how many worlds were run.
        options: those that bound what one body may run, as one run is bounded; None is no bound.
    """

    amount: int = 0
    actions: int = 0
    judged: int = 0
    judged_actions: int = 0
    by_hand: int = 0
    made: int = 0
    worlds: int = 0
    options: Options | None = None
    over: BoundReached | None = None
    """The bound that was reached, even if the body has swallowed it."""

    def refuse_more(self) -> None:
        """Say that the body has run enough, where it has: one that goes on and on with small worlds ends by no bound of
        theirs.

        Raises:
            BoundReached: ``actions_max``, of all of them together.
        """
        if self.options is None:
            return
        if self.actions + OF_A_WORLD * self.worlds < TIMES * max(self.options.actions_max, LEAST):
            return
        found = f"the item has run {self.worlds:,} worlds, with {self.actions:,} actions together"
        # Always the same one: who swallows it and goes on would pile them up.
        self.over = self.over or BoundReached("actions_max", self.options.actions_max, found)
        raise self.over.with_traceback(None)

    @property
    def never_run(self) -> int:
        """How many of those that were made by hand were never run."""
        # Some that were run may have been made before.
        return max(self.made - self.by_hand, 0)


# Of the module, because a world may be made inside the user's own code, past anything that could be handed down.
_open: Final[list[Runs]] = []


@contextmanager
def counting(runs: Runs) -> Generator[None, None, None]:
    """Count the runs inside the block into *runs*."""
    _open.append(runs)
    try:
        yield
    finally:
        leave(_open, runs)


def refuse_more() -> None:
    """Refuse one more world, where whoever counts has had enough of them; raises as ``Runs.refuse_more``."""
    for runs in _open:
        runs.refuse_more()


def count_made() -> bool:
    """Count a world that was made by hand; tell whether anybody counts."""
    for runs in _open:
        runs.made += 1
    return bool(_open)


def count_run(actions: int, *, is_first: bool, is_judged: bool) -> None:
    """Count a run of a world.

    Args:
        actions: how many were performed.
        is_first: whether the world had never run before.
        is_judged: whether somebody judges it.
    """
    for runs in _open:
        runs.worlds += is_first
        runs.amount += 1
        runs.actions += actions
        if is_judged:
            runs.judged += 1
            runs.judged_actions += actions
        else:
            runs.by_hand += is_first
