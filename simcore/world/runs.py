"""How often worlds were run meanwhile, and how much happened in them: a body that ran none has shown nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator


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
    """

    amount: int = 0
    actions: int = 0
    judged: int = 0
    judged_actions: int = 0
    by_hand: int = 0
    made: int = 0

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
        _open.remove(runs)


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
        runs.amount += 1
        runs.actions += actions
        if is_judged:
            runs.judged += 1
            runs.judged_actions += actions
        else:
            runs.by_hand += is_first
