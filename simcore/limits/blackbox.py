"""What a process that plays writes down for the one that has asked it: how it gets on, and at last where it was.

It is a file, since whoever holds Python itself lets nobody say anything any more; the handler of a signal that needs no
Python writes where that was.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import re
import signal
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simcore.limits.ending import EXIT_CODE, Bomb
from simcore.limits.limit import ADVICE, Limit
from simcore.limits.watch import SIMCORES, USERS, now
from simcore.model.errors import StepTimeout
from simcore.model.places import CodePlace, is_own, is_simcore, way_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from simcore.limits.watch import Overrun

WHERE: Final = getattr(signal, "SIGXCPU", None)
"""The signal by which the other process asks where this one is; hardly anybody uses it otherwise."""
_BEAT: Final = 64
"""Bytes at the beginning of the file: the clocks at the last sign of life, and the limit."""
_SUBJECT: Final = 4096
"""Bytes after that: what is played, and as many for how far it has come."""
_FAR: Final = _BEAT + _SUBJECT
_REST: Final = _FAR + _SUBJECT
_FRAME: Final = re.compile(r'  File "(.*)", line (\d+) in (.*)')
_THREAD: Final = re.compile(r"^(?:Current thread|Thread) .*$", re.MULTILINE)
_LOOP: Final = ("kernel.py", "run")
"""The file and the function of the loop of a world."""
HELD: Final = ", and could not be stopped from inside, so that its process was ended"
"""How code was ended that held Python itself."""
_WAITING: Final = ("wire.py", "serving.py")
"""The files of which the thread that waits for what is asked is in."""


class BlackBox:
    """The file of this process, which another one reads.

    Args:
        path: the file; it has no name any more afterwards.
    """

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR)
        with contextlib.suppress(OSError):
            os.unlink(path)
        os.lseek(self._file, _REST, os.SEEK_SET)
        if WHERE is not None:
            # Of all, since any of them may be the one that the signal meets.
            faulthandler.register(WHERE, file=self._file, all_threads=True)

    def alive(self, limit: Limit) -> None:
        """Give a sign of life."""
        self._beat(limit.cpu_ns)

    def _beat(self, limit_ns: int) -> None:
        at = now()
        text = f"{at.cpu_s:.6f} {at.wall_s:.6f} {limit_ns}"
        with contextlib.suppress(OSError):
            os.pwrite(self._file, text.ljust(_BEAT).encode(), 0)

    def about(self, item: str, schedule: int) -> None:
        """Write down what is played."""
        self._note(_BEAT, item, schedule)

    def far(self, item: str, examples: int, schedules: int) -> None:
        """Write down how far a property has come."""
        self._note(_FAR, item, examples, schedules)

    def _note(self, at: int, *values: str | int) -> None:
        text = json.dumps(values).encode()
        with contextlib.suppress(OSError):
            os.pwrite(self._file, (text if len(text) <= _SUBJECT else b"").ljust(_SUBJECT), at)

    def over(self) -> None:
        """Say that the user's code has ended."""
        self._beat(0)

    def close(self) -> None:
        """Let go of the file."""
        if WHERE is not None:
            faulthandler.unregister(WHERE)
        os.close(self._file)

    def end(self, overrun: Overrun, frame: FrameType | None) -> NoReturn:
        """Write down what has happened, and end this process."""
        with contextlib.suppress(OSError):
            said = {"message": f"{overrun.message}; it had to be ended by force", "way": overrun.way}
            # Where it was may stand there already.
            os.ftruncate(self._file, _REST)
            os.pwrite(self._file, json.dumps(said).encode(), _REST)
        os._exit(EXIT_CODE)


class LonelyBox(BlackBox):
    """The file of a process that nobody kills: where its code holds Python itself it ends by itself, and its threads
    are written down first.

    Args:
        path: as of ``BlackBox``.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._bomb = Bomb(self._file)

    def alive(self, limit: Limit) -> None:
        super().alive(limit)
        self._bomb.put_off(limit)

    def over(self) -> None:
        super().over()
        self._bomb.defuse()


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life.

    Args:
        cpu_s: CPU seconds of the process at that moment.
        wall_s: the same by the clock of the wall.
        limit: how long a step may take; None where the user's code does not run.
    """

    cpu_s: float
    wall_s: float
    limit: Limit | None


