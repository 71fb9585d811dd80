"""Making a world, which every schedule does, against B."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.bench import portable, timeout
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged

if TYPE_CHECKING:
    from collections.abc import Callable

WORLDS: Final = 2_000


class WorldWorkload:
    """The workload ``world``: one ``World(1)``."""

    name = "world"

    def measure(self, *, quick: bool) -> Row:
        """Compare one world with B."""
        made = timed(prepare, size(WORLDS, quick=quick))
        waits = timed(timeout.prepare, size(timeout.TIMEOUTS, quick=quick))
        pairs = in_turns(made, waits, rounds=rounds(quick=quick))
        return judged(self.name, timeout.NAME, Gate("<=", 100), pairs, quick=quick)


def prepare(worlds: int) -> Callable[[], None]:
    """Set up the making of so many worlds."""
    return portable.worlds(worlds, Path())
