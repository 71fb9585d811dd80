"""What becomes of code that does not even end by what is raised inside of it: its process ends, and says where."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from simcore.limits import machine
from simcore.model.places import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from simcore.limits.limit import Limit
    from simcore.limits.watch import Overrun

SLACK: Final = 10
LINES_MAX: Final = 100
"""So many lines of a thread are told."""
last_words: Final[list[Callable[[], object]]] = []
"""What is still done where a process ends by itself in the middle of the user's code, the newest of them."""
farewells: Final[list[Callable[[], object]]] = []
"""What is done at the very end of a process that ends by itself, in their order."""
EXIT_CODE: Final = 1
"""Of a process that ends by it: that of an item in error."""


class LastResort(Protocol):
    """Who ends it."""

    def alive(self, limit: Limit) -> None:
        """Somebody could look at the user's code. Where that is not heard again for longer than *limit* says, that code
        holds Python itself, so that nothing can be raised in it."""
        ...

    def about(self, item: str, schedule: int) -> None:
        """This is played from now on: an item, and the number of the schedule or 0."""
        ...

    def over(self) -> None:
        """The user's code has ended."""
        ...

    def end(self, overrun: Overrun, frame: FrameType | None) -> None:
        """End this process."""
        ...


class Bomb:
    """Ends this process where it is not put off again in time, whatever holds it; all threads are told first.

    Args:
        file: the descriptor that they are told to; None for standard error.
    """

    def __init__(self, file: int | None = None) -> None:
        self._file = file
        self._limit: Limit | None = None
        self._armed_s = 0.0

    def put_off(self, limit: Limit) -> None:
        """Have it go off where nothing more is heard for so long."""
        at_s = machine.monotonic_s()
        # It costs a thread each time, so some of what passes is added and not counted anew.
        if limit == self._limit and at_s - self._armed_s < limit.held_wall_s / SLACK:
            return
        self._limit, self._armed_s = limit, at_s
        # That thread needs nothing of Python; it knows the wall time alone.
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            after_s = limit.held_wall_s * (1 + 1 / SLACK)
            file = standard_error() if self._file is None else self._file
            faulthandler.dump_traceback_later(after_s, exit=True, file=file)

    def defuse(self) -> None:
        """Have it not go off."""
        self._limit = None
        faulthandler.cancel_dump_traceback_later()


class Alone:
    """Ends this process by itself, for want of another one that would: it says so on standard error.

    Args:
        code: the exit code.
    """

    def __init__(self, code: int = EXIT_CODE) -> None:
        self._code = code
        self._bomb = Bomb()
        self._ends = False

    def alive(self, limit: Limit) -> None:
        """Have all threads told, and the process ended, where nothing more is heard for so long."""
        if not self._ends:
            self._bomb.put_off(limit)

    def about(self, item: str, schedule: int) -> None:
        """Nobody wants to know."""

    def over(self) -> None:
        """Have nothing told."""
        self._bomb.defuse()

    def end(self, overrun: Overrun, frame: FrameType | None) -> None:
        """Say what has happened, and where every thread is; then what is known until now, and end."""
        if self._ends:
            # It is looked on meanwhile.
            return
        self._ends = True
        with contextlib.suppress(OSError, ValueError):
            descriptor = standard_error(frame)
            said = f"{overrun.message}\nit does not end by what is raised inside of it, so this process ends here:\n"
            where = "".join(_whereabouts(frame))
            os.write(descriptor, f"simcore: {said}{where}".encode(errors="backslashreplace"))
            if not where:
                faulthandler.dump_traceback(descriptor)
        with contextlib.suppress(BaseException):
            for say in (*last_words[-1:], *farewells):
                say()
        os._exit(self._code)


def _whereabouts(frame: FrameType | None) -> Iterator[str]:
    """Give the user's own lines of this thread, which is in *frame*, and of each other that has any, in the form in
    which Python's own handler of faults has them."""
    here = threading.get_ident()
    frames: dict[int, FrameType | None] = {**sys._current_frames(), here: frame}
    for thread in sorted(frames, key=lambda each: each != here):
        lines = list(islice(_own_lines(frames[thread]), LINES_MAX))
        if lines:
            named = "Current thread" if thread == here else "Thread"
            yield "".join([f"{named} 0x{thread:016x} (most recent call first):\n", *lines])


def _own_lines(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        code = frame.f_code
        if is_own(code.co_filename):
            yield f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}\n'
        frame = frame.f_back


def standard_error(frame: FrameType | None = None) -> int:
    """Return the descriptor of standard error: that of pytest, where it has put another one in its place."""
    stream = sys.__stderr__
    descriptor = _of_pytest(frame or sys._getframe())
    if descriptor is not None:
        return descriptor
    return 2 if stream is None else stream.fileno()


def _of_pytest(frame: FrameType | None) -> int | None:
    """Return the descriptor that pytest keeps for the end of its process, where it has called *frame*."""
    # Names of its own, which another pytest need not have.
    key: Any = getattr(sys.modules.get("_pytest.faulthandler"), "fault_handler_stderr_fd_key", None)
    code: Any = getattr(getattr(sys.modules.get("_pytest.main"), "wrap_session", None), "__code__", None)
    while frame is not None and key is not None and code is not None:
        if frame.f_code is code:
            stash: Any = getattr(frame.f_locals.get("config"), "stash", {})
            kept: int | None = stash.get(key, None)
            return kept
        frame = frame.f_back
    return None
