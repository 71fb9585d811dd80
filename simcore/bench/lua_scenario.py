"""One schedule of the shipped scenario ``supervised_restart_in_lua``, against one message in Lua."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import portable
from simcore.bench.orders import against_lua, playing
from simcore.bench.workload import Gate, Row
from simcore.catalog.find import item_of
from simcore.catalog.project import shipped_project

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEDULES: Final = 200


class LuaScenario:
    """The workload ``lua-scenario``: a short run, of which making the world and loading the app are a good part."""

    name = "lua-scenario"

    def measure(self, *, quick: bool) -> Row:
        """Compare one schedule with one message."""
        return against_lua(self.name, prepare, SCHEDULES, Gate("<=", 350), quick=quick)


def prepare(schedules: int) -> Callable[[], None]:
    """Set up so many schedules of the scenario."""
    scenario = item_of(shipped_project(), f"scenarios/{portable.SUPERVISION}::{portable.SUPERVISION}")
    return playing([scenario], schedules)
