"""Counting what the programs of one property reach, run after run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simcore.model.programs import VERBS
from simcore.model.reached import Reached, added, left_of
from simcore.programs.situations import SITUATIONS

if TYPE_CHECKING:
    from simcore.model.programs import Program
    from simcore.programs.account import Account, Call
    from simcore.world.world import World

BEGUN: Final = "begun"
NO_ANSWER: Final = "no answer"


@dataclass(slots=True)
class ProgramTally:
    """What the programs of one property have reached so far."""

    programs: int = 0
    runs: int = 0
    actions: int = 0
    calls: int = 0
    verbs: dict[str, dict[str, int]] = field(default_factory=lambda: {verb: {} for verb in VERBS})
    situations: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SITUATIONS, 0))
    followed: int = 0
    unjudged: dict[str, int] = field(default_factory=dict)
    _last: Program | None = None

    def hear(self, world: World, program: Program, account: Account) -> None:
        """Count a run of *program* that has come to its end in *world*."""
        self.programs += program != self._last
        self._last = program
        self.runs += 1
        self.actions += world.kernel.actions
        self.calls += len(account.calls)
        for call in account.calls.values():
            self._count(call.verb, NO_ANSWER if call.finished is None else "done" if call.done else _kind(call))
        for verb, times in account.begun.items():
            self._count(verb, BEGUN, times)
        for situation in filter(account.seen.__contains__, self.situations):
            self.situations[situation] += 1
        left = left_of(world)
        if left is not None:
            self.followed += 1
            self.unjudged = added((self.unjudged, left))

    def _count(self, verb: str, verdict: str, times: int = 1) -> None:
        verdicts = self.verbs[verb]
        verdicts[verdict] = verdicts.get(verdict, 0) + times

    def reached(self) -> Reached | None:
        """Return what was counted; None where no program was played."""
        if not self.runs:
            return None
        return Reached(
            programs=self.programs,
            runs=self.runs,
            actions=self.actions,
            calls=self.calls,
            verbs=self.verbs,
            situations=self.situations,
            followed=self.followed,
            unjudged=self.unjudged,
        )


def _kind(call: Call) -> str:
    assert call.error is not None, "what is answered is done, or has an error"
    return call.error.kind
