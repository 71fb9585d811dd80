"""What stands above ``@given``: decorators that call the test of Hypothesis as often as they like, or never, and may
swallow what it raises. What Hypothesis saw is judged, whatever they make of it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from simcore.model.errors import first_raised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import CellType


class Calls:
    """How the calls of one test of Hypothesis have ended, as it saw them itself."""

    def __init__(self, *, watching: bool) -> None:
        self.watching: bool = watching
        """Whether anything is known of them."""
        self.amount: int = 0
        """How often it was called."""
        self.error: BaseException | None = None
        """What the first call that failed has raised."""


def made_by_given(test: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that ``@given`` itself has made, behind all that was put above it.

    Hypothesis reads its settings, its seed and its explicit examples of that one alone.
    """
    made: Any = test
    handle = getattr(test, "hypothesis", None)
    passed: list[Any] = [made]
    while handle is not None:
        below: Any = getattr(made, "__wrapped__", None)
        if getattr(below, "hypothesis", None) is not handle or any(below is each for each in passed):
            break
        made = below
        passed.append(made)
    return cast("Callable[..., Any]", made)


@contextmanager
def watched(made: Callable[..., Any], failed: Callable[[], None] = lambda: None) -> Generator[Calls, None, None]:
    """Note how each call of *made* inside the block ends, whoever calls it.

    Args:
        made: what ``@given`` has made: a function of the test's own signature that calls another one. A function of
            another shape is not watched.
        failed: is called when a call fails.
    """
    cell = _cell_of(made)
    calls = Calls(watching=cell is not None)
    if cell is None:
        yield calls
        return
    called = cell.cell_contents

    @wraps(called)
    def noting(*arguments: Any, **named: Any) -> Any:
        calls.amount += 1
        try:
            return called(*arguments, **named)
        except BaseException as error:
            calls.error = first_raised(calls.error, error)
            failed()
            raise

    cell.cell_contents = noting
    try:
        yield calls
    finally:
        cell.cell_contents = called


def _cell_of(made: Callable[..., Any]) -> CellType | None:
    """Return where *made* keeps the function that it calls."""
    cells: tuple[CellType, ...] = getattr(made, "__closure__", None) or ()
    return cells[0] if len(cells) == 1 and callable(cells[0].cell_contents) else None
