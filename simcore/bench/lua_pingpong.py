"""One message between two Lua processes, against one between two Python processes of the same run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.bench import pingpong_full
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.world.world import World

APP: Final = Path(__file__).with_name("app")
MESSAGES: Final = 10_000


class LuaPingPong:
    """The workload ``lua-pingpong``."""

    name = "lua-pingpong"

    def measure(self, *, quick: bool) -> Row:
        """Compare one message of Lua with one of Python."""
        in_lua = timed(prepare, size(MESSAGES, quick=quick))
        in_python = timed(pingpong_full.prepare, size(MESSAGES, quick=quick))
        pairs = in_turns(in_lua, in_python, rounds=rounds(quick=quick))
        return judged(self.name, "pingpong-full", Gate(">=", 0.2), pairs, quick=quick)


def prepare(messages: int) -> Callable[[], None]:
    """Set up a world in which *messages* messages will be sent."""
    return pingpong_full.playing(new_world(messages), messages)


def new_world(messages: int) -> World:
    """Return a world in which the app of this folder defines both processes."""
    world = pingpong_full.bounded_world(messages)
    world.load_app(APP)
    return world
