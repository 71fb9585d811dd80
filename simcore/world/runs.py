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
    """

    amount: int = 0
    actions: int = 0


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


def count_run(actions: int) -> None:
    """Count a run of a world, with so many actions."""
    for runs in _open:
        runs.amount += 1
        runs.actions += actions
