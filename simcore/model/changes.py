"""What has changed in a world since a property was asked last: what lets an ``always`` cost the same in any world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias, overload

import msgspec

from simcore.model.pid import Pid

ChangeKind: TypeAlias = Literal[
    "spawned",
    "ended",
    "gone",
    "monitored",
    "unmonitored",
    "linked",
    "unlinked",
    "named",
    "unnamed",
    "policies",
    "host",
    "service",
]
NOBODY: Final = Pid("")


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change of a world that an ``always`` could speak of.

    The end of a process is told in its steps: ``ended``; ``unnamed`` for each of its names; then ``unmonitored`` for
    each of its watchers, ``unlinked`` for each of its links, and ``gone``. What it watched itself ends untold.

    Args:
        kind: what happened; the last three of them are the states of policies, of a host and of a service.
        pid: whom it is about: who was spawned, ended, watches, made or lost the link, or holds or held the name; else
            empty.
        other: whom *pid* watches or is linked to; else empty.
        name: the registered name, or the id of the policy, the host or the service; else empty.
    """

    kind: ChangeKind
    pid: Pid = NOBODY
    other: Pid = NOBODY
    name: str = ""


class Changes(Sequence[Change]):
    """The changes since a property was asked last, the oldest first: what an ``always`` of two arguments is given.

    The first time these are all since the world was made. They are kept for one question only, so that they grow with
    neither the run nor the world; each world has its own.

    Args:
        changes: the changes.
        at_the_end: whether the run is over. A look at everything costs little there, since it is one.
    """

    def __init__(self, changes: Sequence[Change] = (), *, at_the_end: bool = False) -> None:
        self._changes = tuple(changes)
        self.at_the_end: bool = at_the_end

    def of(self, *kinds: ChangeKind) -> Iterator[Change]:
        """Give those of these *kinds*, the oldest first."""
        return (change for change in self._changes if change.kind in kinds)

    @overload
    def __getitem__(self, index: int) -> Change: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...

    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        return self._changes[index]

    def __len__(self) -> int:
        return len(self._changes)

    def __repr__(self) -> str:
        return f"Changes({self._changes!r}, at_the_end={self.at_the_end})"
