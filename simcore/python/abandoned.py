"""The coroutines of a world that is over: each is told so, and what does not end by it is given up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import StepTimeout
from simcore.model.interrupts import is_interrupt
from simcore.process.end import close_coroutine
from simcore.python.front import PythonFrontEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simcore.process.state.definition import Coroutine
    from simcore.process.state.record import ProcessRecord
    from simcore.process.state.runtime import Runtime


def abandon(runtime: Runtime) -> None:
    """Close all coroutines of Python processes that still live, so that their ``finally`` blocks run here and not
    whenever Python lets go of the world. What they ask for is done by nobody.

    Raises:
        StepTimeout: one of them did not give control back.
    """
    for record in (*runtime.routes.values(), *runtime.stopping.values()):
        front = record.front
        if isinstance(front, PythonFrontEnd) and record.tasks:
            front.unawaited.abandon()
            assert record.context is not None, "a Python process has context variables of its own"
            record.context.run(_close_all, record)
    for _, coroutine in runtime.given_up:
        _hush(coroutine)


def _close_all(record: ProcessRecord) -> None:
    # They stay in the table: who tells of the world asks it what each of them waited for.
    for task in list(record.tasks):
        try:
            closed = close_coroutine(task.coroutine)
        except BaseException as error:
            if isinstance(error, StepTimeout) or is_interrupt(error):
                raise
            # What a dying coroutine raises is nobody's any more.
            continue
        if not closed:
            record.runtime.given_up.append((record, task.coroutine))


# -- what Python says of them

_hushed: Final[set[int]] = set()
_IGNORED: Final = "ignored GeneratorExit"


def _hush(coroutine: Coroutine) -> None:
    """Let Python not complain of *coroutine* when it lets go of it: that is said already, in words of our own."""
    _hushed.update(map(id, _awaited(coroutine)))
    before = sys.unraisablehook
    if not isinstance(before, _Hush):
        sys.unraisablehook = _Hush(before)


def _awaited(coroutine: Any) -> Iterator[object]:
    """Give *coroutine* and all that it awaits, each awaiting the next."""
    while coroutine is not None:
        yield coroutine
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "started", None)


class _Hush:
    """Says what Python cannot raise, but for what is said already.

    Args:
        before: who says the rest.
    """

    def __init__(self, before: Callable[[sys.UnraisableHookArgs], object]) -> None:
        self._before = before

    def __call__(self, dropped: sys.UnraisableHookArgs) -> None:
        """Hear of it."""
        if id(dropped.object) in _hushed and str(dropped.exc_value).endswith(_IGNORED):
            _hushed.discard(id(dropped.object))
        else:
            self._before(dropped)
