"""The end of worlds: their coroutines are closed, and what does not let itself be closed is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.limits.alarm import stretch
from simcore.model.errors import StepTimeout
from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.places import place_of
from simcore.model.text import few
from simcore.process.end import CLOSE_ATTEMPTS
from simcore.python.abandoned import abandon
from simcore.runner.circles import collect_circles
from simcore.runner.judging import judge
from simcore.runner.late import Late, with_late
from simcore.runner.unraised import late_farewells, unraised_heard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.world.world import World

ABANDONED: Final = "abandoned"
"""The kind of the remark."""
NAMED_MAX: Final = 3


@dataclass(slots=True)
class Left:
    """How worlds were left.

    Args:
        late: what was raised too late to end anything, in order; with what was heard before.
    """

    late: list[Late]
    timeout: StepTimeout | None = None
    """What did not give control back on its way out, if anything."""
    given_up: list[str] = field(default_factory=list)
    """What does not let itself be closed, in words."""

    def told(self, outcome: Outcome) -> Outcome:
        """Return *outcome* with what is to be said; what passed may have failed by it, or be an error."""
        remarks = (Remark(ABANDONED, line) for line in few(self.given_up, NAMED_MAX))
        outcome = outcome if self.timeout is None else _too_late(self.timeout, outcome)
        return with_late(msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *remarks)), self.late)


def left(worlds: Iterable[World], heard: Iterable[Late] = ()) -> Left:
    """Let *worlds* be over; *heard* is what was raised before where it could end nothing."""
    found = Left(list(heard))
    for world in worlds:
        try:
            with stretch("what the world has left"), unraised_heard(found.late):
                abandon(world.runtime)
                found.late += late_farewells(world.runtime.farewells)
                collect_circles(world)
        except StepTimeout as error:
            found.timeout = found.timeout or error
        found.given_up += [_given_up(whose, coroutine) for whose, coroutine in world.runtime.given_up]
    return found


def with_abandoned(worlds: Iterable[World], outcome: Outcome, heard: Iterable[Late] = ()) -> Outcome:
    """Let *worlds* be over, and return *outcome* with what is to be said of that.

    What passed has failed where something on its way out says that it does not hold; it is an error where a coroutine
    does not give control back, or where a ``__del__`` raises anything.
    """
    return left(worlds, heard).told(outcome)


def _too_late(late: StepTimeout, outcome: Outcome) -> Outcome:
    judged = judge(late)
    if outcome.verdict is not Verdict.PASSED:
        remark = Remark(ABANDONED, judged.message)
        return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, remark))
    return msgspec.structs.replace(
        outcome,
        verdict=judged.verdict,
        property=judged.property,
        message=judged.message,
        traceback=judged.traceback,
    )


def _given_up(whose: str, coroutine: object) -> str:
    # Of a Python coroutine, and of what stands for one before its first step.
    inner = getattr(coroutine, "started", None) or coroutine
    code = getattr(inner, "cr_code", None) or getattr(inner, "gi_code", None)
    frame = getattr(inner, "cr_frame", None) or getattr(inner, "gi_frame", None)
    where = "" if code is None else f" in {place_of(code, None if frame is None else frame.f_lineno).shown}"
    told = f"was given up after it was told {CLOSE_ATTEMPTS:,} times; let pass what is no Exception"
    return f"{whose} catches its own end again and again{where}, and {told}"
