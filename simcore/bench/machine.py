"""The one file of the benchmarks that knows the host: its clocks, its interpreter and its output."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# CPU time: what else the machine does would be in the wall time.
cpu_ns: Callable[[], int] = time.process_time_ns


SAMPLING: Final = """
import runpy, sys, time
sys.path[:0] = filter(None, [sys.argv[1]])
runpy.run_path(sys.argv[2])["main"](time.process_time_ns)
"""
"""What a Python runs that takes samples: puts a folder, if any, before its own packages, and hands over the clock."""


def write_out(text: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def interpreter(*arguments: str, hash_seed: str | None = None) -> str:
    """Run this Python with *arguments* in a process of its own and return what it wrote.

    Args:
        arguments: the words after ``python``.
        hash_seed: the value of ``PYTHONHASHSEED``; None leaves it as it is.

    Raises:
        UsageError: it failed; the message has what it wrote to standard error.
    """
    environment = dict(os.environ)
    if hash_seed is not None:
        environment["PYTHONHASHSEED"] = hash_seed
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        raise UsageError(f"`python {' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr.rstrip()}")
    return done.stdout


def interpreter_cpu_ns(*arguments: str) -> float:
    """Return the CPU nanoseconds, user and system, that this Python needs for *arguments*.

    Raises:
        UsageError: it failed, or this operating system does not count the time of child processes.
    """
    before = _children_cpu_ns()
    interpreter(*arguments)
    return _children_cpu_ns() - before


def _children_cpu_ns() -> float:
    try:
        import resource
    except ImportError as error:
        raise UsageError("the CPU time of child processes is not known on this operating system") from error
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1e9


def interpreters_wall_ns(commands: Sequence[Sequence[str]]) -> float:
    """Return the nanoseconds of the clock until this Python has done all *commands*, at once, in a folder of their own.

    Raises:
        UsageError: one failed; the message has what it wrote to standard error.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+", errors="replace") as said:
        begun = time.perf_counter_ns()
        processes = [
            subprocess.Popen([sys.executable, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=said)
            for words in commands
        ]
        codes = [process.wait() for process in processes]
        ended = time.perf_counter_ns()
        for code, words in zip(codes, commands, strict=True):
            if code:
                said.seek(0)
                raise UsageError(f"`python {' '.join(words)}` ended with {code}:\n{said.read().rstrip()}")
    return float(ended - begun)
