"""The command ``bench``: a thin call of the workloads."""

from __future__ import annotations

from collections.abc import Sequence

from simcore.bench import run


def bench(workloads: Sequence[str], *, quick: bool) -> int:
    """Measure *workloads*, all where none is named.

    Raises:
        UsageError: there is no such workload.
    """
    return int(run(workloads, quick=quick) or 0)
