"""An interpreter of its own, of this installation or another, that takes samples of a workload when it is asked to."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from simcore.bench import machine
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator

PACKAGES: Final = Path(__file__).parents[2]
SCRIPT: Final = Path(__file__).with_name("portable.py")
GRACE_S: Final = 2.0
"""How long a process that does not answer may take to say why."""


@contextmanager
def sampling(python: str | None, *words: str) -> Generator[Sampler, None, None]:
    """Let a process run ``portable.py`` with whichever simcore its Python has; it ends with the block.

    Args:
        python: its path; None is this one, with this simcore.
        words: the arguments that ``portable.main`` takes.

    Raises:
        UsageError: it cannot be started, or has no simcore that can run the workload.
    """
    with tempfile.TemporaryFile() as complaints:
        sampler = Sampler(python, words, complaints)
        try:
            sampler.begin()
            yield sampler
        finally:
            sampler.end()


class Sampler:
    """A running process that takes samples; arguments as for ``sampling``, *complaints* takes its standard error."""

    def __init__(self, python: str | None, words: tuple[str, ...], complaints: IO[bytes]) -> None:
        self._name = python or sys.executable
        self._complaints = complaints
        mine = "" if python else str(PACKAGES)
        # Isolated, or the other Python would find this simcore in the current folder or in PYTHONPATH.
        command = [self._name, "-I", "-c", machine.SAMPLING, mine, str(SCRIPT), *words]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints)
        except OSError as error:
            raise UsageError(f"{self._name} cannot be started: {error.strerror}") from None

    def begin(self) -> None:
        """Wait until it is ready. Raises ``UsageError`` where it will never be."""
        if self._line() != b"ready":
            raise self._refusal()

    def sample(self) -> float:
        """Return the CPU nanoseconds of one operation.

        Raises:
            UsageError: the process has ended, or says something else.
        """
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()
            return float(self._line())
        except (OSError, ValueError):
            raise self._refusal() from None

    def end(self) -> None:
        """End the process, if it has not ended."""
        self._process.kill()
        # It closes the pipes as well, whatever was written there and never read.
        self._process.communicate()

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _refusal(self) -> UsageError:
        """Return what to say of a process that does not answer: the last line of what it complained of."""
        code = self._ended()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        reason = said[-1].strip() if said else f"it ended with {code} and said nothing"
        return UsageError(f"{self._name} cannot measure this with a simcore of its own: {reason}")

    def _ended(self) -> int:
        """Return the exit code; a process that goes on in spite of the end of its output or a wrong answer is ended."""
        try:
            return self._process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
