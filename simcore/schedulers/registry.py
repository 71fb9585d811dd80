"""The schedulers by name, with their parameters: what ``--strategy`` and ``strategy=`` choose from.

A strategy is written ``name`` or ``name:parameters``, such as ``pct:3``; parameters are numbers with commas between.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.errors import UsageError
from simcore.model.texts import represented
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.pct import Pct, PctSearch
from simcore.schedulers.search import Search
from simcore.schedulers.uniform import Uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.scheduler import Scheduler


class Parameter(NamedTuple):
    """One number of a strategy: its name, and what it may be."""

    name: str
    least: int
    most: int


class Registered(NamedTuple):
    """One strategy.

    Args:
        make: makes a scheduler of the parameters that are given; one serves one run.
        search: makes the search through the schedules of an item, of the strategy as written and its parameters.
        parameters: what may be given, in this order; each may be left out, with those behind it.
        says: what it does, in a line.
    """

    make: Callable[..., Scheduler]
    search: Callable[..., Search]
    parameters: tuple[Parameter, ...]
    says: str


SCHEDULERS: Final[dict[str, Registered]] = {
    "fifo": Registered(Fifo, Search, (), "the oldest enabled action first, the baseline"),
    "uniform": Registered(Uniform, Search, (), "every enabled action alike"),
    "pct": Registered(
        Pct,
        PctSearch,
        (Parameter("depth", 1, 100), Parameter("length", 1, 1_000_000_000)),
        "priorities that change at depth - 1 places of a run, whose length is taken from earlier ones",
    ),
}


def make_scheduler(strategy: str) -> Scheduler:
    """Return a new scheduler.

    Raises:
        UsageError: there is no such strategy, or a parameter is out of its range.
    """
    found, parameters = _parsed(strategy)
    return found.make(*parameters)


def scheduler_given(strategy: Scheduler | str) -> Scheduler:
    """Return the scheduler that somebody has given in Python: the object, or a new one of that name.

    Raises:
        UsageError: it is neither, or a name that ``make_scheduler`` refuses.
    """
    if isinstance(strategy, str):
        return make_scheduler(strategy)
    if isinstance(strategy, type):
        raise UsageError(f"strategy takes a scheduler and not its class; write {strategy.__name__}()")
    if not callable(getattr(strategy, "begin", None)):
        said = f"not {represented(strategy)}"
        raise UsageError(f"strategy takes a scheduler such as Uniform(), or a name such as 'uniform', {said}")
    return strategy


def make_search(strategy: str) -> Search:
    """Return a new search through the schedules of an item. Raises as ``make_scheduler``."""
    found, parameters = _parsed(strategy)
    return found.search(strategy, *parameters)


def written_forms() -> list[str]:
    """Return how each strategy is written, with the names of its parameters."""
    return [_form(name, found) for name, found in SCHEDULERS.items()]


def _parsed(strategy: str) -> tuple[Registered, list[int]]:
    name, colon, written = strategy.partition(":")
    found = SCHEDULERS.get(name)
    if found is None:
        near = difflib.get_close_matches(name, SCHEDULERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"there is no strategy {name!r}{hint} (choose from {', '.join(SCHEDULERS)})")
    given = written.split(",") if colon else []
    if len(given) > len(found.parameters):
        raise UsageError(f"the strategy {strategy!r} has too many parameters: {_form(name, found)} is how it reads")
    numbers = [_number(strategy, each, text) for each, text in zip(found.parameters, given, strict=False)]
    return found, numbers


def _number(strategy: str, parameter: Parameter, text: str) -> int:
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(parameter.most))
    if not plain or not parameter.least <= int(text) <= parameter.most:
        raise UsageError(
            f"the strategy {strategy!r}: {parameter.name} is a whole number from {parameter.least} to "
            f"{parameter.most}, not {text!r}"
        )
    return int(text)


def _form(name: str, found: Registered) -> str:
    names = ",".join(each.name for each in found.parameters)
    return f"{name}[:{names}]" if names else name
