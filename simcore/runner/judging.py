"""From what left a body to a verdict."""

from __future__ import annotations

import linecache
import traceback
from pathlib import PurePath
from typing import Final

from simcore.model.errors import BoundReached, Failure, InternalError, ProcessError, UsageError
from simcore.model.outcome import Outcome, Verdict

_PACKAGE: Final = PurePath(__file__).parents[1]
_CATALOG: Final = _PACKAGE / "_catalog"
"""Where an installed simcore keeps the shipped scenarios: users' code, though it lies inside the package."""


def judge(error: BaseException | None) -> Outcome:
    """Return the outcome that *error* means; None means that the item passed.

    Raises:
        InternalError: an assertion of simcore itself did not hold.
    """
    match error:
        case None:
            return Outcome(Verdict.PASSED)
        case Failure():
            return Outcome(Verdict.FAILED, error.property_name, error.message)
        case BoundReached():
            return Outcome(Verdict.INCONCLUSIVE, error.option, str(error))
        case ProcessError():
            return Outcome(Verdict.FAILED, "result", f"{error.message} ({place(error)})")
        case AssertionError():
            return Outcome(Verdict.FAILED, "assert", claim(error))
        case UsageError():
            return Outcome(Verdict.ERROR, "usage", str(error))
        case InternalError():
            raise error
        case _:
            text = "".join(traceback.format_exception_only(error)).strip()
            return Outcome(Verdict.ERROR, type(error).__name__, f"{text} ({place(error)})")


def claim(error: AssertionError) -> str:
    """Return what an assertion claimed: its message, else its own line of code, with its place.

    Raises:
        InternalError: it is one of simcore's own.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if frames and _is_ours(frames[-1].filename):
        raise InternalError(f"an assertion of simcore does not hold: {place(error)}") from error
    text = str(error)
    if not text and frames:
        text = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip()
    return f"{text} ({place(error)})" if frames else text or "an assertion does not hold"


def place(error: BaseException) -> str:
    """Return ``file:line`` of the innermost frame that is not simcore's own; never a path of the machine."""
    frames = traceback.extract_tb(error.__traceback__)
    outside = [frame for frame in frames if not _is_ours(frame.filename)]
    for frame in reversed(outside or frames):
        return f"{PurePath(frame.filename).name}:{frame.lineno}"
    return "no place"


def _is_ours(file: str) -> bool:
    path = PurePath(file)
    return path.is_relative_to(_PACKAGE) and not path.is_relative_to(_CATALOG)
