"""What ``--jobs 2`` makes of two processors, against two copies of the command with half of the work each."""

from __future__ import annotations

from typing import Final

from simcore.bench import machine, portable
from simcore.bench.measure import in_turns, size
from simcore.bench.workload import Gate, Row, judged
from simcore.catalog.project import shipped_project

SCHEDULES: Final = 200
"""Of each test of the app, in a long round."""
ROUNDS: Final = 5
QUICK_ROUNDS: Final = 3


class Jobs:
    """The workload ``jobs``: seconds of the clock, from the start of the command to its end."""

    name = "jobs"

    def measure(self, *, quick: bool) -> Row:
        """Compare one command that shares its work with two that have nothing to share."""
        schedules = size(SCHEDULES, quick=quick)

        def shared() -> float:
            return _wall_ns([_words(schedules, "2")]) / schedules

        def apart() -> float:
            return _wall_ns([_words(schedules // 2, "0", seed) for seed in (1, 2)]) / schedules

        pairs = in_turns(shared, apart, rounds=QUICK_ROUNDS if quick else ROUNDS)
        return judged(self.name, "two-copies", Gate(">=", 0.8), pairs, quick=quick)


def _words(schedules: int, jobs: str, seed: int = 0) -> list[str]:
    app = str(shipped_project().root / portable.ORDERS)
    return ["test", app, "--schedules", str(schedules), "--seed", str(seed), "--jobs", jobs]


def _wall_ns(commands: list[list[str]]) -> float:
    return machine.interpreters_wall_ns([["-m", "simcore", *words] for words in commands])
