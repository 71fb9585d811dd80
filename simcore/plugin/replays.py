"""A run that is played again as a test, or inside of one: what comes of it is told like what was explored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.campaign.direct import answered
from simcore.model.errors import NotHeld, UsageError
from simcore.model.outcome import ItemResult, Verdict
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.text import cut
from simcore.plugin.following import REPLAY
from simcore.plugin.items import note_result

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from simcore.runner.replay import Replayed

THERE: Final = (Verdict.FAILED, Verdict.ERROR, Verdict.INCONCLUSIVE)
"""The verdicts of a run whose failure is there."""


def replay_noted(item: pytest.Item, id: str, play: Callable[[], Replayed], command: str | None = None) -> None:
    """Play a run again, and keep for the summary and the reports what came of it.

    Args:
        item: the test that it is, or that asks for it.
        id: what it is called there.
        play: plays it.
        command: of simcore, that plays it again; None where there is none.

    Raises:
        NotHeld: its failure is there, or nobody can tell.
        UsageError: it cannot be played.
    """
    __tracebackhide__ = True
    try:
        replayed = play()
    except UsageError as error:
        result = ItemResult(id=id, verdict=Verdict.ERROR, property="usage", message=cut(str(error)))
        note_result(item, result, by=REPLAY).raised = error
        raise
    schedules = 1 + replayed.tried
    try:
        answered(replayed)
    except NotHeld as error:
        result = ItemResult(
            id=id,
            verdict=_verdict_of(replayed),
            schedules=schedules,
            property=error.property_name,
            message=cut(error.message),
            traceback=list(replayed.outcome.traceback),
            replay=command,
            story=[cut(line) for line in replayed.story],
        )
        note_result(item, result, by=REPLAY).raised = error
        raise
    note_result(item, ItemResult(id=id, schedules=schedules), by=REPLAY)


def _verdict_of(replayed: Replayed) -> Verdict:
    """Return how a run is judged whose failure is not known to be gone."""
    verdict = replayed.outcome.verdict
    if verdict in THERE:
        return verdict
    return Verdict.INCONCLUSIVE if replayed.answer is ReplayAnswer.UNKNOWN else Verdict.ERROR
