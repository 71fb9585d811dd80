"""Processes that play a run for comparison, each fresh, and how they end."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.campaign.leaks.host import environment, still_addresses
from simcore.campaign.leaks.side import MISTAKEN, Question, Side
from simcore.campaign.worker import WorkerDied, ending_of
from simcore.limits.limit import OPTION
from simcore.model.errors import InternalError
from simcore.model.text import cut
from simcore.model.written import to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Sequence

    from simcore.limits.limit import Limit
    from simcore.model.run import Run

TIMEOUT_S: Final = 600
"""A process that does not answer for so long is killed."""
SHOWN_MAX: Final = 200


def ask(
    runs: Sequence[Run], limit: Limit, *, others: Collection[str] = (), before: Sequence[Run] = ()
) -> Generator[Side, None, None]:
    """Play *runs* one after the other in one new process, and give what it saw of each.

    Args:
        runs: what is played.
        limit: how long one step may take.
        others: the kinds of what the host gives that are another way than else.
        before: what that process plays first, so that it is a used one.

    Raises:
        WorkerDied: the process was ended by what it played.
        InternalError: simcore contradicted itself there.
    """
    question = Question(
        runs=list(runs),
        before=list(before),
        others=list(others),
        path=sys.path,
        step_timeout_ns=limit.cpu_ns,
    )
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            # Safe from files of the current folder that are named like a module of Python's own.
            [*still_addresses(others), sys.executable, "-P", "-m", "simcore.campaign.leaks.side"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment(others),
        ) as process,
    ):
        try:
            _write(process, question)
            for _ in runs:
                line = _read(process)
                if not line:
                    said.seek(0)
                    raise _lost(process.wait(), said.read().decode(errors="replace"))
                yield msgspec.json.decode(line, type=Side)
        finally:
            process.kill()


def ask_one(run: Run, limit: Limit, *, others: Collection[str] = (), before: Sequence[Run] = ()) -> Side:
    """Play *run* in a new process of its own, and return what it saw; as ``ask`` does."""
    with closing(ask([run], limit, others=others, before=before)) as answers:
        return next(answers)


def _write(process: subprocess.Popen[bytes], question: Question) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(to_json(question))
        process.stdin.close()
    except OSError:
        # It has ended, which is told where its answer is missing.
        return


def _read(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    late = threading.Timer(TIMEOUT_S, process.kill)
    late.daemon = True
    late.start()
    try:
        return process.stdout.readline()
    finally:
        late.cancel()


def _lost(code: int, said: str) -> Exception:
    if code == MISTAKEN:
        return InternalError(f"a process that played for comparison failed:\n{said[-2_000:]}")
    return WorkerDied(ending_of(code))


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
