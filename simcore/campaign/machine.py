"""What those who play need of the host: its clocks, run ids, and which process this is. Nothing of it enters a run."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, NoReturn

from simcore.model.errors import EndsItsProcess
from simcore.model.places import is_simcore
from simcore.model.texts import represented

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

cpu_s: Callable[[], float] = time.process_time
"""CPU seconds of this process."""
monotonic_s: Callable[[], float] = time.monotonic
"""Seconds of a clock that never goes back."""


def cpu_s_of(pid: int) -> float | None:
    """Return the CPU seconds of the process *pid*, or None where the system does not say, or there is none."""
    try:
        # How Linux numbers the clock of another process: https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html
        return time.clock_gettime((~pid << 3) | 2) if sys.platform == "linux" else None
    except OSError:
        return None


def new_run_id() -> str:
    """Return a name for a run: the second in UTC, and four digits that part runs of one second."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.urandom(2).hex()}"


@contextlib.contextmanager
def as_it_was() -> Generator[None, None, None]:
    """Let what all code of this process shares be after the block as it was before it, whatever the user's code has put
    in its place: streams, hooks, arguments, the bound of recursion, the environment and how far ``random`` was."""
    environment = dict(os.environ)
    # Not imported for this: where nobody has, nobody draws from it.
    chance = sys.modules.get("random")
    drawn = None if chance is None else chance.getstate()
    try:
        with hooks_as_they_were():
            yield
    finally:
        if chance is not None:
            chance.setstate(drawn)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)


@contextlib.contextmanager
def hooks_as_they_were() -> Generator[None, None, None]:
    """Let be as they were what Python itself needs: streams, hooks, arguments and the bound of recursion."""
    before = [(module, name, getattr(module, name)) for module, names in _SHARED for name in names]
    arguments, depth = list(sys.argv), sys.getrecursionlimit()
    callbacks = list(gc.callbacks)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
        sys.argv[:] = arguments
        gc.callbacks[:] = callbacks
        # It cannot be set below where this stands.
        with contextlib.suppress(RecursionError):
            sys.setrecursionlimit(depth)


_SHARED: Final = (
    (sys, ("argv", "stdout", "stderr", "stdin", "excepthook", "unraisablehook", "displayhook", "breakpointhook")),
    (threading, ("excepthook",)),
)
"""By module the names that are the same for all code of a process."""
exit_now: Callable[[int], NoReturn] = os._exit
"""Ends this process at once; what the user's code calls by that name may be ``no_exits``' own."""


@contextlib.contextmanager
def no_exits() -> Generator[None, None, None]:
    """Let what would end this process at once raise inside the block: all that was played in it would go with it, and
    its code be taken for that of the command. A process that the user's code has forked may end so."""
    mine, before = os.getpid(), (os._exit, os.abort)

    def exits(status: int) -> None:
        # What simcore itself ends by force is to end.
        caller = sys._getframe().f_back
        code = None if caller is None else caller.f_code
        ours = code is not None and is_simcore(code.co_filename) and code is not run_functions_for_the_end.__code__
        if os.getpid() != mine or ours:
            exit_now(status)
        if code is None or code is run_functions_for_the_end.__code__:
            # Registered for the end of the process, which comes anyway, and whose code is not its to say.
            return
        raise EndsItsProcess(
            f"os._exit({represented(status)}) would end the process that plays; raise or return instead"
        )

    def aborts() -> None:
        if os.getpid() != mine:
            before[1]()
        raise EndsItsProcess("os.abort() would end the process that plays; raise or return instead")

    os._exit, os.abort = exits, aborts  # type: ignore[assignment]  # they say that they never return, and raise
    try:
        yield
    finally:
        os._exit, os.abort = before


def run_functions_for_the_end() -> None:
    """Call what was registered for the end of the process; none of it has a say in how that ends."""
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()


@contextlib.contextmanager
def no_forks() -> Generator[None, None, None]:
    """Let a process that the user's code has forked inside the block end where it would leave it."""
    mine = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != mine:
            # It would answer as well, or wait for work that is not its own, and never end.
            exit_now(0)


def breakpoints_are_off() -> bool:
    """Tell whether the environment says that ``breakpoint()`` does nothing."""
    return os.environ.get("PYTHONBREAKPOINT") == "0"
