"""Who has had to do with whom in a run: what tells the processes that a failure concerns from those that only ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYBODY: Final = ""
"""The party of what concerns every process, such as a change of the policies."""


class Ties:
    """Parties and what has passed between them; a party is a pid, or that of a service or of a name (see below)."""

    def __init__(self) -> None:
        self._leads: dict[str, dict[str, None]] = {}

    def lead(self, one: str, other: str) -> None:
        """What concerns *one* concerns *other*: it was started by it, or looked at by it."""
        known = self._leads.get(one)
        if known is None:
            self._leads[one] = {other: None}
        else:
            known[other] = None

    def tie(self, one: str, other: str) -> None:
        """Something has passed between the two, so that what concerns either concerns both."""
        self.lead(one, other)
        self.lead(other, one)

    def reach(self, parties: Iterable[str]) -> dict[str, None]:
        """Return *parties* and all that they lead to, over any number of steps."""
        found = dict.fromkeys((EVERYBODY, *parties))
        waiting = list(found)
        while waiting:
            for other in self._leads.get(waiting.pop(), ()):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return found


def service_party(id: str) -> str:
    """Return the party of the service *id*: what is told of it, whichever process it has at the time."""
    return f"service {id}"


def name_party(name: str) -> str:
    """Return the party of a registered *name*: whoever asks for it has to do with all who ever hold it."""
    return f"name {name}"
