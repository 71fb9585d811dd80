"""One message of a world whose rich trace is written, against one of a world without: what a replay costs more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import pingpong_full
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged
from simcore.story.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.world.world import World

MESSAGES: Final = 10_000


class TraceWorkload:
    """The workload ``trace``.

    The aim is twice the cost. Most of what is above it goes into the texts of the lines, which a replay writes for each
    of its some three actions, its send and its receive of a message; a search writes none of them.
    """

    name = "trace"

    def measure(self, *, quick: bool) -> Row:
        """Compare one message with its trace and one without."""
        traced = timed(prepare, size(MESSAGES, quick=quick))
        untraced = timed(pingpong_full.prepare, size(MESSAGES, quick=quick))
        pairs = in_turns(traced, untraced, rounds=rounds(quick=quick))
        return judged(self.name, "pingpong-full", Gate("<=", 3), pairs, quick=quick)


def prepare(messages: int) -> Callable[[], None]:
    """Set up a world in which *messages* messages will be sent, and recorded."""
    return pingpong_full.playing(new_world(messages, Recorder()), messages)


def new_world(messages: int, recorder: Recorder) -> World:
    """Return a world that *recorder* records and in which both processes are defined."""
    return pingpong_full.new_world(messages, observers=(recorder,))