class Reader:
    """What another process reads of it.

    Args:
        file: the descriptor of the file.
    """

    def __init__(self, file: int) -> None:
        self._file = file

    def beat(self) -> Beat | None:
        """Return the last sign of life, or None before there was any."""
        # The user's code may write what it likes to any descriptor.
        with contextlib.suppress(ValueError):
            cpu_s, wall_s, limit_ns = os.pread(self._file, _BEAT, 0).decode().split()
            return Beat(float(cpu_s), float(wall_s), Limit(int(limit_ns)) if int(limit_ns) else None)
        return None

    def subject(self) -> tuple[str, int]:
        """Return what was played last: the item and the number of the schedule, or nothing and 0."""
        with contextlib.suppress(ValueError, TypeError):
            item, schedule = json.loads(os.pread(self._file, _SUBJECT, _BEAT))
            return str(item), int(schedule)
        return "", 0

    def far(self) -> tuple[str, int, int] | None:
        """Return how far a property had come when that was written down last: its id, how many examples and how many
        schedules; None where it never was."""
        with contextlib.suppress(ValueError, TypeError):
            item, examples, schedules = json.loads(os.pread(self._file, _SUBJECT, _FAR))
            return str(item), int(examples), int(schedules)
        return None

    def said(self) -> StepTimeout | None:
        """Return what the process has said before it ended by itself, if it did."""
        with contextlib.suppress(ValueError, TypeError, KeyError):
            found: Any = json.loads(self._rest())
            return StepTimeout(str(found["message"]), tuple(map(str, found["way"])))
        return None

    def held(self, limit: Limit, *, wall: bool) -> StepTimeout:
        """Return what is to be told of a process that was killed, since its code held Python itself."""
        form, who, places = _where(self._rest())
        at = f", at last in {places[-1].function} ({places[-1].shown})" if places else ""
        said, way = form.format(who, limit.told(wall=wall)), way_in_words(places)
        return StepTimeout(said, way, at=at, ended=HELD, advice=ADVICE)

    def has_dump(self) -> bool:
        """Tell whether the process has written down where its threads were."""
        return _THREAD.search(self._rest()) is not None

    def _rest(self) -> str:
        size = os.fstat(self._file).st_size
        return os.pread(self._file, max(size - _REST, 0), _REST).decode(errors="replace")


def _where(dump: str) -> tuple[str, str, list[CodePlace]]:
    """Return what is said, whose code it was, in words, and its lines on the way there, of what ``faulthandler`` has
    written."""
    frames = _frames(dump)
    if not any(map(_is_loop, frames)):
        return _said_of(frames), "the user's code", _innermost(frames)
    # What has called the world is not what it was in.
    inside = list(takewhile(lambda each: not _is_loop(each), frames))
    places = _innermost(inside)
    in_lua = not places and any(map(_is_lua, inside))
    return _said_of(inside), "a call inside of Lua" if in_lua else "a process", places


def _said_of(frames: list[CodePlace]) -> str:
    """Return what is said of it: whether it was simcore itself that had something to do."""
    first = next((each for each in frames if is_own(each.file) or is_simcore(each.file)), None)
    own = first is not None and is_simcore(first.file) and not _is_lua(first)
    return SIMCORES if own else USERS


def _is_lua(place: CodePlace) -> bool:
    return "/lua/" in place.file


def _is_loop(place: CodePlace) -> bool:
    return place.function == _LOOP[1] and place.file.endswith(_LOOP[0]) and is_simcore(place.file)


def _innermost(frames: list[CodePlace]) -> list[CodePlace]:
    """Return the user's lines up to where simcore has called them, the innermost last."""
    found: list[CodePlace] = []
    for place in frames:
        if found and is_simcore(place.file):
            break
        if is_own(place.file):
            found.append(place)
    return found[::-1]


def _frames(dump: str) -> list[CodePlace]:
    """Return the frames of the thread that plays, the innermost first: the signal may have met any of them."""
    threads = [list(_frames_of(thread)) for thread in _THREAD.split(dump)]
    return max(threads, key=lambda frames: sum(_plays(each) for each in frames))


def _plays(place: CodePlace) -> bool:
    """Tell whether it is the user's code or one of simcore, but for who only waits for what the other process asks."""
    return is_own(place.file) or (is_simcore(place.file) and not place.file.endswith(_WAITING))


def _frames_of(thread: str) -> Iterator[CodePlace]:
    for line in thread.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame is not None:
            yield CodePlace(frame[1], int(frame[2]), frame[3])
