"""What ``run`` gives back: the world as it was left, and of a program all that its members did and met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model.outcome import Outcome
    from simcore.model.pid import Pid
    from simcore.programs.account import Account, Call, Ending, Receipt
    from simcore.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """One run that passed. Of a scenario function there is no more than world and outcome.

    Args:
        world: the world at its end.
        outcome: the verdict, and the run in figures.
        calls: every operation of every member of a program, in the order in which they were called.
        received: of each member that received anything its messages and events, in order.
        pids: the pid of each member that was started.
        endings: how and when each member ended that did.
        greeted: the argument that each member was started with, as it is now.
    """

    world: World
    outcome: Outcome
    calls: tuple[Call, ...] = ()
    received: Mapping[int, tuple[Receipt, ...]] = field(default_factory=dict)
    pids: Mapping[int, Pid] = field(default_factory=dict)
    endings: Mapping[int, Ending] = field(default_factory=dict)
    greeted: Mapping[int, object] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of all that happened."""
        return self.outcome.digest

    def lives(self, member: int) -> bool:
        """Tell whether this member of a program was started and has not ended."""
        return member in self.pids and self.world.alive(self.pids[member])


def run_outcome(world: World, outcome: Outcome, account: Account) -> RunOutcome:
    """Return the outcome of a run with what *account* holds."""
    received = {
        member: tuple(each for each in account.receipts if each.process == member)
        for member in dict.fromkeys(each.process for each in account.receipts)
    }
    return RunOutcome(
        world=world,
        outcome=outcome,
        calls=tuple(account.calls.values()),
        received=received,
        pids=account.pids,
        endings=account.endings,
        greeted=account.greeted,
    )
