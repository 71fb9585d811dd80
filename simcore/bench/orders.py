"""One schedule of a test of the shipped app ``orders``, as ``simcore test`` plays it, against one message in Lua."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import lua_pingpong, portable
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged
from simcore.catalog.find import app_tests
from simcore.catalog.project import shipped_project
from simcore.catalog.properties import ProjectProperties
from simcore.model.outcome import Verdict
from simcore.runner.fresh import SchedulePlayer
from simcore.runner.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.catalog.item import Item

SCHEDULES: Final = 120
LUA: Final = 10_000
"""The messages of the baseline, in a long round."""


class OrdersWorkload:
    """The workload ``orders``: what a user waits for, schedules of the tests of an app with many processes."""

    name = "orders"

    def measure(self, *, quick: bool) -> Row:
        """Compare one schedule with one message."""
        return against_lua(self.name, prepare, SCHEDULES, Gate("<=", 400), quick=quick)


def against_lua(
    name: str, prepare: Callable[[int], Callable[[], None]], schedules: int, gate: Gate, *, quick: bool
) -> Row:
    """Return the row of a workload of schedules whose baseline is one message between two Lua processes."""
    played = timed(prepare, size(schedules, quick=quick))
    messages = timed(lua_pingpong.prepare, size(LUA, quick=quick))
    pairs = in_turns(played, messages, rounds=rounds(quick=quick))
    return judged(name, "lua-pingpong", gate, pairs, quick=quick)


def prepare(schedules: int) -> Callable[[], None]:
    """Set up so many schedules of the tests that hold, one test after the other."""
    folder = shipped_project().root / portable.ORDERS
    return playing([item for item in app_tests(shipped_project(), str(folder)) if item.expect == "passed"], schedules)


def playing(items: Sequence[Item], schedules: int) -> Callable[[], None]:
    """Return what plays so many schedules of *items*, one item after the other, as the command plays them."""
    plan = Plan()

    def perform() -> None:
        for place, item in enumerate(items):
            amount = schedules // len(items) + (place < schedules % len(items))
            numbers = range(2, amount + 2)
            player = SchedulePlayer(item, ProjectProperties())
            for number, run in zip(numbers, plan.runs(item, plan.search(), numbers), strict=True):
                outcome, _ = player.play(run, number)
                assert outcome.verdict is Verdict.PASSED, f"{item.id}: {outcome.message}"

    return perform
