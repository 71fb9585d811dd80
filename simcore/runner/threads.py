"""Threads that the user's own code starts: nobody waits for what one raises, so it is heard here, for its item."""

from __future__ import annotations

import _thread
import gc
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from simcore.model.library_words import is_judgement
from simcore.model.places import is_own, is_simcore, place_of, places_of
from simcore.model.shapes import code_of, name_of
from simcore.runner.judging import judge
from simcore.runner.late import Late, unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import CodeType, FrameType

REST_S: Final = 0.2
"""A thread that nobody has waited for gets so long to end before its schedule is judged."""
RESTS_MAX: Final = 2
"""Where so many of a function were not over by then, no other of it is waited for."""
STRAYS_MAX: Final = 1_000
"""What so many threads raise after their items is kept until somebody asks."""
MORE_STRAYS: Final = "more was raised by threads after it was over, of this item or of others, and is not told"
OF_ITS_OWN: Final = "a thread of its own"
UNAWAITED: Final = ", where nobody waits for it"
TOO_LATE: Final = ", after the schedule was over that had started it"

# Of the module, because a thread may outlive whoever could keep it.
_whose: Final[dict[int, str]] = {}
"""The items whose threads have outlived a schedule or an example of theirs, by what Python calls each thread."""
_strays: Final[list[tuple[str, str]]] = []
_outlived: Final[dict[str, int]] = {}


class Threads:
    """Those that are started while somebody hears of them.

    Args:
        id: the item that starts them.
    """

    def __init__(self, id: str) -> None:
        self._id = id
        self._before = _alive()

    def rest(self) -> None:
        """Let those that are about to end do so, so that what they raise is of the schedule that has started them."""
        for thread in threading.enumerate():
            named = _runs(thread)
            if thread.ident in self._before or _outlived.get(named, 0) >= RESTS_MAX or not thread.ident:
                continue
            thread.join(REST_S)
            if thread.is_alive():
                self._before.add(thread.ident)
                _outlived[named] = _outlived.get(named, 0) + 1

    def hear(self, error: BaseException, late: list[Late]) -> bool:
        """Hear what this thread has raised, and tell whether that was anybody's."""
        ident = threading.get_ident()
        whose = _whose.get(ident)
        if whose is not None and whose != self._id:
            note_stray(whose, error)
        elif whose is not None:
            late.append(Late(judge(error), OF_ITS_OWN, TOO_LATE, counts=False))
        elif ident in self._before:
            return False
        else:
            late.append(Late(judge(error), OF_ITS_OWN, UNAWAITED, counts=is_judgement(error)))
        return True

    def leave(self, begun: set[int]) -> None:
        """Know whose those are that still go on; *begun* were there before."""
        alive = _alive()
        for ident in [each for each in _whose if each not in alive]:
            del _whose[ident]
        _whose.update({ident: self._id for ident in alive - begun if ident not in _whose})
        hear_strays()


@contextmanager
def threads_heard(id: str, late: list[Late]) -> Generator[Threads, None, None]:
    """Note in *late* what threads raise that are started inside the block, by the item *id*.

    What does not hold counts; a thread that outlives the block may raise what it likes, and that is only said.
    """
    before, threads, begun = threading.excepthook, Threads(id), _alive()

    def hear(raised: threading.ExceptHookArgs) -> None:
        error = raised.exc_value
        if issubclass(raised.exc_type, SystemExit):
            # So a thread may end itself, as Python has it.
            return
        if error is None or not _is_the_users(error) or not threads.hear(error, late):
            before(raised)

    threading.excepthook = hear
    try:
        yield threads
    finally:
        if threading.excepthook is hear:
            threading.excepthook = before
        else:
            late += unheard(threading.excepthook, "threading.excepthook", "what its threads raise")
        threads.leave(begun)


def note_stray(id: str, error: BaseException) -> None:
    """Keep what a thread of the item *id* has raised, which is not played any more."""
    late = Late(judge(error), "a thread that it had started", " after it was over", counts=False)
    if len(_strays) < STRAYS_MAX:
        _strays.append((id, late.said))
    elif len(_strays) == STRAYS_MAX:
        _strays.append((id, MORE_STRAYS))


def hear_strays() -> None:
    """Hear from now on what threads raise whose items are not played any more, if there are any."""
    if _whose and not isinstance(threading.excepthook, _StrayHook):
        threading.excepthook = _StrayHook(threading.excepthook)


def strays() -> list[tuple[str, str]]:
    """Return what threads raised whose items are not played any more, each with the id, and forget it."""
    found = list(_strays)
    del _strays[: len(found)]
    return found


class _StrayHook:
    """Hears what threads raise that have outlived their items, and hands on all else.

    Args:
        before: who hears of the rest.
    """

    def __init__(self, before: Callable[[threading.ExceptHookArgs], Any]) -> None:
        self._before = before

    def __call__(self, raised: threading.ExceptHookArgs) -> None:
        """Hear of it."""
        whose, error = _whose.get(threading.get_ident()), raised.exc_value
        if whose is None or error is None or not _is_the_users(error):
            self._before(raised)
        else:
            note_stray(whose, error)


def _is_the_users(error: BaseException) -> bool:
    return not issubclass(type(error), SystemExit) and bool(places_of(error))


def _alive() -> set[int]:
    return {thread.ident for thread in threading.enumerate() if thread.ident is not None}


# -- which they are


def running_threads() -> dict[int, str]:
    """Return what each thread of this process runs, in words, but for this one and those of simcore."""
    here, known = threading.get_ident(), threading.enumerate()
    found = {each.ident: _in_words(each) for each in known if each.ident is not None and each.ident != here}
    # Both are CPython's own; without them those alone are known that `threading` has started.
    if hasattr(_thread, "_count") and hasattr(sys, "_current_frames") and _thread._count() >= len(known):
        found = {**_of_frames(), **found}
    return {ident: f"a thread that runs {text}" for ident, text in found.items() if text}


def _in_words(thread: threading.Thread) -> str:
    function = _function_of(thread)
    if function is None and type(thread).run is not threading.Thread.run:
        function = type(thread).run
    if function is None:
        return type(thread).__qualname__
    code = code_of(function)
    if code is None or not is_own(code.co_filename):
        return "" if code is not None and is_simcore(code.co_filename) else name_of(function)
    return f"{code.co_qualname} ({place_of(code, None).shown})"


def _of_frames() -> dict[int, str]:
    """Return the same of those that Python's ``threading`` does not know, by where they have begun."""
    enabled = gc.isenabled()
    # Python holds a lock meanwhile that the end of a collected object may wait for, for ever.
    gc.disable()
    try:
        frames = sys._current_frames()
    finally:
        if enabled:
            gc.enable()
    begun = {ident: list(_codes(frame))[-1] for ident, frame in frames.items() if ident != threading.get_ident()}
    # It holds this frame, which holds it.
    frames.clear()
    own = {ident: code for ident, code in begun.items() if is_own(code.co_filename)}
    return {ident: f"{code.co_qualname} ({place_of(code, None).shown})" for ident, code in own.items()}


def _codes(frame: FrameType | None) -> Iterator[CodeType]:
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


def _runs(thread: threading.Thread) -> str:
    function = _function_of(thread)
    return type(thread).__qualname__ if function is None else name_of(function)


def _function_of(thread: threading.Thread) -> object:
    """Return what *thread* calls, or a timer will."""
    return getattr(thread, "_target", None) or getattr(thread, "function", None)
