"""One process that plays for this one, and what became of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from concurrent.futures import BrokenExecutor, Future
from typing import TYPE_CHECKING, Any, Final

from simcore.campaign import wire
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.leaks.question import UNHEARD
from simcore.campaign.machine import monotonic_s
from simcore.campaign.offspring import descendants, end, group_of, in_words, plays_for_us
from simcore.campaign.pulse import Pulse
from simcore.campaign.serving import GOODBYE_S
from simcore.limits.blackbox import WHERE, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

ANSWER_S: Final = 0.3
"""One that is stuck gets so long to write down where it is."""
_BEGINS: Final = """
import json, sys
sys.path[:] = json.loads(sys.argv[-1])["path"]
from simcore.campaign.serving import main
main()
"""


class Worker:
    """One process. It starts with the first work, which is done in its main thread; it does one at a time."""

    def __init__(self) -> None:
        box, name = tempfile.mkstemp(prefix="simcore-")
        self._box_name = name
        weakref.finalize(self, os.close, box)
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._lock = threading.Lock()
        self._future: Future[Any] | None = None
        self._is_mute = False
        """Whether what it answers by is closed, or other things are written to it."""
        self._ended_s: float | None = None
        self.busy: bool = False
        self.doubtful: bool = False
        """Whether it is to be asked no more, since it may be why simcore contradicts itself."""
        self._pulse = Pulse(Reader(box))
        self._asked_s: float | None = None
        self._far: tuple[str, int, int] | None = None
        self._split_off: dict[int, str] = {}
        """What it had started and what was ended with it, in words."""

    def submit(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        """Let the process do *function*.

        Raises:
            concurrent.futures.BrokenExecutor: it is dead already.
        """
        frame = wire.packed((function, arguments))
        self.busy = True
        self._pulse.begin()
        self._future = future = Future[Any]()
        process = self._process or self._started()
        assert process.stdin is not None
        try:
            wire.send(process.stdin.fileno(), frame)
        except (OSError, ValueError):
            if self._take() is not None:
                raise BrokenExecutor("it has ended") from None
        return future

    def _started(self) -> subprocess.Popen[bytes]:
        told = json.dumps({"path": sys.path, "arguments": sys.argv, "box": self._box_name})
        flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # as of multiprocessing
        with _deaf_children():
            self._process = subprocess.Popen(
                # Safe from files of the current folder that are named like a module of Python's own.
                [sys.executable, *flags, "-P", "-c", _BEGINS, told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                # A group of its own, which ends as one.
                process_group=0 if os.name == "posix" else None,
            )
        plays_for_us(self._process.pid)
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()
        return self._process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Hear the answers, until there are no more; then see how the process ends."""
        assert process.stdout is not None
        with process.stdout:
            try:
                while True:
                    returned, value = wire.receive(process.stdout.fileno())
                    self._answered(value, returned=returned)
            # Whatever else is read there, such as what cannot be rebuilt from what was sent, nobody can go on from it.
            except Exception as problem:
                self._is_mute = self._is_mute or not isinstance(problem, EOFError)
        self._see_off(process)
        self._over()

    def _see_off(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the end of a process that will not answer any more, and end what it has split off."""
        try:
            process.wait(0 if self._is_mute else GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._is_mute = True
        self._end(process)
        process.wait()
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()

    def _answered(self, value: Any, *, returned: bool) -> None:
        future = self._take()
        if future is not None and returned:
            future.set_result(value)
        elif future is not None:
            future.set_exception(value)

    def _over(self) -> None:
        future = self._take()
        if future is not None:
            future.set_exception(BrokenExecutor("it has ended"))

    def _take(self) -> Future[Any] | None:
        """Return who waits for the answer, once."""
        with self._lock:
            future, self._future = self._future, None
            return future

    def notes(self) -> Iterator[tuple[str, int, int]]:
        """Give how far a property has come, if the process has written that down since."""
        far = self._pulse.reader.far()
        if far is not None and far != self._far:
            self._far = far
            yield far

    def end_if_stuck(self) -> None:
        """End the process if the user's code has held it for too long; to be called now and then."""
        process = self._process
        if not self.busy or process is None or self._is_over(process) or not self._pulse.is_gone(process.pid):
            return
        if self._pulse.is_silent:
            self._is_mute = True
            self._end(process)
        elif WHERE is not None and self._asked_s is None:
            self._asked_s = monotonic_s()
            with contextlib.suppress(OSError):
                os.kill(process.pid, WHERE)
        elif self._asked_s is None or monotonic_s() - self._asked_s >= ANSWER_S:
            self._end(process)

    def _is_over(self, process: subprocess.Popen[bytes]) -> bool:
        """Tell whether the process has ended. Who has split off from it may still hold what it answered by, so that
        its end is not heard there."""
        if process.poll() is None:
            return False
        self._ended_s = self._ended_s or monotonic_s()
        if monotonic_s() - self._ended_s >= ANSWER_S:
            self._end(process)
            self._over()
        return True

    def death(self) -> WorkerDied:
        """Return how the process ended."""
        code = None if self._process is None else self._process.poll()
        ending = ending_of(None if self._is_mute else code)
        return WorkerDied(ending, self._pulse.late(), *self._pulse.reader.subject(), tuple(self._split_off.values()))

    def _forget(self) -> None:
        """Let go of the file that the process has written."""
        with contextlib.suppress(OSError):
            os.unlink(self._box_name)

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        self._forget()
        if self._process is not None:
            self._end(self._process)

    def close(self) -> None:
        """Let a process that does nothing end by itself, or kill it."""
        self._forget()
        process = self._process
        if process is not None and self.busy:
            self._end(process)
        elif process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End *process* and all that comes from it, as far as that is known: what has lost its parent and gone to a
        group of its own could be of another one as well, and ends with the command."""
        theirs = descendants(process.pid) if process.poll() is None else group_of(process.pid)
        self._split_off.update({pid: words for pid in theirs if (words := in_words(pid))})
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        end(theirs)

    def gone(self) -> None:
        """Return when the process has ended after ``close``; it is killed where it takes too long."""
        if self._process is not None and self._listener is not None:
            self._listener.join(GOODBYE_S)
            if self._listener.is_alive():
                self._end(self._process)


def ending_of(code: int | None) -> str:
    """Return in words how a process ended."""
    if code is None:
        return "does not answer any more"
    if code == UNHEARD:
        return "has closed what it answers by"
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
