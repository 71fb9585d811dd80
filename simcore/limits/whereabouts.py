"""Where the user's code is at this moment, and whose it is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from simcore.limits.moving import running
from simcore.model.places import (
    CodePlace,
    is_made_by_hypothesis,
    is_of_installed,
    is_own,
    is_shipped_property,
    is_simcore,
    place_of,
    way_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import CodeType, FrameType


Made = TypeVar("Made", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the user's code is.

    Args:
        who: the process that acts, or the property that is asked; None where it is neither.
        places: the lines of the user's own on the way there, the innermost last.
    """

    who: str | None
    places: tuple[CodePlace, ...]

    def said(self, what: str) -> str:
        """Return whose code it is, in words; *what* is it where no process acts and no property is asked."""
        return what if self.who is None else self.who

    @property
    def at(self) -> str:
        """The innermost place, in words that follow others."""
        if not self.places:
            return ""
        place = self.places[-1]
        return f", at last in {place.function} ({place.shown})" if place.function else f", at last in {place.shown}"

    @property
    def way(self) -> tuple[str, ...]:
        """The places in words, where there are several."""
        return way_in_words(self.places)


def whereabouts(frame: FrameType | None, caller: FrameType | None = None) -> Whereabouts:
    """Return where the code of *frame* is.

    Of a process only what it has called itself counts, of what *caller* has called what lies inside of that.
    """
    found, inner = list[CodePlace](), None
    for each in _outwards(frame):
        if each is caller:
            break
        who = _spoken(each) or _acting(each, inner)
        if who is not None:
            return Whereabouts(who, tuple(reversed(found)))
        if is_own(each.f_code.co_filename):
            found.append(place_of(each.f_code, each.f_lineno))
        inner = each
    return Whereabouts(None, tuple(reversed(found)))


def _acting(frame: FrameType, inner: FrameType | None) -> str | None:
    return next((who for each in running() if (who := each.acting(frame, inner)) is not None), None)


_spoken_for: Final[dict[CodeType, Callable[[Mapping[str, Any]], str]]] = {}


def calls_for(name: Callable[[Mapping[str, Any]], str]) -> Callable[[Made], Made]:
    """Mark a function of simcore that calls code of the user's, which has a name.

    Args:
        name: says by the local names of the function whose code it is, in words.
    """

    def mark(function: Made) -> Made:
        _spoken_for[function.__code__] = name
        return function

    return mark


def _spoken(frame: FrameType) -> str | None:
    name = _spoken_for.get(frame.f_code)
    return None if name is None else name(frame.f_locals)


# -- whose work it is


class Work(Enum):
    """Whose work a look sees."""

    USERS = "of the user's code, or a library that it has called"
    BEGINS = "of an operation of simcore that the user's code has called, and that no look has seen before"
    GOES_ON = "of simcore, for as long as it takes"


def work_in(frame: FrameType | None, caller: FrameType | None) -> Work:
    """Return whose work is done in *frame*, inside of what *caller* has called.

    What comes with simcore to be asked of a world is its own work, as are the libraries that it calls. What it has
    called of another installed package is the user's: a behaviour may lie there.
    """
    operation, inner = None, None
    for each in _outwards(frame):
        if each is caller:
            break
        simcores = _is_simcores(each)
        if _is_users_own(each) or (simcores and inner is not None and _is_somebodys(inner)):
            return Work.USERS if operation is None else Work.GOES_ON if _was_seen(operation) else Work.BEGINS
        if simcores:
            operation = each
        inner = each
    return Work.GOES_ON


# Among the local names, which live as long as the call does: whoever kept the frame would keep all that it holds.
_SEEN: Final = "seen by a look at simcore"


def _was_seen(operation: FrameType) -> bool:
    """Tell whether *operation* was seen before, and is not another call of the same function; from now on it was."""
    names = operation.f_locals
    if names is operation.f_globals:
        # A file is imported once.
        return True
    known = _SEEN in names
    names[_SEEN] = True
    return known


def is_users(frame: FrameType | None, caller: FrameType | None = None) -> bool:
    """Tell whether it is the user's code that runs in *frame*, or a library that it has called, and not simcore.

    Where *caller* is given, only what that has called counts.
    """
    for each in _outwards(frame):
        if each is caller or each.f_code in _run_users or _is_simcores(each):
            return False
        if _is_users_own(each):
            return True
    return False


_run_users: Final[set[CodeType]] = set()


def runs_users(function: Made) -> Made:
    """Mark a *function* of simcore in which the user's code runs though no frame shows it: since that is no Python, or
    since it has stepped aside for what it asks for, and goes on at once."""
    _run_users.add(function.__code__)
    return function


def _is_users_own(frame: FrameType) -> bool:
    if frame.f_code in _run_users:
        return True
    file = _file_of(frame)
    return is_own(file) and not is_shipped_property(file) and not is_made_by_hypothesis(frame.f_globals)


def _is_simcores(frame: FrameType) -> bool:
    file = _file_of(frame)
    return frame.f_code not in _run_users and (is_simcore(file) or is_shipped_property(file))


def _is_somebodys(frame: FrameType) -> bool:
    """Tell whether it is code of an installed package that simcore itself has no use for."""
    return is_of_installed(_file_of(frame)) and not is_made_by_hypothesis(frame.f_globals)


def _file_of(frame: FrameType) -> str:
    """Return the file whose code it is: what was made of a text, as a dataclass does, is of the module that had it
    made; where that is unknown, of nobody, so that whoever has called it counts."""
    file = frame.f_code.co_filename
    if not file.startswith("<"):
        return file
    name = str(frame.f_globals.get("__name__", ""))
    made_in = getattr(sys.modules.get(name), "__file__", None)
    # What is typed into Python itself is the user's.
    return str(made_in or (file if name == "__main__" else ""))


# -- where nothing is raised


_nothing_raised_in: Final[set[CodeType]] = set()


def nothing_raised_in(function: Made) -> Made:
    """Mark a *function* that what is no Python has called: nothing is raised in it, but for what it raises itself."""
    _nothing_raised_in.add(function.__code__)
    return function


def may_be_raised_in(frame: FrameType | None) -> bool:
    """Tell whether anything may be raised in *frame*."""
    return frame is None or frame.f_code not in _nothing_raised_in


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
