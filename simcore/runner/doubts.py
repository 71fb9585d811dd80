"""Why nobody can say that a failure is gone: what of its case did not fit, and what was not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.check.invariants import NAMES
from simcore.model.outcome import VACUOUS, Outcome, Verdict
from simcore.model.property_names import DEADLOCK
from simcore.runner.conclusion import UNOBSERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.runner.deciding import HeldThen
    from simcore.runner.following import Following
    from simcore.runner.reference import Found
    from simcore.runner.search import Searched


LOOKED_FOR_AT_REST: Final = frozenset({DEADLOCK, UNOBSERVED, *NAMES})
"""The properties that are judged, in part or as a whole, where nothing can happen any more."""


def doubts(
    found: Found,
    held: HeldThen,
    outcome: Outcome,
    following: Following | None,
    inside: int,
    searched: Searched,
    *,
    at_rest: bool,
    by_chance: bool,
) -> list[str]:
    """Return why nobody can say that the failure of a scenario or a test is gone; nothing where it is.

    Args:
        found: what was replayed.
        held: the properties that were asked.
        outcome: what became of its own schedule.
        following: who followed that, or None.
        inside: how many choices the worlds had that the body had run.
        searched: what was tried besides.
        at_rest: whether its worlds were left where nothing could happen any more.
        by_chance: whether its program has drawn.
    """
    both, own = _of_both(found, held, outcome, searched), _of_schedule(found, following, inside)
    drawn = ["what its program draws by chance is told by a seed, which means nothing in another source"]
    return [*both, *_of_rest(found, at_rest=at_rest), *own, *(drawn if by_chance else [])]


def doubts_of_property(found: Found, held: HeldThen, outcome: Outcome, unfit: str, searched: Searched) -> list[str]:
    """Return the same of a property.

    Args:
        found, held, outcome, searched: as of ``doubts``.
        unfit: what of the case the test did not take, or empty.
    """
    return [*_of_both(found, held, outcome, searched), *_of_arguments(found, outcome, unfit)]


def _of_both(found: Found, held: HeldThen, outcome: Outcome, searched: Searched) -> Iterator[str]:
    if found.case is None:
        yield "a token holds no source and no digest: it cannot tell whether the program has changed since"
    elif found.lenient:
        yield f"the case is of version {found.version}, made by an earlier kernel"
    if found.case is not None and not found.case.intact and not found.lenient:
        yield "the file of the case was changed after it was written"
    if held.removed:
        yield f"it is not asked any more: {', '.join(held.removed)}"
    if outcome.verdict is Verdict.INCONCLUSIVE:
        yield f"it did not come to its end ({outcome.property})"
    elif outcome.verdict is Verdict.SKIPPED:
        yield f"it skips itself: {outcome.message.partition(chr(10))[0]}"
    elif outcome.verdict is not Verdict.PASSED:
        yield f"it cannot be run: {outcome.message.partition(chr(10))[0]}"
    yield from (remark.text for remark in outcome.remarks if remark.kind == VACUOUS)
    if searched.ended:
        yield f"the search was cut short: {searched.ended}"
    elif not searched.tried:
        yield "nothing else was tried"


def _of_rest(found: Found, *, at_rest: bool) -> Iterator[str]:
    if not at_rest and found.case is not None and found.case.property in LOOKED_FOR_AT_REST:
        what = found.case.property
        yield f"{what} is looked for where nothing can happen any more, and its world was left before that"


def _of_schedule(found: Found, following: Following | None, inside: int) -> Iterator[str]:
    run = found.run
    if following is not None and following.skipped:
        amount = len(run.deviations or ())
        yield f"{len(following.skipped)} of the {amount} choices of the case do not fit any more"
    if following is not None and following.loose:
        yield f"{following.loose} choices found another number of enabled actions than the case says"
    if found.case is not None and run.deviations is None and run.strategy != "fifo":
        yield "the case holds no schedule, only the seed of one"
    if inside and run.strategy != "fifo":
        yield "the schedules of the worlds that its body runs are told by a seed, which means nothing in another source"


def _of_arguments(found: Found, outcome: Outcome, unfit: str) -> Iterator[str]:
    if unfit and outcome.verdict is Verdict.PASSED:
        yield unfit
    if any(found.run.seeds or ()) and outcome.decisions:
        yield "its schedules are told by seeds, which mean nothing in another source"
