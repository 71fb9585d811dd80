"""Where the user's code is at this moment, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from simcore.limits.moving import running
from simcore.model.places import CodePlace, is_own, is_simcore, place_of, way_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType


Made = TypeVar("Made", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the user's code is.

    Args:
        who: the process that acts; an empty text where somebody who looks on is asked, None where no world runs.
        places: the lines of the user's own on the way there, the innermost last.
    """

    who: str | None
    places: tuple[CodePlace, ...]

    def said(self, what: str) -> str:
        """Return whose code it is, in words; *what* is it where no process acts."""
        return self.who if self.who else "a property that is asked meanwhile" if self.who is not None else what

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
        who = _acting(each, inner)
        if who is not None:
            return Whereabouts(who, tuple(reversed(found)))
        if is_own(each.f_code.co_filename):
            found.append(place_of(each.f_code, each.f_lineno))
        inner = each
    return Whereabouts(None, tuple(reversed(found)))


def _acting(frame: FrameType, inner: FrameType | None) -> str | None:
    return next((who for each in running() if (who := each.acting(frame, inner)) is not None), None)


def is_users(frame: FrameType | None, caller: FrameType | None = None) -> bool:
    """Tell whether it is the user's code that runs in *frame*, or a library that it has called, and not simcore.

    Where *caller* is given, only what that has called counts.
    """
    for each in _outwards(frame):
        if each is caller or is_simcore(each.f_code.co_filename):
            return False
        if is_own(each.f_code.co_filename):
            return True
    return False


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
