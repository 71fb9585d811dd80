"""Processes that play runs for comparison, each fresh, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Self

import msgspec

from simcore.campaign.deaths import WorkerDied
from simcore.campaign.leaks.host import environment, still_addresses
from simcore.campaign.leaks.question import ENDED, MISTAKEN, UNHEARD, Question, Side
from simcore.campaign.offspring import descendants, end, plays_for_us
from simcore.campaign.worker import ending_of
from simcore.catalog.stuck import all_held_back
from simcore.limits.blackbox import Reader
from simcore.limits.limit import OPTION
from simcore.model.errors import InternalError, StepTimeout
from simcore.model.text import cut
from simcore.model.written import to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Sequence

    from simcore.limits.limit import Limit
    from simcore.model.run import Run

TIMEOUT_S: Final = 600
"""A process that does not answer for so long is killed."""
SHOWN_MAX: Final = 200
GARBLED: Final = "does not answer any more"


class Sides:
    """Plays runs in processes of their own, until the block ends.

    To start Python and to load simcore takes most of the time, so that is done once for all processes that begin the
    same way; they are split off from there.

    Args:
        limit: how long one step may take.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._idle: dict[tuple[object, ...], list[Starter]] = {}
        self._all: list[Starter] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for starter in self._all:
            starter.kill()

    def ask(
        self, runs: Sequence[Run], *, others: Collection[str] = (), before: Sequence[Run] = ()
    ) -> Generator[Side, None, None]:
        """Play *runs* one after the other in one new process, and give what it saw of each.

        Args:
            runs: what is played.
            others: the kinds of what the host gives that are another way than else.
            before: what that process plays first, so that it is a used one.

        Raises:
            WorkerDied: the process was ended by what it played, or since that never gave control back.
            InternalError: simcore contradicted itself there.
        """
        with _Box() as box:
            yield from self._ask(runs, others, before, box)

    def _ask(
        self, runs: Sequence[Run], others: Collection[str], before: Sequence[Run], box: _Box
    ) -> Generator[Side, None, None]:
        question = Question(
            runs=list(runs),
            before=list(before),
            others=list(others),
            path=sys.path,
            step_timeout_ns=self._limit.cpu_ns,
            box=box.path,
            held_back=all_held_back(),
        )
        key = (tuple(still_addresses(others)), *environment(others).items())
        idle = self._idle.setdefault(key, [])
        starter = idle.pop() if idle else self._started(others)
        try:
            yield from starter.ask(question)
        except WorkerDied as death:
            raise WorkerDied(death.ending, box.late(self._limit)) from None
        # One that was left before its last answer is not asked again.
        if starter.serves_many:
            idle.append(starter)

    def _started(self, others: Collection[str]) -> Starter:
        self._all.append(Starter(others))
        return self._all[-1]

    def ask_one(self, run: Run, *, others: Collection[str] = (), before: Sequence[Run] = ()) -> Side:
        """Play *run* in a new process of its own, and return what it saw; as ``ask`` does."""
        with closing(self.ask([run], others=others, before=before)) as answers:
            (side,) = answers
            return side


class _Box:
    """The file in which a process writes down where it was when it had to be ended."""

    def __init__(self) -> None:
        self._file, self.path = tempfile.mkstemp(prefix="simcore-")
        self._reader = Reader(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
        # It has no name any more where a process has opened it.
        with suppress(OSError):
            os.unlink(self.path)

    def late(self, limit: Limit) -> StepTimeout | None:
        """Return what never gave control back, if the process has ended for that."""
        return self._reader.said() or (self._reader.held(limit, wall=True) if self._reader.has_dump() else None)


class Starter:
    """A process that has loaded simcore, and from which those that play are split off.

    Args:
        others: the kinds of what the host gives that are another way already where Python begins.
    """

    def __init__(self, others: Collection[str]) -> None:
        self.serves_many: bool = hasattr(os, "fork")
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        self._process = subprocess.Popen(
            # Safe from files of the current folder that are named like a module of Python's own.
            [*still_addresses(others), sys.executable, "-P", "-m", "simcore.campaign.leaks.side"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=environment(others),
            # A group of its own, which ends as one.
            start_new_session=True,
        )
        plays_for_us(self._process.pid)

    def ask(self, question: Question) -> Generator[Side, None, None]:
        """Give the answer for each run of *question*."""
        assert self._process.stdin is not None
        # One that has ended is told where its answer is missing.
        with suppress(OSError):
            self._process.stdin.write(to_json(question) + b"\n")
            self._process.stdin.flush()
        for _ in question.runs:
            line = self._line()
            if not line or line.startswith(ENDED.encode()):
                raise self._lost(line)
            yield _read(line)
        if self.serves_many:
            self._line()

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        late = threading.Timer(TIMEOUT_S, self._process.kill)
        late.daemon = True
        late.start()
        try:
            return self._process.stdout.readline()
        finally:
            late.cancel()

    def _lost(self, line: bytes) -> Exception:
        try:
            code = int(line.removeprefix(ENDED.encode())) if line else self._process.wait()
        except ValueError:
            return WorkerDied(GARBLED)
        if code != MISTAKEN:
            return WorkerDied("has closed what it answers by" if code == UNHEARD else ending_of(code))
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        return InternalError(f"a process that played for comparison failed:\n{said[-2_000:]}")

    def kill(self) -> None:
        """End the process, and what it has split off."""
        with self._said, self._process as process:
            if hasattr(os, "killpg"):
                # It may have ended by itself.
                theirs = descendants(process.pid)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                end(theirs)
            process.kill()
            # Whoever plays still holds the other end until it is gone.
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()


def _read(line: bytes) -> Side:
    try:
        return msgspec.json.decode(line, type=Side)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The user's code may write to any descriptor.
        raise WorkerDied(GARBLED) from None


def difference(one: Side, other: Side, names: tuple[str, str]) -> list[str]:
    """Return the first difference between two sides, with what both saw, or nothing."""
    if one.outcome.property == other.outcome.property == OPTION:
        # At which line each was stopped is not the program's to decide.
        return []
    for number, (left, right) in enumerate(zip_longest(one.lines, other.lines), 1):
        if left != right:
            sides = (f"  {line or 'nothing more'} {name}" for name, line in zip(names, (left, right), strict=True))
            return [f"line {number} of the traces differs:", *sides]
    fields = [name for name in one.outcome.__struct_fields__ if _told(one, name) != _told(other, name)]
    if not fields:
        return []
    pairs = (f"  {name}: {_told(one, name)} {names[0]}, {_told(other, name)} {names[1]}" for name in fields)
    return [f"the traces are the same, but not: {', '.join(fields)}", *pairs]


def _told(side: Side, name: str) -> str:
    """Return what an outcome says under *name*, in words."""
    value = getattr(side.outcome, name)
    several = [remark.text for remark in value] if name == "remarks" else value
    text = "; ".join(map(str, several)) if isinstance(several, list | tuple) else str(several)
    return cut(text.partition("\n")[0], SHOWN_MAX) or "nothing"
