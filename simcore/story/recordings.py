"""The rich traces of all worlds that ``run`` makes meanwhile: how the failure of a property comes to be told."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simcore.model.nested import leave
from simcore.story.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from simcore.model.trace import TraceEvent
    from simcore.world.world import World


@dataclass(slots=True)
class Recordings:
    """The worlds in the order of their making, each with who records it."""

    worlds: list[tuple[World, Recorder]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The digest of all that happened in all of them; empty where there was no world."""
        return digest_of([world for world, _ in self.worlds])

    @property
    def events(self) -> list[TraceEvent]:
        """What was recorded of all of them."""
        return [event for _, recorder in self.worlds for event in recorder.events]

    @property
    def actions(self) -> int:
        """How many actions were performed in all of them."""
        return sum(world.kernel.actions for world, _ in self.worlds)

    @property
    def decisions(self) -> int:
        """How many of those were a choice between several."""
        return sum(world.kernel.decisions for world, _ in self.worlds)

    @property
    def now_ns(self) -> int:
        """The virtual time at the end of the last one, in nanoseconds."""
        return self.worlds[-1][0].now_ns if self.worlds else 0


def digest_of(worlds: Sequence[World]) -> str:
    """Return the digest of all that happened in *worlds*: of one its own; empty where there is none."""
    digests = [world.digest for world in worlds]
    if len(digests) < 2:
        return "".join(digests)
    return hashlib.blake2b("\n".join(digests).encode(), digest_size=16).hexdigest()


# Of the module, because the world is made by a `run` inside the user's own test, past anything that could be handed
# down.
_open: Final[list[Recordings]] = []


@contextmanager
def recorded() -> Generator[Recordings, None, None]:
    """Record every world that ``run`` makes inside the block."""
    recordings = Recordings()
    _open.append(recordings)
    try:
        yield recordings
    finally:
        leave(_open, recordings)


def recorder() -> Recorder | None:
    """Return a new recorder where somebody wants the next world to be recorded."""
    return Recorder() if _open else None


def record(world: World, recorder: Recorder) -> None:
    """Let *recorder*, an observer of *world*, have recorded it for all who want it."""
    for recordings in _open:
        recordings.worlds.append((world, recorder))
