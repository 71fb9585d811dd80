"""The schedules of an item in one Lua state; where it matters again in a fresh one, whose outcome alone counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simcore.limits.limit import OPTION
from simcore.lua.bridge.states import LuaStates
from simcore.model.errors import InternalError
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.replay_command import replay_command
from simcore.runner.stage import Stage, play
from simcore.runner.token import make_token

if TYPE_CHECKING:
    from simcore.catalog.item import Item
    from simcore.catalog.properties import ProjectProperties
    from simcore.model.run import Run
    from simcore.world.world import World

AGAIN_EVERY: Final = 50
"""Of the schedules that passed, each whose number is a multiple of this is played again in a fresh state."""
MEMORY: Final = "lua_memory_max"
"""The bound that may be reached in one of two states and not in the other."""


@dataclass(slots=True)
class SchedulePlayer:
    """Plays the schedules of an item, one after the other.

    Args:
        item: whose schedules they are.
        properties: the project's ``always``.
    """

    item: Item
    properties: ProjectProperties
    worlds: list[World] = field(default_factory=list)
    """The world of the outcome that was returned last, and those that its body had run."""
    _states: LuaStates = field(default_factory=LuaStates)

    def play(self, run: Run, schedule: int) -> tuple[Outcome, World]:
        """Return what became of *run*, and its world, which is whole until the next call.

        Args:
            run: one run of the item.
            schedule: its number, from 1.

        Raises:
            InternalError: simcore contradicted itself, or the Lua state that served before made a difference.
        """
        try:
            return self._play(run, schedule)
        except InternalError as error:
            error.add_note(f"seen again by: {replay_command(self.item, make_token(run))}")
            raise

    def _play(self, run: Run, schedule: int) -> tuple[Outcome, World]:
        self._states.take_back()
        outcome, world = self._once(run, self._states)
        passed = outcome.verdict is Verdict.PASSED
        # Noted by the state, since a scenario may take the bound as what it expects.
        ran_out = self._states.ran_out
        if outcome.property == OPTION:
            # What it was stopped in may have left the Lua state half done, and it is not played again.
            self._states = LuaStates()
            return outcome, world
        if not self._states.is_reused or (passed and not ran_out and schedule % AGAIN_EVERY):
            return outcome, world
        fresh, fresh_world = self._once(run)
        if fresh != outcome and not ran_out and fresh.property != MEMORY:
            self._blame(run, outcome, fresh)
        return fresh, fresh_world

    def _once(self, run: Run, states: LuaStates | None = None) -> tuple[Outcome, World]:
        stage = Stage(run, self.properties, lua_states=states)
        outcome = play(self.item, stage)
        self.worlds = stage.worlds
        return outcome, self.worlds[0]

    def _blame(self, run: Run, reused: Outcome, fresh: Outcome) -> None:
        """Raise, unless the item differs from itself in two fresh states, which its first replay will tell."""
        if self._once(run)[0] == fresh:
            raise InternalError(
                "a Lua state that has served another schedule made a difference:\n"
                f"  digest {fresh.digest} in a fresh one, {_said(fresh)}\n"
                f"  digest {reused.digest} in that one, {_said(reused)}\n"
                "where a program writes __mode into a metatable that is in use, this is why; else it is our mistake"
            )


def _said(outcome: Outcome) -> str:
    return f"{outcome.verdict} {outcome.property}".strip()
