"""Who there is while a program is drawn, step by step: who can act, and who was touched last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.programs import ENDS
from simcore.strategies.weights import BYTES, ROLE_VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.programs import Role, Verb

NOBODY_FROM: Final = 248
"""From this byte on a target is one that has ended, or was never started."""
ITSELF_FROM: Final = 240
"""From this byte on it is the member itself."""
ANYBODY_FROM: Final = 192
"""From this byte on a verb is done by anybody, whatever the roles."""
LAST, BEFORE, EARLIER = 96, 160, 208
"""Up to these bytes a target is the one touched last, the one before, the one before that; else anybody."""


class Crowd:
    """The members of a program on its way.

    Args:
        members: the numbers of those that are there at the start.
        roles: the role of each member, by number; past the last it begins anew.
    """

    def __init__(self, members: Sequence[int], roles: Sequence[Role]) -> None:
        self._living: list[int] = list(members)
        self._ended: list[int] = []
        # The one touched last comes first.
        self._touched: list[int] = list(members)
        self._roles = roles
        self._clocks: dict[int, int] = dict.fromkeys(members, 0)
        """How many steps each has behind it, with those of who started it: about when its next one will be."""
        self._born: dict[int, tuple[int, int]] = {}
        """Who has started each that was not there at the start, and when."""
        self._heard: dict[int, None] = {}
        """Who is linked, or watched by somebody."""
        self._pairs: dict[str, dict[tuple[int, int], None]] = {"monitor": {}, "link": {}}
        self._traps: dict[int, None] = {}
        """Who traps links."""
        self._held: dict[int, None] = {}
        """The names that were registered, the last one last."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left to act."""
        return not self._living

    def actor(self, byte: int, verb: Verb) -> int:
        """Return who does *verb*: mostly one whose role it is; of an end one that somebody will hear of, and of a link
        one that will hear of the end."""
        if verb in ENDS:
            fitting = [each for each in self._touched if each in self._heard and each in self._living]
        elif verb == "untrap" or ("link" in verb and byte % 2):
            fitting = [each for each in self._living if each in self._traps]
        else:
            fitting = [each for each in self._living if verb in ROLE_VERBS[self._roles[each % len(self._roles)]]]
        if fitting and byte < ANYBODY_FROM:
            return fitting[byte * len(fitting) // ANYBODY_FROM]
        return self._living[byte * len(self._living) // BYTES]

    def target(self, byte: int, actor: int, unborn: int) -> int:
        """Return whom a step of *actor* concerns: mostly one of those that were touched last.

        Args:
            byte: which.
            actor: who acts.
            unborn: the number of a member that is not there yet.
        """
        if byte >= NOBODY_FROM:
            nobody = [*self._ended[-3:], unborn]
            return nobody[byte % len(nobody)]
        others = [each for each in self._touched if each != actor and self._knows(actor, each)]
        if not others or byte >= ITSELF_FROM:
            return actor
        place = 0 if byte < LAST else 1 if byte < BEFORE else 2 if byte < EARLIER else byte
        return others[place % len(others)]

    def _knows(self, actor: int, other: int) -> bool:
        """Tell whether *actor* will probably know the pid of *other* when it comes to its next step."""
        if other not in self._born:
            return True
        parent, born = self._born[other]
        return actor == parent or self._clocks.get(actor, 0) > born + 1

    def name(self, byte: int, names: int) -> int:
        """Return which name is meant: mostly one that was registered, if any was."""
        if not self._held or byte >= ITSELF_FROM:
            return byte % names
        return list(self._held)[-1 - byte % len(self._held)]

    @property
    def has_names(self) -> bool:
        """Whether any name was registered, and not unregistered since."""
        return bool(self._held)

    def hold(self, name: int) -> None:
        """A name is registered."""
        self._held.pop(name, None)
        self._held[name] = None

    def free(self, name: int) -> None:
        """A name is unregistered."""
        self._held.pop(name, None)

    def trap(self, member: int, *, on: bool) -> None:
        """A member traps links from now on, or no more."""
        self._traps.pop(member, None)
        if on:
            self._traps[member] = None

    def hear(self, member: int) -> None:
        """Somebody waits for the result of a member."""
        self._heard[member] = None

    def relate(self, kind: str, one: int, other: int) -> None:
        """*one* watches *other* (``monitor``), or is linked to it (``link``): the end will be heard of."""
        self._pairs[kind][one, other] = None
        self._heard[other] = None
        if kind == "link":
            self._heard[one] = None

    def pair(self, verb: Verb, byte: int) -> tuple[int, int] | None:
        """Return who takes back what it has to whom, if *verb* does that and there is anything: mostly it is so."""
        pairs = [each for each in self._pairs.get(verb.removeprefix("un"), ()) if each[0] in self._living]
        if not pairs or verb[:2] != "un" or byte >= ANYBODY_FROM:
            return None
        return pairs[-1 - byte % len(pairs)]

    def touch(self, actor: int, *others: int) -> None:
        """Note that *actor* has done something, and who had to do with it."""
        if actor in self._clocks:
            self._clocks[actor] += 1
        # Who is concerned comes before who acts: others have to do with the same one then.
        for member in (actor, *others):
            if member in self._touched:
                self._touched.remove(member)
                self._touched.insert(0, member)

    def join(self, member: int, parent: int) -> None:
        """*parent* has started one more."""
        self._living.append(member)
        self._born[member] = (parent, self._clocks[parent])
        self._clocks[member] = self._clocks[parent] + 1
        self._touched.insert(0, member)

    def leave(self, member: int) -> None:
        """A member has ended, or will soon."""
        if member in self._living:
            self._living.remove(member)
            self._ended.append(member)
        # Now and then it is still the one whom others want: they may come before its end, or after it.
