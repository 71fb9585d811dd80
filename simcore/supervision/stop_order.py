"""One ordered stop: what needs others stops before them, level by level (process 14.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.kernel.action import Action, Label
from simcore.process.state.runtime import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simcore.graph.dependencies import Dependencies
    from simcore.supervision.member import Member


class StopOrder:
    """One ordered stop: a level begins when the one before has settled, well or not.

    Args:
        members: who stops, each of which has something to stop.
        dependencies: what they need.
        graces_ns: by id, nanoseconds that the processes of a host have, where they are not its own stop timeout.
        done: called when the last level has settled.
    """

    def __init__(
        self,
        members: Sequence[Member],
        dependencies: Dependencies,
        graces_ns: Mapping[str, int],
        done: Callable[[StopOrder], None],
    ) -> None:
        self.members: dict[str, Member] = {member.id: member for member in members}
        self._levels = dependencies.stop_levels(self.members)
        self._graces_ns = graces_ns
        self._done = done
        self._left: dict[str, None] = {}

    @property
    def is_alone(self) -> bool:
        """Whether there are hosts only that nobody keeps busy, each of which can stop at once."""
        return len(self._levels) == 1 and all(member.KIND == "host" for member in self.members.values())

    def at_once(self) -> None:
        """Stop everybody now."""
        for member in self.members.values():
            self.stop(member)

    def go_on(self) -> None:
        """Begin the next level, in any order and in parallel within it (N28)."""
        while self._levels and not self._left:
            level = self._levels.pop(0)
            self._left = dict.fromkeys(level)
            for id in level:
                member = self.members[id]
                member.runtime.kernel.enable(Stop(self, member))
        if not self._left:
            self._done(self)

    def stop(self, member: Member) -> None:
        """Stop one member, whose turn has come."""
        member.stop(self._graces_ns.get(member.id))

    def settled(self, member: Member) -> None:
        """A member is done with; the last of a level lets the next begin."""
        if member.id in self._left:
            del self._left[member.id]
            if not self._left:
                self.go_on()


class Stop(Action):
    """Stop one member of a level (A5)."""

    __slots__ = ("_member", "_order")

    def __init__(self, order: StopOrder, member: Member) -> None:
        super().__init__()
        self._order = order
        self._member = member

    def label(self) -> Label:
        return Label(f"{self._member.KIND}:stop", f"{WORLD}/{self._member.id}")

    def perform(self) -> None:
        self._order.stop(self._member)
