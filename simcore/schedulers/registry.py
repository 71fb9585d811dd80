"""The schedulers by name: what ``--strategy`` and ``strategy=`` choose from."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.uniform import Uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.scheduler import Scheduler

SCHEDULERS: Final[dict[str, Callable[[], Scheduler]]] = {"fifo": Fifo, "uniform": Uniform}
"""What ``--strategy`` takes. A scheduler serves one run."""


def make_scheduler(name: str) -> Scheduler:
    """Return a new scheduler.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in SCHEDULERS:
        near = difflib.get_close_matches(name, SCHEDULERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"there is no strategy {name!r}{hint} (choose from {', '.join(SCHEDULERS)})")
    return SCHEDULERS[name]()
