"""From what left a body to a verdict."""

from __future__ import annotations

import linecache
import signal
import sys
import traceback
from pathlib import PurePath
from typing import Final

from simcore.model.errors import BoundReached, Failure, InternalError, ProcessError, UsageError
from simcore.model.outcome import Outcome, Verdict

_PACKAGE: Final = PurePath(__file__).parents[1]
SKIPPED: Final = "skipped"
"""The property of what said itself that it is not to be tried."""
_CATALOG: Final = _PACKAGE / "_catalog"
"""Where an installed simcore keeps the shipped scenarios: users' code, though it lies inside the package."""


def judge(error: BaseException | None) -> Outcome:
    """Return the outcome that *error* means; None means that the item passed.

    Raises:
        InternalError: an assertion of simcore itself did not hold.
    """
    # The order counts: a Failure is an AssertionError as well, and is to be told by its own name.
    match error:
        case None:
            return Outcome(Verdict.PASSED)
        case Failure():
            return Outcome(Verdict.FAILED, error.property_name, error.message)
        case BoundReached():
            return Outcome(Verdict.INCONCLUSIVE, error.option, str(error))
        case ProcessError():
            return Outcome(Verdict.FAILED, "result", placed(error.message, error))
        case AssertionError():
            return Outcome(Verdict.FAILED, "assert", claim(error))
        case UsageError():
            return Outcome(Verdict.ERROR, "usage", str(error))
        case InternalError():
            raise error
        case _ if (said := _said_by_a_test_library(error)) is not None:
            return said
        case _:
            text = "".join(traceback.format_exception_only(error)).strip()
            kind = type(error).__name__
            return Outcome(Verdict.ERROR, kind, placed(text.removeprefix(f"{kind}: "), error))


def _said_by_a_test_library(error: BaseException) -> Outcome | None:
    """Return what the words of unittest and pytest mean. Where such a library is not loaded nobody has said them."""
    pytest, unittest = sys.modules.get("_pytest.outcomes"), sys.modules.get("unittest.case")
    skips = [unittest.SkipTest] if unittest else []
    skips += [pytest.Skipped, pytest.XFailed] if pytest else []
    if isinstance(error, tuple(skips)):
        return Outcome(Verdict.INCONCLUSIVE, SKIPPED, placed(str(error) or "no reason is given", error))
    if pytest and isinstance(error, pytest.Failed):
        return Outcome(Verdict.FAILED, "assert", placed(str(error) or "pytest.fail", error))
    return None


def hears_interrupts() -> bool:
    """Tell whether a KeyboardInterrupt in this process is somebody's Ctrl-C; where that is not heard it is the
    program's own."""
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def claim(error: AssertionError) -> str:
    """Return what an assertion claimed: its message, else its own line of code, with its place.

    Raises:
        InternalError: it is one of simcore's own.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if frames and _is_ours(frames[-1].filename):
        said = (
            f"an assertion of simcore does not hold: {error}" if str(error) else "an assertion of simcore does not hold"
        )
        raise InternalError(placed(said, error)) from error
    text = str(error)
    if not text and frames:
        text = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip()
    return placed(text or "an assertion does not hold", error)


def placed(text: str, error: BaseException) -> str:
    """Return *text* with ``file:line`` of the innermost frame that is not simcore's own; never a path of the machine.

    What happened in Lua has no such frame: its *text* names its place already.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not _is_ours(frame.filename):
            return f"{text} ({PurePath(frame.filename).name}:{frame.lineno})"
    return text


def _is_ours(file: str) -> bool:
    path = PurePath(file)
    return path.is_relative_to(_PACKAGE) and not path.is_relative_to(_CATALOG)
