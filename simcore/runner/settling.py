"""The world of an application's test, after the test has passed: it is driven on until nothing can happen any more.

So what the test has left behind is looked at when it has come to rest: who waits in vain, and what the dead still hold.
Where it does not come to rest within a while nothing is known of that; this is said, and the test has passed for all
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.durations import format_duration
from simcore.model.errors import BoundReached
from simcore.model.outcome import UNSETTLED, Outcome, Remark, Verdict
from simcore.runner.conclusion import AFTER
from simcore.story.phrases import in_words

if TYPE_CHECKING:
    from simcore.world.world import World

ACTIONS_MIN: Final = 1_000
"""So many actions may it take where the test took fewer, and else as many as the test. What ticks for ever never comes
to rest; to watch it for a whole minute could take a hundred times as long as the test. Another number makes other
digests of such runs, and so another version of cases."""


class Settling:
    """What becomes of a world after its test has passed.

    Args:
        world: of the test.
        settle_ns: for how many nanoseconds of virtual time it is driven on; what is due at the end of them still
            happens. 0 is not at all.
    """

    def __init__(self, world: World, settle_ns: int) -> None:
        self._world = world
        self._settle_ns = settle_ns
        self._passed_ns = world.now_ns
        self._passed_at = world.kernel.actions
        self._unsettled = ""
        """Why nothing is known of how the world comes to rest."""

    def drive(self) -> None:
        """Drive the world on.

        Raises:
            Failure: a property does not hold, or time does not go on: a livelock.
        """
        self._world.endings.test_passed()
        if self._world.is_quiescent():
            return
        try:
            self._world.run_while(self._may_go_on)
        except BoundReached as bound:
            self._unsettled = f"{self._when()} {bound}"
            self._world.forgive(bound)

    def _may_go_on(self) -> bool:
        # Asked before time passes, and only then: no instant is left in its middle.
        instant_ns, actions = self._world.environment.next_instant(), self._world.kernel.actions - self._passed_at
        if not self._settle_ns:
            self._unsettled = "the world is not driven on after the test has passed (settle 0s)"
        elif (instant_ns or 0) > self._passed_ns + self._settle_ns:
            self._unsettled = f"{format_duration(self._settle_ns)} {AFTER} {self._to_come()}"
        elif actions >= max(self._passed_at, ACTIONS_MIN):
            self._unsettled = f"{self._when()}, and {actions:,} actions, {self._to_come()}"
        return not self._unsettled

    def _to_come(self) -> str:
        """Say that something is still to happen, and what of it comes first."""
        world = self._world
        first, instant_ns = world.kernel.next_due(), world.environment.next_instant()
        assert first is not None, "time does not pass for nothing"
        assert instant_ns is not None, "likewise"
        said = in_words(first.text(1), {record.path: record.path for record in world.runtime.records.values()})
        return f"something is still to happen, first {said}, {format_duration(instant_ns - world.now_ns)} later"

    def is_judged(self) -> bool:
        """Tell whether all that was to happen could: who waits for somebody who died of what is foreign may have been
        answered by him."""
        for line, who in self._world.endings.foreign_later.items():
            used = f"something was used that the simulation does not have: {line} ({who} ended by it)"
            self._unsettled = f"{self._when()} {used}"
            return False
        return not self._unsettled

    def told(self, outcome: Outcome, *, failed: bool) -> Outcome:
        """Return *outcome* with what is to be said of this time.

        Args:
            outcome: of the whole run.
            failed: whether it is what was raised in this time.
        """
        if failed and outcome.verdict in (Verdict.FAILED, Verdict.ERROR):
            return msgspec.structs.replace(outcome, message=f"{self._when()}: {outcome.message}")
        if outcome.verdict is not Verdict.PASSED or not self._unsettled:
            return outcome
        remark = Remark(UNSETTLED, f"not settled: {self._unsettled}; no deadlock and no leak is looked for")
        return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, remark))

    def _when(self) -> str:
        later_ns = self._world.now_ns - self._passed_ns
        return f"{format_duration(later_ns)} {AFTER}" if later_ns else AFTER
