"""The coroutines of a world that is over: each is told so, and what does not end by it is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simcore.limits.unraisable import is_said
from simcore.model.errors import StepTimeout
from simcore.model.interrupts import is_interrupt
from simcore.process.end import CLOSE_ATTEMPTS, close_coroutine
from simcore.process.state.farewell import Farewell
from simcore.python.front import PythonFrontEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simcore.process.state.definition import Coroutine
    from simcore.process.state.record import ProcessRecord, Task
    from simcore.process.state.runtime import Runtime

WHEN_OVER: Final = "when its world was over"
KEPT_MAX: Final = 1_000
_kept: Final[list[object]] = []
"""So many of those that were given up are never let go: where Python lets go of one it complains of whatever runs then,
such as another test."""


def abandon(runtime: Runtime) -> None:
    """Close all coroutines of Python processes that still live, and the generators of SimPy processes, so that their
    ``finally`` blocks run here and not whenever Python lets go of the world. What they ask for is done by nobody.

    Raises:
        StepTimeout: one of them did not give control back.
    """
    for record in (*runtime.routes.values(), *runtime.stopping.values()):
        front = record.front
        if isinstance(front, PythonFrontEnd) and record.tasks:
            front.unawaited.abandon()
            assert record.context is not None, "a Python process has context variables of its own"
            record.context.run(_close_all, record)
    generators = runtime.kernel.environment.generators
    while generators:
        # What one does on its way out may begin another.
        first = next(iter(generators))
        del generators[first]
        _close_generator(runtime, first.generator, f"the SimPy process {first.__name__}")
    for _, coroutine in runtime.given_up:
        is_said(_awaited(coroutine))
        if len(_kept) < KEPT_MAX:
            _kept.append(coroutine)


def _close_all(record: ProcessRecord) -> None:
    def raised(error: BaseException) -> None:
        if isinstance(error, StepTimeout):
            raise error
        record.runtime.farewells.append(Farewell(record.path, error, WHEN_OVER))

    # They stay in the table: who tells of the world asks it what each of them waited for. What is let go on the way
    # out, such as an async generator, is closed by a coroutine that is begun for it.
    done: dict[Task, None] = {}
    while begun := [task for task in record.tasks if task not in done]:
        done.update(dict.fromkeys(begun))
        for task in begun:
            _close_one(record, task.coroutine, raised)
    main = record.main.coroutine
    for coroutine in record.front.closing():
        _close_one(record, coroutine, raised)
    record.main.coroutine = main


def _close_one(record: ProcessRecord, coroutine: Coroutine, raised: Callable[[BaseException], object]) -> None:
    try:
        closed = close_coroutine(coroutine, raised)
    except BaseException as error:
        if isinstance(error, StepTimeout) or is_interrupt(error):
            raise
        raised(error)
        return
    if not closed:
        record.runtime.given_up.append((record.path, coroutine))


def _close_generator(runtime: Runtime, generator: Any, whose: str) -> None:
    for _ in range(CLOSE_ATTEMPTS):
        try:
            generator.close()
        except BaseException as error:
            if isinstance(error, StepTimeout) or is_interrupt(error):
                raise
            if getattr(generator, "gi_frame", None) is not None:
                # It has caught that, and yields again.
                continue
            runtime.farewells.append(Farewell(whose, error, WHEN_OVER))
        return
    runtime.given_up.append((whose, generator))


def _awaited(coroutine: Any) -> Iterator[object]:
    """Give *coroutine* and all that it awaits, each awaiting the next."""
    while coroutine is not None:
        yield coroutine
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "started", None)
