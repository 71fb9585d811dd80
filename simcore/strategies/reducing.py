"""A property that fails for a program: its test is called with smaller ones, until none fails as it does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simcore.model.errors import BoundReached, SimcoreError
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.runner.judging import judge
from simcore.runner.run import schedule_of
from simcore.strategies.programs import drawable
from simcore.strategies.smaller import Picks, Smaller
from simcore.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.kernel.action import Action
    from simcore.kernel.choices import Choices
    from simcore.kernel.scheduler import Scheduler
    from simcore.model.options import Options
    from simcore.model.programs import Program

_SEEN_ELSEWHERE: Final = (AssertionError, SimcoreError)
"""What a run raises that fails: what would come behind that has no part in it."""


class Reducing:
    """Makes the programs smaller among the arguments of a test.

    Args:
        strategies: what draws each argument.
        call: calls the test with others, and returns what it raises or None.
        options: of a world whose program has none.
    """

    def __init__(
        self,
        strategies: Mapping[str, Any],
        call: Callable[[dict[str, Any]], BaseException | None],
        options: Options,
    ) -> None:
        self._drawable = {name: found for name, each in strategies.items() if (found := drawable(each)) is not None}
        self._call = call
        self._options = options

    def can(self, error: BaseException | None) -> bool:
        """Tell whether it is worth a try: there are programs, and no call would take until a bound once more."""
        return bool(self._drawable) and not isinstance(error, BoundReached)

    def reduced(self, arguments: Mapping[str, Any], error: BaseException) -> dict[str, Any]:
        """Return *arguments* with the smallest programs that were found with which the test fails as with those."""
        found = dict(arguments)
        for name in self._drawable:
            found[name] = self._smallest(name, found, _origin(error))
        return found

    def _smallest(self, name: str, arguments: dict[str, Any], origin: object) -> Program:
        drawn: Program = arguments[name]

        def fails(program: Program) -> bool:
            if not self._drawable[name].may_be(program, drawn):
                return False
            raised = self._call({**arguments, name: program})
            return raised is not None and _origin(raised) == origin

        return Smaller(fails, self._picks).of(drawn)

    def _picks(self, program: Program) -> Picks:
        """Return where the schedule of *program* deviates from the oldest first: each decision, and what it takes."""
        noting, account = Picked(schedule_of(program)), Account()
        world = World(program.seed, noting, program.options or self._options, observers=[account])
        with suppress(*_SEEN_ELSEWHERE):
            perform(world, program, account)
        return tuple(noting.picks)


def _origin(error: BaseException) -> tuple[object, ...]:
    """Return what makes one failure another than the next: how it is judged, and where it was raised."""
    outcome, trace = judge(error), error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = () if trace is None else (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
    return (outcome.verdict, outcome.property, type(error), *place)


class Picked:
    """Lets another scheduler pick, and notes where that is not the oldest."""

    name = "noting"

    def __init__(self, scheduler: Scheduler) -> None:
        self.picks: list[tuple[int, int]] = []
        self._scheduler = scheduler
        self._decisions = 0

    def begin(self, choices: Choices) -> None:
        """Let the other take its chance."""
        self._scheduler.begin(choices)
        self._other = self._scheduler.pick

    def pick(self, ready: list[Action]) -> int:
        """Return what the other picks."""
        index = self._other(ready)
        if index:
            self.picks.append((self._decisions, index))
        self._decisions += 1
        return index
