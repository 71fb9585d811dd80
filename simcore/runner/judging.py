"""From what left a body to a verdict."""

from __future__ import annotations

import linecache
import re
import traceback
from typing import Final

import msgspec

from simcore.check.endless import is_livelock
from simcore.limits.limit import OPTION
from simcore.model.errors import (
    BoundReached,
    Failure,
    ForeignUse,
    InternalError,
    ProcessError,
    SimcoreError,
    StepTimeout,
    UsageError,
)
from simcore.model.foreign import foreign_use
from simcore.model.interrupts import is_interrupt
from simcore.model.library_words import says_fail, says_skip, says_xfail
from simcore.model.outcome import Outcome, Verdict
from simcore.model.places import is_simcore, places_of, way_in_words, with_place
from simcore.model.said import below, notes_of
from simcore.model.stable import stable
from simcore.model.texts import attempted, class_name, text_of

FOREIGN: Final = "foreign"
"""What stands in the place of a bound where something was used that is not part of the simulation."""
SKIPPED: Final = "skipped"
"""The property of what said itself that it is not to be tried."""
XFAIL: Final = "xfail"
"""The property of what was left by ``pytest.xfail``: it would fail from there on, and somebody knows."""


class Judged(SimcoreError):
    """What was judged already, raised so that it ends what it is of.

    Args:
        outcome: what it came to.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome

    def __str__(self) -> str:
        return self.outcome.message


def judge(error: BaseException | None) -> Outcome:
    """Return the outcome that *error* means; None means that the item passed.

    What fails since something is missing that is not part of the simulation has shown nothing.

    Raises:
        InternalError: an assertion of simcore itself did not hold.
    """
    outcome = _in_plain_texts(_looked_at(error))
    if outcome.verdict is Verdict.PASSED or not foreign_use(outcome.message.partition("\n")[0]):
        return outcome
    return msgspec.structs.replace(outcome, verdict=Verdict.INCONCLUSIVE, property=FOREIGN)


_TRACEBACK: Final = BaseException.__dict__["__traceback__"]


def _in_plain_texts(outcome: Outcome) -> Outcome:
    """Return *outcome* with texts of Python's own kind: a ``Failure`` of the user's may have anything for one."""
    texts = (outcome.property, outcome.message)
    if all(type(each) is str for each in texts):
        return outcome
    property_name, message = map(text_of, texts)
    return msgspec.structs.replace(outcome, property=property_name, message=message)


def readable(error: BaseException) -> BaseException:
    """Return *error*, or what has judged it already where it cannot be asked for its class, or says another one."""
    strange = _lie(error) or (isinstance(error, Failure) and not _is_plain(error))
    # Past whatever it makes of the names of its own parts.
    return Judged(judge(error)).with_traceback(_TRACEBACK.__get__(error)) if strange else error


def _is_plain(error: Failure) -> bool:
    return type(error.property_name) is str and type(error.message) is str


def _lie(error: BaseException) -> str:
    """Return in words how *error* does not say its class, if so: it would be taken for another one."""
    try:
        said = error.__class__
    except BaseException as problem:
        if is_interrupt(problem):
            raise
        return f"raises {class_name(problem)} when it is looked at"
    return "" if said is type(error) else "says that it is of another class"


def _looked_at(error: BaseException | None) -> Outcome:
    lie = "" if error is None else _lie(error)
    if lie:
        return Outcome(Verdict.ERROR, class_name(error), f"{class_name(error)}, which {lie}")
    try:
        if isinstance(error, Judged):
            return error.outcome
        if isinstance(error, StepTimeout):
            return Outcome(Verdict.ERROR, OPTION, error.message, traceback=error.way)
        return _judged(error)
    except InternalError:
        raise
    # To ask an object for its class is to call the user's code.
    except BaseException as problem:
        if error is None or is_interrupt(problem):
            raise
        raises = f"{class_name(error)}, which raises {class_name(problem)} when it is looked at"
        return Outcome(Verdict.ERROR, class_name(error), raises)


def _judged(error: BaseException | None) -> Outcome:
    # The order counts: a Failure is an AssertionError as well, and is to be told by its own name.
    match error:
        case None:
            return Outcome(Verdict.PASSED)
        case Failure():
            # What simcore found has no place in the user's code, but what it was made of may have.
            way = way_in_words(places_of(error)) if error.__cause__ is not None else ()
            message = with_notes(error, error.message) if is_livelock(error) else error.message
            return Outcome(Verdict.FAILED, error.property_name, message, traceback=way)
        case BoundReached():
            return Outcome(Verdict.INCONCLUSIVE, error.option, with_notes(error, str(error)))
        case ForeignUse():
            return Outcome(Verdict.INCONCLUSIVE, FOREIGN, str(error))
        case ProcessError():
            return _raised(Verdict.FAILED, "result", placed(text_of(error.message), error), error)
        case AssertionError():
            return _raised(Verdict.FAILED, "assert", claim(error), error)
        case UsageError():
            return Outcome(Verdict.ERROR, "usage", placed(stable(str(error)), error))
        case InternalError():
            raise error
        case _ if (said := _said_by_a_test_library(error)) is not None:
            return said
        case _:
            text = attempted(lambda: _formatted(error), lambda _: text_of(error))
            kind = class_name(error)
            # Python names the module as well, of a class that is not built in.
            return _raised(Verdict.ERROR, kind, placed(re.sub(rf"^[\w.<>]*\b{kind}: ", "", text), error), error)


def with_notes(error: BaseException, text: str) -> str:
    """Return *text* with the notes of *error* below it: of what ends a run before its end, who went on."""
    return "\n".join((text, *(stable(text_of(note)) for note in notes_of(error))))


def _formatted(error: BaseException) -> str:
    """Return what Python prints of *error*, but for its notes, which stand below it like all else."""
    formatted = traceback.TracebackException.from_exception(error)
    formatted.__notes__ = []
    return "".join(formatted.format_exception_only()).strip()


def _raised(verdict: Verdict, property_name: str, message: str, error: BaseException) -> Outcome:
    lines = "\n".join((message, *below(error)))
    return Outcome(verdict, property_name, lines, traceback=way_in_words(places_of(error)))


def _said_by_a_test_library(error: BaseException) -> Outcome | None:
    """Return what the words of unittest and pytest mean."""
    if says_skip(error):
        word = XFAIL if says_xfail(error) else SKIPPED
        return _raised(Verdict.SKIPPED, word, placed(text_of(error) or "no reason is given", error), error)
    if says_fail(error):
        return _raised(Verdict.FAILED, "assert", placed(text_of(error) or "pytest.fail", error), error)
    return None


def claim(error: AssertionError) -> str:
    """Return what an assertion claimed: its message, else its own line of code, with its place.

    Raises:
        InternalError: it is one of simcore's own.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    if frames and is_simcore(frames[-1][0].f_code.co_filename):
        said = (
            f"an assertion of simcore does not hold: {error}" if str(error) else "an assertion of simcore does not hold"
        )
        raise InternalError(placed(said, error)) from error
    text = text_of(error)
    if not text and frames:
        frame, line = frames[-1]
        text = linecache.getline(frame.f_code.co_filename, line).strip()
    return placed(text or "an assertion does not hold", error)


def placed(text: str, error: BaseException) -> str:
    """Return *text* with ``file:line`` of where the user's code raised *error*; never a path of the machine.

    What happened in Lua has no such place: its *text* names it already.
    """
    return with_place(text, places_of(error))
