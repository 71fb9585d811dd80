"""One process that plays for this one, and what became of it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import weakref
from concurrent.futures.process import ProcessPoolExecutor
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, Final

from simcore.campaign.breakpoints import tell_of_the_prompt
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.machine import exit_now, forget_safe_path, monotonic_s, python_itself_first
from simcore.campaign.pulse import Pulse
from simcore.campaign.task import Desk, open_desk
from simcore.limits.alarm import ends_by
from simcore.limits.blackbox import WHERE, BlackBox, Reader
from simcore.runner.standard_output import keep_for_records

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

NOTE_EVERY_S: Final = 0.2
"""A worker says how far a property has come this often at most."""
ANSWER_S: Final = 0.3
"""One that is stuck gets so long to write down where it is."""
FIRST: Final = 100
"""Of what is done at the end of a process: Python waits for those that the user's code has started, at 0."""
GOODBYE_S: Final = 2.0
"""A worker that has nothing to do any more gets so long to end by itself."""


class _Context(SpawnContext):
    """Keeps the process that an executor makes of it; an executor tells of a death, and not how it came."""

    process: BaseProcess | None = None

    # For the type checker it is a class there; whoever calls it sees no difference.
    def Process(self, *arguments: Any, **named: Any) -> BaseProcess:  # type: ignore[override]
        self.process = made = SpawnProcess(*arguments, **named)
        return made


class Worker:
    """One process and its executor. The process starts with the first work, which is done in its main thread."""

    def __init__(self) -> None:
        self._context = _Context()
        self._notes, sender = self._context.Pipe(duplex=False)
        box, name = tempfile.mkstemp(prefix="simcore-")
        self._box_name = name
        weakref.finalize(self, os.close, box)
        # An executor starts a process that looks after its locks.
        with python_itself_first() as was_so:
            self._executor = ProcessPoolExecutor(
                1, mp_context=self._context, initializer=_begin, initargs=(sender, was_so, name)
            )
        self._sender: Connection | None = sender
        self.busy: bool = False
        self.doubtful: bool = False
        """Whether it is to be asked no more, since it may be why simcore contradicts itself."""
        self._pulse = Pulse(Reader(box))
        self._asked_s: float | None = None

    def submit(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        """Let the process do *function*.

        Raises:
            concurrent.futures.BrokenExecutor: it is dead already.
        """
        self.busy = True
        self._pulse.begin()
        with _deaf_children(), python_itself_first():
            future = self._executor.submit(function, *arguments)
        if self._sender is not None:
            # The process has its own end of the pipe now.
            self._sender.close()
            self._sender = None
        return future

    def notes(self) -> Iterator[tuple[str, int, int]]:
        """Give what the process has said since: ids of properties, how many examples and how many schedules."""
        # A process that has died closes its end.
        with contextlib.suppress(EOFError, OSError):
            while self._notes.poll():
                yield self._notes.recv()

    def end_if_stuck(self) -> None:
        """End the process if the user's code has held it for too long; to be called now and then."""
        process = self._context.process
        if not self.busy or process is None or process.pid is None or not self._pulse.is_gone(process.pid):
            return
        if WHERE is not None and self._asked_s is None:
            self._asked_s = monotonic_s()
            with contextlib.suppress(OSError):
                os.kill(process.pid, WHERE)
        elif self._asked_s is None or monotonic_s() - self._asked_s >= ANSWER_S:
            process.kill()

    def death(self) -> WorkerDied:
        """Return how the process ended, which is about to be or has been."""
        process, until_s = self._context.process, monotonic_s() + GOODBYE_S
        code = None
        while process is not None and code is None and monotonic_s() < until_s:
            # The executor waits for it as well, and of two who wait only one is told at first.
            code = process.exitcode
            threading.Event().wait(0.001)
        return WorkerDied(ending_of(code), self._pulse.late(), *self._pulse.reader.subject())

    def _forget(self) -> None:
        """Let go of the file that the process has written."""
        with contextlib.suppress(OSError):
            os.unlink(self._box_name)

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        self._forget()
        if self._context.process is not None:
            self._context.process.kill()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Let a process that does nothing end by itself, or kill it."""
        self._forget()
        self._executor.shutdown(wait=False, cancel_futures=True)
        process = self._context.process
        if process is not None and self.busy:
            process.kill()

    def gone(self) -> None:
        """Return when the process has ended after ``close``; it is killed where it takes too long."""
        process = self._context.process
        if process is not None and not connection.wait([process.sentinel], GOODBYE_S):
            process.kill()


def ending_of(code: int | None) -> str:
    """Return in words how a process ended."""
    if code is None:
        return "does not answer any more"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


@contextlib.contextmanager
def _deaf_children() -> Generator[None, None, None]:
    """Let a process that is started meanwhile never hear a Ctrl-C: that is for the one who reads the command line.

    It is blocked and not ignored, so that one that comes meanwhile is heard afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(notes: Connection, was_safe: bool, box: str) -> None:  # noqa: FBT001  # an executor hands over positions only
    """Make this a process that plays for another.

    Args:
        notes: where it says how far it has come.
        was_safe: whether the user's environment has ``PYTHONSAFEPATH`` itself.
        box: the file in which it writes down how it gets on.
    """
    if not was_safe:
        forget_safe_path()
    sys.breakpointhook = tell_of_the_prompt
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    # The command alone writes to standard output, so that it is the same whoever plays, in whatever order.
    keep_for_records()
    ends_by(BlackBox(box))
    desk = Desk(_noting(notes))
    open_desk(desk)
    Finalize(None, desk.leave, exitpriority=FIRST)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    exit_now(1)


def _noting(notes: Connection) -> Callable[[str, int, int], None]:
    last_s = monotonic_s()

    def note(item: str, examples: int, schedules: int) -> None:
        nonlocal last_s
        if monotonic_s() - last_s >= NOTE_EVERY_S:
            last_s = monotonic_s()
            with contextlib.suppress(OSError):
                notes.send((item, examples, schedules))

    return note
