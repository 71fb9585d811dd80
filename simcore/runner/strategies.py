"""The schedule strategies by name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from simcore.explore.fifo import Fifo
from simcore.explore.uniform import Uniform
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.kernel import Strategy

STRATEGIES: Final[dict[str, Callable[[], Strategy]]] = {"fifo": Fifo, "uniform": Uniform}
"""What ``--strategy`` takes. A strategy object serves one run."""


def make_strategy(name: str) -> Strategy:
    """Return a new strategy.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in STRATEGIES:
        near = difflib.get_close_matches(name, STRATEGIES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"there is no strategy {name!r}{hint} (choose from {', '.join(STRATEGIES)})")
    return STRATEGIES[name]()
