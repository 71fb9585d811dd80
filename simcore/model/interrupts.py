"""Whose a KeyboardInterrupt is: somebody's Ctrl-C, or the program's own.

The handler of the signal is what is believed, and not the exception: the user's code may raise one of its own, and it
may catch ours. What the handler has heard stays *pending* until whoever ends the command has taken it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import CodeType, FrameType

Made = TypeVar("Made", bound="Callable[..., Any]")


class Interrupted(KeyboardInterrupt):
    """What somebody's Ctrl-C raises, or a request of the machine to end; nobody but the command may catch it."""


class _Heard:
    """What was heard of signals.

    Args:
        listening: whether a handler of ours is in force, so that each interrupt is an ``Interrupted``.
        pending: whether somebody wants the command to end, and nobody has seen to it yet.
        leaving: the module and the name of each exception by which somebody leaves a prompt, and all with it.
        left_by: the one by which that was done, or None.
    """

    listening: bool = False
    pending: bool = False
    leaving: tuple[tuple[str, str], ...] = ()
    left_by: BaseException | None = None


QUIT: Final = ("bdb", "BdbQuit")
"""What Python's debugger raises where somebody quits it."""
heard: Final = _Heard()
_playing: Final[set[CodeType]] = set()
_undisturbed: Final[set[CodeType]] = set()


def hears_interrupts() -> bool:
    """Tell whether this process hears a Ctrl-C at all; where it does not, a KeyboardInterrupt is the program's own."""
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def is_interrupt(error: BaseException) -> bool:
    """Tell whether *error* is somebody's Ctrl-C, which nobody but the command may catch.

    Where a command of ours listens, that is what its handler raises; elsewhere, as under pytest, nobody can tell.
    """
    # Of the type alone: an object may say of itself that it is of any class.
    if issubclass(type(error), Interrupted) or leaves_a_prompt(error):
        return True
    return issubclass(type(error), KeyboardInterrupt) and not heard.listening and hears_interrupts()


@contextlib.contextmanager
def past_what_lies() -> Generator[None, None, None]:
    """Go on behind the block where an object of the user's raises because it is looked at, whatever that is; but not
    where somebody interrupts."""
    try:
        yield
    except BaseException as error:
        if is_interrupt(error):
            raise


def leaves_a_prompt(error: BaseException) -> bool:
    """Tell whether *error* says that somebody has quit a debugger, where there is one, and wants to see no more."""
    return _is_of(error, heard.leaving)


def is_quit(error: BaseException) -> bool:
    """Tell whether *error* is what Python's debugger raises where somebody quits it."""
    return _is_of(error, (QUIT,))


def _is_of(error: BaseException, kinds: tuple[tuple[str, str], ...]) -> bool:
    # Where a module is not loaded nobody has raised what stands in it.
    known = tuple(getattr(sys.modules.get(module), name, ()) for module, name in kinds)
    return issubclass(type(error), known)


@contextlib.contextmanager
def leaving_by(*kinds: tuple[str, str]) -> Generator[None, None, None]:
    """Let exceptions of *kinds* leave all that is played inside the block, as a Ctrl-C does."""
    before = heard.leaving
    heard.leaving = (*before, *kinds)
    try:
        yield
    finally:
        heard.leaving = before


@contextlib.contextmanager
def quitting() -> Generator[None, None, None]:
    """Let who quits Python's debugger inside the block end all, as a Ctrl-C does."""
    try:
        with leaving_by(QUIT):
            yield
    except BaseException as error:
        if is_quit(error):
            insist_on_leaving(error)
            raise Interrupted from error
        raise


def insist_on_leaving(error: BaseException) -> None:
    """Somebody has left by *error*, which the user's code may catch; where a command listens it ends."""
    heard.pending, heard.left_by = heard.listening, error


def refuse_to_go_on() -> None:
    """Do what an interrupt says that the user's code has caught.

    Raises:
        Interrupted: somebody wants the command to end.
    """
    if heard.pending:
        raise Interrupted


def taken() -> None:
    """Say that somebody sees to it that the command ends. What is heard from now on is another interrupt."""
    heard.pending = False


def playing(function: Made) -> Made:
    """Mark a *function* that calls the user's code: an interrupt is raised in it, wherever that code is."""
    _playing.add(function.__code__)
    return function


def undisturbed(function: Made) -> Made:
    """Mark a *function* that asks by itself what is pending: nothing is raised in it, but for what it calls that is
    ``playing``."""
    _undisturbed.add(function.__code__)
    return function


def may_raise(frame: FrameType | None) -> bool:
    """Tell whether an interrupt that is heard in *frame* may be raised there: what is nearest decides.

    The frames are asked and no flag, since a flag has an instant before it is set and one after.
    """
    while frame is not None:
        if frame.f_code in _playing:
            return True
        if frame.f_code in _undisturbed:
            return False
        frame = frame.f_back
    return True
