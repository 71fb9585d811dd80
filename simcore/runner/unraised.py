"""What the user's own code raises where that can end nothing: in a ``__del__``, and on its way out of a world."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simcore.limits.unraisable import is_known, told_unraised
from simcore.model.interrupts import is_interrupt
from simcore.model.library_words import is_judgement
from simcore.model.outcome import Verdict
from simcore.model.places import is_own, places_of
from simcore.model.shapes import code_of, name_of
from simcore.python.generators import collections_heard, is_collecting
from simcore.runner.circles import are_kept
from simcore.runner.judging import judge
from simcore.runner.late import Late, unheard
from simcore.runner.threads import OF_ITS_OWN, UNAWAITED

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.process.state.farewell import Farewell

UNHEARD: Final = "where Python can raise nothing"
_OF_A_THREAD: Final = "in thread started by"
"""So Python says it of a thread of ``_thread``."""


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
        if error is None or _is_nobodys(error) or not _is_of_python(dropped.object):
            before(dropped)
        elif _OF_A_THREAD in (dropped.err_msg or ""):
            heard.append(Late(judge(error), OF_ITS_OWN, UNAWAITED, is_judgement(error)))
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
        else:
            heard += unheard(sys.unraisablehook, "sys.unraisablehook", "what is raised in a `__del__`")


def _is_nobodys(error: BaseException) -> bool:
    return (is_collecting() and not are_kept()) or is_interrupt(error) or not places_of(error)


def _is_of_python(source: object) -> bool:
    """Tell whether *source* is code that somebody wrote, and no file that complains that nobody has closed it."""
    return _is_suspended(source) or code_of(source) is not None


def _is_suspended(source: object) -> bool:
    return any(hasattr(source, name) for name in ("gi_frame", "cr_frame", "ag_frame"))


def _late(source: object, error: BaseException) -> Late:
    """Return what was raised where Python lets go of something: whatever a ``__del__`` of the user's own raises
    counts."""
    outcome, suspended = judge(error), _is_suspended(source)
    code = None if suspended else code_of(source)
    is_own_del = code is not None and is_own(code.co_filename)
    when = f" on its way out, {UNHEARD}" if suspended else f", {UNHEARD}"
    counts = is_judgement(error) or (is_own_del and outcome.verdict is not Verdict.SKIPPED)
    return Late(outcome, name_of(source), when, counts)


def late_farewells(farewells: list[Farewell]) -> list[Late]:
    """Return what coroutines have raised on their way out of a world, and forget the errors."""
    # Without a line of the user's own it is only that the coroutine had ended already.
    own = [each for each in farewells if places_of(each.error)]
    farewells.clear()
    return [
        Late(judge(each.error), each.whose, f" on its way out {each.when}", is_judgement(each.error)) for each in own
    ]
