"""Hearing that somebody wants the command to end: Ctrl-C, SIGTERM by which a CI ends a job, SIGHUP of a terminal that
is gone. What was done until then is kept, whatever the user's code does with what is raised in it."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simcore.campaign.machine import exit_now, run_functions_for_the_end
from simcore.campaign.offspring import end_all
from simcore.limits import ending
from simcore.model.interrupts import Interrupted, heard, may_raise

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

AGAIN_S: Final = 0.05
"""An interrupt is raised again this often, until somebody has taken it."""
PATIENCE: Final = 30
"""Code that has caught it so many times is not waited for any more."""
WAITING_MAX: Final = 100
"""So many times it is waited, where nothing may be raised, for somebody who takes it."""
SENT_MAX: Final = 200
"""It is sent so many times, if nobody even hears it."""
EXIT_CODE: Final = 130
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class _Raised:
    """How often an interrupt was raised that nobody has taken, how often it could not be, and whether a thread sends it
    again."""

    times: int = 0
    waited: int = 0
    repeating: bool = False
    ending: bool = False


_raised: Final = _Raised()
_taken: Final[dict[int, None]] = {}
"""The signals that are heard: those that were not ignored when the command began."""


@contextlib.contextmanager
def listening() -> Generator[None, None, None]:
    """Hear these signals inside the block; what was ignored, as under ``nohup``, stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}
    hook, sys.unraisablehook = sys.unraisablehook, _quiet(sys.unraisablehook)
    heard.pending, heard.left_by, heard.listening = False, None, _listens(before)
    _raised.times, _raised.ending = 0, False
    try:
        yield
    finally:
        heard.listening = heard.pending = False
        _taken.clear()
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


def _listens(before: dict[int, Any]) -> bool:
    """Put our handler in the place of those *before*; tell whether it hears a Ctrl-C."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, _hear)
            _taken[number] = None
    return signal.SIGINT in before


def insist() -> None:
    """Hear them again where the user's code has put handlers of its own in their place, or ignores them."""
    if heard.listening and threading.current_thread() is threading.main_thread():
        for number in _taken:
            if signal.getsignal(number) is not _hear:
                signal.signal(number, _hear)


@contextlib.contextmanager
def last_words(say: Callable[[], object]) -> Generator[None, None, None]:
    """Let *say* be called, in the middle of the user's code, where that cannot be ended inside the block; then the
    process ends."""
    ending.last_words.append(say)
    try:
        yield
    finally:
        ending.last_words.remove(say)


def _hear(number: int, frame: FrameType | None) -> None:
    if not heard.pending:
        _raised.times = _raised.waited = 0
    heard.pending = True
    if not _raised.repeating:
        _raised.repeating = True
        # Not by `threading`, whose locks the code may hold that this has come in the middle of.
        _thread.start_new_thread(_send_again, (number,))
    raises = may_raise(frame)
    _raised.times += raises
    _raised.waited += not raises
    if _raised.times > PATIENCE or _raised.waited > WAITING_MAX:
        _give_up()
    if raises:
        raise Interrupted


def _send_again(number: int) -> None:
    """Send *number* again as long as nobody has taken it: it may have been caught, or come where it is dropped."""
    sent = 0
    while _is_wanted():
        threading.Event().wait(AGAIN_S)
        if _is_wanted():
            sent += 1
            if sent > SENT_MAX:
                # Python hears of a signal between two of its own instructions only.
                exit_now(EXIT_CODE)
            _send(number)
    _raised.repeating = False


def _is_wanted() -> bool:
    return heard.pending and heard.listening


def _send(number: int) -> None:
    main = threading.main_thread().ident
    # To the thread, where that can be done, so that what waits there is woken.
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:
        _thread.interrupt_main(signal.Signals(number))


def end(code: int) -> NoReturn:
    """End the process with *code*, whatever the user's code has left in it: threads that go on, and functions for the
    end, which have no say in it. Who is impatient now ends it at once, with the same code."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is _hear:
            signal.signal(number, lambda *_: exit_now(code))
    run_functions_for_the_end()
    end_all()
    _leave(code)


def _leave(code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        # The user's code may have put anything in their place.
        with contextlib.suppress(BaseException):
            stream.flush()
    exit_now(code)


def _give_up() -> NoReturn:
    """End the process though the user's code goes on, once what is known is told."""
    if not _raised.ending:
        _raised.ending, _raised.times, _raised.waited = True, 0, 0
        with contextlib.suppress(BaseException):
            for say in ending.last_words[-1:]:
                say()
    end_all()
    _leave(EXIT_CODE)


def _quiet(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return *hook* for what Python drops, as in a callback of the collector; an interrupt comes again."""

    def heard_of(dropped: sys.UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, Interrupted):
            hook(dropped)

    return heard_of
