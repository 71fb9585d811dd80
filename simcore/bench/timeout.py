"""The unit of all ratios: one ``yield environment.timeout(1)`` of bare SimPy, called B in the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

NAME: Final = "simpy.timeout"
TIMEOUTS: Final = 150_000
"""How many make a long round."""


def prepare(timeouts: int) -> Callable[[], None]:
    """Set up a SimPy process that waits *timeouts* times."""
    environment = simpy.Environment()
    environment.process(_waiting(environment, timeouts))

    def perform() -> None:
        environment.run()
        assert environment.now == timeouts

    return perform


def _waiting(environment: simpy.Environment, timeouts: int) -> Generator[Any, Any, None]:
    for _ in range(timeouts):
        yield environment.timeout(1)
