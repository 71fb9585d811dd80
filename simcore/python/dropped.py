"""Coroutines of the user's own that are let go before they were ever awaited; Python itself only warns of them."""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from simcore.model.nested import leave
from simcore.model.places import CodePlace, is_own, is_simcore, place_of
from simcore.process.state.record import ALIVE
from simcore.python.generators import collections_heard, is_collecting, process_here

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from types import FrameType

    from simcore.process.state.record import ProcessRecord


_WARNS: Final = "_warn_unawaited_coroutine"
"""What Python asks to warn; it has no public name."""


class Dropped:
    """A coroutine that can never be awaited any more.

    Args:
        coroutine: as Python lets it go.
        frame: what ran when it did.
    """

    __slots__ = ("_made", "name", "place")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], frame: FrameType | None) -> None:
        code = coroutine.cr_code  # type: ignore[attr-defined]  # what is let go is no other kind of coroutine
        self.name: str = code.co_name
        self._made: CodePlace | None = place_of(code, None) if is_own(code.co_filename) else None
        self.place: CodePlace = _own_line(frame) or place_of(code, None)
        """The line that let go of it, mostly the one that made it; where that is over, its ``async def``."""

    @property
    def what(self) -> str:
        """What was never awaited, in words."""
        told = self._made is None or self._made == self.place
        return f"the coroutine {self.name}" if told else f"the coroutine {self.name} of {self._of}"

    @property
    def _of(self) -> str:
        assert self._made is not None
        return self._made.bare


def _own_line(frame: FrameType | None) -> CodePlace | None:
    """Return the user's line in *frame*, or in what has called that; None where simcore has called it."""
    while frame is not None and not is_simcore(frame.f_code.co_filename):
        if is_own(frame.f_code.co_filename):
            return place_of(frame.f_code, frame.f_lineno)
        frame = frame.f_back
    return None


# Of the module, because a coroutine may be made anywhere in the user's own code. The innermost one is told.
_outside: Final[list[list[Dropped]]] = []


@contextmanager
def dropped_outside() -> Generator[list[Dropped], None, None]:
    """Note what is let go inside the block, and outside of any process."""
    noted: list[Dropped] = []
    _outside.append(noted)
    try:
        with dropped_heard():
            yield noted
    finally:
        leave(_outside, noted)


@contextmanager
def dropped_heard() -> Generator[None, None, None]:
    """Hear of each coroutine that is let go inside the block: it is among what its process has never awaited.

    Python asks a function of its own to warn, once for each such coroutine and with no filter before it. Where it was
    a part of a circle it is let go whenever that is collected, so that no run may know of it; of those Python warns. A
    Python that asks no such function warns of all.
    """
    warn: Callable[[Any], object] | None = getattr(warnings, _WARNS, None)
    if warn is None:
        yield
        return

    def hear(coroutine: Coroutine[Any, Any, Any]) -> None:
        if is_collecting() or not _noted(coroutine, sys._getframe(1)):
            warn(coroutine)

    setattr(warnings, _WARNS, hear)
    try:
        with collections_heard():
            yield
    finally:
        setattr(warnings, _WARNS, warn)


def _noted(coroutine: Coroutine[Any, Any, Any], frame: FrameType | None) -> bool:
    """Note that *coroutine* was let go; tell whether there was anywhere to note it."""
    if is_simcore(coroutine.cr_code.co_filename):  # type: ignore[attr-defined]  # as in `Dropped`
        return False
    process = process_here()
    if process is not None:
        return _noted_of(process, Dropped(coroutine, frame))
    # What a library lets go may be left of an earlier run: it keeps errors, and they the frames that they went through.
    file = "" if frame is None else frame.f_code.co_filename
    if not _outside or not (is_own(file) or is_simcore(file)):
        return False
    _outside[-1].append(Dropped(coroutine, frame))
    return True


def _noted_of(process: ProcessRecord, dropped: Dropped) -> bool:
    """Note it among what the step of *process* has left unawaited. One that has ended awaits nothing more."""
    alive, unawaited = process.phase == ALIVE, process.front.unawaited
    if alive and isinstance(unawaited, dict):
        unawaited[dropped] = None
    return alive
