"""What the user's own code raises where that can end nothing: in a ``__del__``, and on its way out of a world."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.limits.unraisable import is_known, told_unraised
from simcore.model.interrupts import is_interrupt
from simcore.model.library_words import is_judgement
from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.places import places_of
from simcore.model.shapes import name_of
from simcore.model.text import cut
from simcore.python.generators import collections_heard, is_collecting
from simcore.runner.circles import are_kept
from simcore.runner.conclusion import ERROR_LENGTH_MAX
from simcore.runner.judging import SKIPPED, judge

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from simcore.process.state.farewell import Farewell

UNRAISED: Final = "unraised"
"""The kind of the remark."""
NAMED_MAX: Final = 3
UNHEARD: Final = "where Python can raise nothing"


@dataclass(frozen=True, slots=True)
class Late:
    """What was raised too late to end anything. The error itself is not kept: it would hold all that its frames hold.

    Args:
        outcome: what it means by itself.
        whose: who raised it.
        when: on the way out of what.
        counts: whether what passed has not passed by it.
    """

    outcome: Outcome
    whose: str
    when: str
    counts: bool

    @property
    def said(self) -> str:
        """All of it, in one line."""
        first = self.outcome.message.partition("\n")[0]
        return f"{self.whose} raised {cut(f'{self.outcome.property}: {first}', ERROR_LENGTH_MAX)}{self.when}"

    def over(self, outcome: Outcome) -> Outcome:
        """Return *outcome*, which passed, as it is by this."""
        own = self.outcome
        message = f"{own.message}\nraised by {self.whose}{self.when}"
        return msgspec.structs.replace(
            outcome, verdict=own.verdict, property=own.property, message=message, traceback=own.traceback
        )


@contextmanager
def unraised_heard(heard: list[Late]) -> Generator[None, None, None]:
    """Note in *heard* what is raised inside the block where Python can let nothing out.

    What is raised while Python collects circles at a moment of its own is no part of a run; of that, and of what is not
    the user's own, Python complains as ever.
    """
    before = sys.unraisablehook

    def hear(dropped: sys.UnraisableHookArgs) -> None:
        if is_known(dropped):
            return
        error = dropped.exc_value
        if error is None or _is_nobodys(error):
            before(dropped)
        else:
            heard.append(_late(dropped.object, error))

    def told(source: object, error: BaseException) -> None:
        if not _is_nobodys(error):
            heard.append(_late(source, error))

    sys.unraisablehook = hear
    try:
        with collections_heard(), told_unraised(told):
            yield
    finally:
        # Somebody else may listen in front of it meanwhile, and goes on to.
        if sys.unraisablehook is hear:
            sys.unraisablehook = before


def _is_nobodys(error: BaseException) -> bool:
    return (is_collecting() and not are_kept()) or is_interrupt(error) or not places_of(error)


def _late(source: object, error: BaseException) -> Late:
    """Return what was raised where Python lets go of something: whatever a ``__del__`` raises counts."""
    outcome = judge(error)
    is_last = hasattr(source, "gi_frame") or hasattr(source, "cr_frame") or hasattr(source, "ag_frame")
    when = f" on its way out, {UNHEARD}" if is_last else f", {UNHEARD}"
    counts = is_judgement(error) or (not is_last and outcome.property != SKIPPED)
    return Late(outcome, name_of(source), when, counts)


def late_farewells(farewells: list[Farewell]) -> list[Late]:
    """Return what coroutines have raised on their way out of a world, and forget the errors."""
    # Without a line of the user's own it is only that the coroutine had ended already.
    own = [each for each in farewells if places_of(each.error)]
    farewells.clear()
    return [
        Late(judge(each.error), each.whose, f" on its way out {each.when}", is_judgement(each.error)) for each in own
    ]


def with_late(outcome: Outcome, late: Sequence[Late]) -> Outcome:
    """Return *outcome* with what was raised too late: by the first that counts what passed has failed, or is an error;
    what does not hold comes before what went wrong. The rest is remarked."""
    first = decisive(late) if outcome.verdict is Verdict.PASSED else None
    outcome = outcome if first is None else first.over(outcome)
    said = remarks_of(each.said for each in late if each is not first)
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *said))


def decisive(late: Sequence[Late]) -> Late | None:
    """Return that by which what passed has not passed, or None."""
    counting = [each for each in late if each.counts]
    failed = [each for each in counting if each.outcome.verdict is Verdict.FAILED]
    return next(iter([*failed, *counting]), None)


def remarks_of(said: Iterable[str]) -> tuple[Remark, ...]:
    """Return lines as remarks, the first few of them."""
    lines = list(said)
    more = [f"and {len(lines) - NAMED_MAX:,} more"] if len(lines) > NAMED_MAX else []
    return tuple(Remark(UNRAISED, line) for line in (*lines[:NAMED_MAX], *more))
