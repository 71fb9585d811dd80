"""What the user's own code raises too late to end anything: it decides by what it says, or is a remark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.outcome import Outcome, Remark, Verdict
from simcore.model.places import is_own
from simcore.model.shapes import code_of
from simcore.model.text import cut, few
from simcore.runner.conclusion import ERROR_LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNRAISED: Final = "unraised"
"""The kind of the remark."""
NAMED_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Late:
    """What was raised too late to end anything. The error itself is not kept: it would hold all that its frames hold.

    Args:
        outcome: what it means by itself.
        whose: who raised it.
        when: on the way out of what.
        counts: whether what passed has not passed by it.
        text: all of it in one line, where nothing was raised that is known.
    """

    outcome: Outcome
    whose: str
    when: str
    counts: bool
    text: str = ""

    @property
    def said(self) -> str:
        """All of it, in one line."""
        if self.text:
            return self.text
        first = self.outcome.message.partition("\n")[0]
        return f"{self.whose} raised {cut(f'{self.outcome.property}: {first}', ERROR_LENGTH_MAX)}{self.when}"

    def over(self, outcome: Outcome) -> Outcome:
        """Return *outcome*, which passed, as it is by this."""
        own = self.outcome
        message = f"{own.message}\nraised by {self.whose}{self.when}"
        return msgspec.structs.replace(
            outcome, verdict=own.verdict, property=own.property, message=message, traceback=own.traceback
        )


def with_late(outcome: Outcome, late: Sequence[Late]) -> Outcome:
    """Return *outcome* with what was raised too late: by the first that counts what passed has failed, or is an error;
    what does not hold comes before what went wrong. The rest is remarked."""
    first = decisive(late) if outcome.verdict is Verdict.PASSED else None
    outcome = outcome if first is None else first.over(outcome)
    said = remarks_of(each.said for each in late if each is not first)
    return msgspec.structs.replace(outcome, remarks=(*outcome.remarks, *said))


def unheard(hook: object, name: str, what: str) -> list[Late]:
    """Return what is to be remarked where the user's own *hook* stands in the place of that of *name*: nobody hears
    *what* is raised then. Nothing where it is not the user's own."""
    code = code_of(hook)
    if code is None or not is_own(code.co_filename):
        return []
    text = f"it has put a hook of its own in the place of {name}, so that {what} is not heard"
    return [Late(Outcome(Verdict.PASSED), "", "", counts=False, text=text)]


def decisive(late: Sequence[Late]) -> Late | None:
    """Return that by which what passed has not passed, or None."""
    counting = [each for each in late if each.counts]
    failed = [each for each in counting if each.outcome.verdict is Verdict.FAILED]
    return next(iter([*failed, *counting]), None)


def remarks_of(said: Iterable[str]) -> tuple[Remark, ...]:
    """Return lines as remarks, the first few of them."""
    return tuple(Remark(UNRAISED, line) for line in few(list(said), NAMED_MAX))
