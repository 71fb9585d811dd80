"""What an application holds that is no part of a simulation: kept, listed once each, and failing when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from simcore.lua.application.shown import escaped, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

What: TypeAlias = Literal["kind", "key", "module", "import", "policy"]


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One place that uses something foreign; *file* is relative to the application's folder.

    *entry* is the id of the entry that lists it, where an entry does; *near* of a key the one that it may be meant for.
    """

    what: What
    name: str
    file: str
    line: int
    entry: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One foreign thing.

    Args:
        what: a kind of entry, a key, a module, an import, or a policy or group that a service names.
        name: the kind, ``<kind>: <key>``, the module, the imported id or that of the policy.
        file: the first file that uses it, relative to the application's folder.
        line: the line in that file.
        uses: how many places use it.
        entry: the id of the first entry that lists it; empty where no entry does.
        near: of a key: the one that has a meaning, and that it may be meant for; else empty.
    """

    what: What
    name: str
    file: str
    line: int
    uses: int
    entry: str = ""
    near: str = ""

    def __str__(self) -> str:
        times = "once" if self.uses == 1 else f"{self.uses} times, first"
        lister = f" by {self.entry}" if self.entry else ""
        hint = f"; did you mean {self.near}?" if self.near else ""
        return f"{self.what} {shown(self.name)} ({times}{lister} at {escaped(self.file)}:{self.line}){hint}"


def listed(uses: Iterable[Use]) -> tuple[Foreign, ...]:
    """Return each foreign thing of *uses* once, sorted by what it is and by name."""
    groups: dict[tuple[What, str], list[Use]] = {}
    for use in sorted(uses):
        groups.setdefault((use.what, use.name), []).append(use)
    return tuple(
        Foreign(what, name, same[0].file, same[0].line, len(same), same[0].entry, same[0].near)
        for (what, name), same in groups.items()
    )
