"""Another installation of simcore as the baseline: the same workloads here and there, in turns."""

from __future__ import annotations

import os
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.bench import portable
from simcore.bench.measure import in_turns, size
from simcore.bench.sampler import sampling
from simcore.bench.workload import Gate, Row, judged
from simcore.catalog.project import shipped_project
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

OPERATIONS: Final = {"orders": 300, "lua-scenario": 400, "world": 2_000, "backlog": 500}
"""How many operations a long sample of each workload has. Of messages few: an older simcore may take 10 ms for one."""
ROUNDS: Final = 15
QUICK_ROUNDS: Final = 5
NO_GATE: Final = Gate("<=", inf)


def chosen(names: Sequence[str], other: str) -> Sequence[Against]:
    """Return the workloads called *names*, all that can be measured there where none is named.

    Raises:
        UsageError: one cannot be measured in another installation, or *other* is no Python that can be started.
    """
    for name in names:
        if name not in portable.PREPARE:
            known = ", ".join(portable.PREPARE)
            raise UsageError(
                f"{name!r} cannot be measured against another installation; with --against there are {known}"
            )
    check(other)
    return [Against(name, other) for name in names or portable.PREPARE]


def check(other: str) -> None:
    """Refuse what is no program.

    Raises:
        UsageError: it is.
    """
    if not Path(other).is_file():
        raise UsageError(f"--against {other}: there is no such file; give the path of a Python that has simcore")
    if not os.access(other, os.X_OK):
        raise UsageError(f"--against {other}: it cannot be executed; give the path of a Python that has simcore")


class Against:
    """One workload of this installation, with that of the Python *other* as its baseline.

    Both are measured in a process of their own by the same file, so that they differ in their simcore alone.
    """

    def __init__(self, name: str, other: str) -> None:
        self.name = name
        self._other = other

    def measure(self, *, quick: bool) -> Row:
        """Compare the costs of one operation; there is no gate.

        Raises:
            UsageError: there is no simcore there, or it cannot run the workload.
        """
        words = (self.name, str(size(OPERATIONS[self.name], quick=quick)), str(shipped_project().root))
        with sampling(self._other, *words) as there, sampling(None, *words) as here:
            pairs = in_turns(here.sample, there.sample, rounds=QUICK_ROUNDS if quick else ROUNDS)
        return judged(self.name, self._other, NO_GATE, pairs, quick=quick)
