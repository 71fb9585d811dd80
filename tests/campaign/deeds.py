"""What processes of a pool are asked to do in tests."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path


def whoami() -> int:
    return os.getpid()


def meet(folder: str, me: str, other: str) -> int:
    """Come and wait for the other one, which only another process can be."""
    (Path(folder) / me).touch()
    while not (Path(folder) / other).exists():
        threading.Event().wait(0.005)
    return os.getpid()


def end_by(number: int) -> None:
    os.kill(os.getpid(), number)
    threading.Event().wait()


def leave_with(code: int) -> None:
    os._exit(code)


def fail(text: str) -> None:
    raise LookupError(text)


def hang(file: str) -> None:
    Path(file).write_text(str(os.getpid()))
    threading.Event().wait()


def is_deaf() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def outlive(file: str) -> None:
    """Say who we are, and work on whatever comes."""
    Path(file).write_text(str(os.getpid()))
    while True:
        threading.Event().wait(0.01)
