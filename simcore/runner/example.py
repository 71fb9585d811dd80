"""The example of a property that is under way: how many schedules it has played, and the seed of each."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from simcore.kernel.choices import derive_seed
from simcore.model.nested import leave
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.registry import make_scheduler
from simcore.schedulers.uniform import Uniform

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from simcore.kernel.scheduler import Scheduler

SEED_MAX: Final = 2**64 - 1
DRAWN_MAX: Final = 100
"""So many seeds of one example are drawn, later ones derived: Hypothesis gives up an example that draws too much."""


@dataclass(slots=True, eq=False)
class Example:
    """One call of the test of a property.

    Args:
        given: the seeds that its runs are given, in order; those beyond are 0. None where Hypothesis draws them.
    """

    given: Sequence[int] | None = None
    seeds: list[int] = field(default_factory=list, init=False)
    """The seeds of the runs that were called without one, in order."""
    schedules: int = field(default=0, init=False)
    """How many runs were played in all."""
    refused: bool = field(default=False, init=False)
    """Whether the test has said that its arguments are not to be tried."""

    def _next(self) -> int:
        if self.given is None:
            return _drawn_seed()
        number = len(self.seeds)
        return self.given[number] if number < len(self.given) else 0

    def _scheduler(self, seed: int) -> Scheduler:
        return scheduler_of(seed)


@dataclass(slots=True, eq=False)
class Scene(Example):
    """One schedule of a scenario: what it runs besides its own world is scheduled as that is.

    Args:
        seed: of the schedule.
        strategy: of the schedule.
    """

    seed: int = 0
    strategy: str = "fifo"
    _inside: bool = field(default_factory=lambda: _in_test(), init=False)

    def _next(self) -> int:
        if _in_test() and not self._inside:
            # The body has called a test of Hypothesis, whose examples have to be the same when they are called again.
            return _drawn_seed()
        return derive_seed(self.seed, "run", len(self.seeds))

    def _scheduler(self, seed: int) -> Scheduler:
        return make_scheduler(self.strategy)


# Of the module, because `run` is called inside the user's own test, past anything that could be handed down.
_open: Final[list[Example]] = []
_drawn: Final[WeakKeyDictionary[Any, list[int]]] = WeakKeyDictionary()
"""What was drawn for each example of Hypothesis, by its context."""


@contextmanager
def playing(example: Example) -> Generator[None, None, None]:
    """Let *example* be the one that is under way inside the block."""
    _open.append(example)
    try:
        yield
    finally:
        leave(_open, example)


def played() -> None:
    """Count a run of the example that is under way, if any is; not one in which no action was performed."""
    if _open:
        _open[-1].schedules += 1


def next_schedule() -> tuple[int, Scheduler]:
    """Return seed and schedule of the next run of the example that is under way; 0, the oldest first, where none
    is."""
    if not _open:
        seed = _drawn_seed()
        return seed, scheduler_of(seed)
    example = _open[-1]
    seed = example._next()
    example.seeds.append(seed)
    return seed, example._scheduler(seed)


def scheduler_of(seed: int) -> Scheduler:
    """Return the schedule that a run with *seed* plays by default."""
    return Uniform() if seed else Fifo()


# Drawn inside the test, and not before it: the seed is part of the example, so that Hypothesis tries the same arguments
# under several schedules, and shrinks it towards 0. A test says how often it runs only by running.
def _drawn_seed() -> int:
    """Return a seed that Hypothesis draws, whoever has started the test; 0 where no test of Hypothesis is running.

    An explicit ``@example`` draws nothing: it is as simple as it can be said, and so is its schedule.
    """
    if not _in_test():
        return 0
    control = sys.modules["hypothesis.control"]
    context = control.current_build_context()
    if is_explicit(context):
        return 0
    seeds = _drawn.setdefault(context, [])
    seeds.append(_following(seeds) if len(seeds) >= DRAWN_MAX else context.data.draw_integer(0, SEED_MAX))
    if not _open:
        # For pytest to show; who has opened an example tells it in words of its own.
        control.note(f"run {len(seeds)} plays {schedule_of(seeds[-1])}")
    return seeds[-1]


def _in_test() -> bool:
    """Tell whether a test of Hypothesis is running."""
    # Looked up and not imported: where Hypothesis was never loaded none of its tests can be running.
    control = sys.modules.get("hypothesis.control")
    return control is not None and bool(control.currently_in_test_context())


def _following(seeds: Sequence[int]) -> int:
    return seeds[-1] and derive_seed(seeds[-1], "example", len(seeds))


def is_explicit(context: Any) -> bool:
    """Tell whether the example of Hypothesis in *context* was written down with ``@example``: it has no chance."""
    return bool(context.is_final) and 0 in (getattr(context.data, "max_choices", None), context.data.max_length)


def has_drawn(context: Any) -> bool:
    """Tell whether Hypothesis has drawn anything for the example in *context*."""
    data = context.data
    # Older versions count bytes.
    return bool(data.length if hasattr(data, "length") else data.index)


def schedule_of(seed: int) -> str:
    """Return in words which schedule a run with *seed* plays by default."""
    return f"the uniform schedule of seed {seed}" if seed else "the oldest first"
