"""The end of worlds: their coroutines are closed, and what does not let itself be closed is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.limits.alarm import stretch
from simcore.model.errors import StepTimeout
from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.places import place_of
from simcore.process.end import CLOSE_ATTEMPTS
from simcore.python.abandoned import abandon
from simcore.runner.judging import judge
from simcore.runner.unraised import raised_when_over, remarks_of, unraised_heard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.world.world import World

ABANDONED: Final = "abandoned"
"""The kind of the remark."""
NAMED_MAX: Final = 3


def with_abandoned(worlds: Iterable[World], outcome: Outcome) -> Outcome:
    """Let *worlds* be over, and return *outcome* with what is to be said of that.

    Of what passed it is an error where a coroutine does not give control back on its way out.
    """
    late: StepTimeout | None = None
    lines, unraised = list[str](), list[str]()
    for world in worlds:
        try:
            with stretch("what the world has left"), unraised_heard(unraised):
                abandon(world.runtime)
        except StepTimeout as error:
            late = late or error
        lines += [_given_up(whose, coroutine) for whose, coroutine in world.runtime.given_up]
        unraised += raised_when_over(world.runtime.raised_when_over)
    more = [f"and {len(lines) - NAMED_MAX:,} more"] if len(lines) > NAMED_MAX else []
    remarks = (*(Remark(ABANDONED, line) for line in (*lines[:NAMED_MAX], *more)), *remarks_of(unraised))
    if late is not None:
        outcome = _too_late(late, outcome)
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *remarks))


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
