"""What drawn programs have reached: how much was generated, which situations, verbs and verdicts, and what was not
judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

# Weak, so that a session of many thousand worlds keeps none of them alive.
_judged: Final[WeakKeyDictionary[object, Mapping[str, int]]] = WeakKeyDictionary()


def judged(world: object, left: Mapping[str, int]) -> None:
    """Note that a model of the contract has judged what happened in a world, for the end of a run to tell.

    Args:
        world: a ``World`` in which a program has run.
        left: what the model has taken as it came, by name, and how often.
    """
    _judged[world] = dict(left)


def left_of(world: object) -> Mapping[str, int] | None:
    """Return what the model has taken as it came that has judged *world*; None where none has."""
    return _judged.get(world)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """What the programs of a property, or of a whole run, have reached.

    Args:
        programs: how many were drawn, one after the other; the same one in several schedules counts once.
        runs: in how many runs they were played to the end.
        actions: how many actions were performed there.
        calls: how many operations their members called.
        verbs: of each verb that there is how often it was answered how: ``done``, the kind of an error, ``begun`` of
            what has no answer to tell, ``no answer`` of what its caller did not live to hear.
        situations: of each that there is in how many of the runs it was met.
        followed: how many of the runs a model has judged.
        unjudged: what the model has taken as it came, and how often.
    """

    programs: int = 0
    runs: int = 0
    actions: int = 0
    calls: int = 0
    verbs: dict[str, dict[str, int]] = {}
    situations: dict[str, int] = {}
    followed: int = 0
    unjudged: dict[str, int] = {}

    def verdicts(self) -> int:
        """Return how many different verdicts there were, each of one verb."""
        return sum(map(len, self.verbs.values()))

    def met(self) -> list[str]:
        """Return the situations that were met, the rarest first."""
        return sorted((name for name, runs in self.situations.items() if runs), key=self.situations.__getitem__)

    def unmet(self) -> list[str]:
        """Return the situations that were never met."""
        return [name for name, runs in self.situations.items() if not runs]

    def uncalled(self) -> list[str]:
        """Return the verbs that nobody came to."""
        return [verb for verb, verdicts in self.verbs.items() if not verdicts]


def summed(several: Iterable[Reached]) -> Reached | None:
    """Return what all together have reached; None where there is nothing to sum up."""
    found = list(several)
    if not found:
        return None
    return Reached(
        programs=sum(each.programs for each in found),
        runs=sum(each.runs for each in found),
        actions=sum(each.actions for each in found),
        calls=sum(each.calls for each in found),
        verbs=_verbs(each.verbs for each in found),
        situations=added(each.situations for each in found),
        followed=sum(each.followed for each in found),
        unjudged=added(each.unjudged for each in found),
    )


def added(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sums of what is counted by name."""
    sums: dict[str, int] = {}
    for each in several:
        for name, amount in each.items():
            sums[name] = sums.get(name, 0) + amount
    return sums


def _verbs(several: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for each in several:
        for verb, verdicts in each.items():
            sums[verb] = added((sums.get(verb, {}), verdicts))
    return sums
