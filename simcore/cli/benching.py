"""The command ``bench``: a thin call of the workloads."""

from __future__ import annotations

from collections.abc import Sequence

from simcore.bench import run
from simcore.cli import machine
from simcore.cli.tellers import Format


def bench(workloads: Sequence[str], *, quick: bool, against: str | None, format: Format | None) -> int:
    """Measure *workloads*, all where none is named.

    Raises:
        UsageError: there is no such workload, or the Python *against* cannot measure it.
    """
    return run(workloads, quick=quick, other=against, format=format, write=machine.write_out)
