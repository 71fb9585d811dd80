"""What the processes of a world say of its run when it is over, besides the verdict of the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.runner.judging import placed

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord
    from simcore.world.world import World

UNOBSERVED: Final = "unobserved"
"""The property that does not hold, and the kind of the remark."""
FAILURES_MAX: Final = 3
"""How many processes are named that failed while nobody looked."""


def concluded(world: World, outcome: Outcome) -> Outcome:
    """Return *outcome* with what is to be said of the ends that nobody looked at: a remark, or, where the options of
    the world have it so, a failure of what has passed."""
    text = unobserved(world)
    if not text:
        return outcome
    if world.kernel.options.unobserved == "fail" and outcome.verdict is Verdict.PASSED:
        return msgspec.structs.replace(outcome, verdict=Verdict.FAILED, property=UNOBSERVED, message=text)
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, Remark(UNOBSERVED, text)))


def unobserved(world: World) -> str:
    """Say which processes failed by an error of their own while nobody looked; empty where there are none."""
    failed = world.endings.unobserved()
    if not failed:
        return ""
    more = f"; and {len(failed) - FAILURES_MAX} more" if len(failed) > FAILURES_MAX else ""
    named = "; ".join(map(_failure, failed[:FAILURES_MAX]))
    noun = "1 process" if len(failed) == 1 else f"{len(failed):,} processes"
    return f"{noun} failed and nobody looked: {named}{more}"


def _failure(record: ProcessRecord) -> str:
    """Say whose failure it is, and where it was raised."""
    error = record.outcome.error if record.outcome is not None else None
    assert error is not None, "who is here has failed"
    return f"{record.path}: {placed(error.message, error.__cause__ or error)}"
