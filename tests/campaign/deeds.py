"""What processes of a pool are asked to do in tests."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path

from simcore.limits import limit, watch
from simcore.limits.alarm import about, guarded, stretch

LONG_S = "61"


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


def start_and_end_by(number: int) -> None:
    """Start a process of the same group, and end."""
    subprocess.Popen(["sleep", LONG_S])
    end_by(number)


def start_and_hold_on(file: str) -> None:
    """Start a process in a session of its own, and hold Python itself."""
    Path(file).write_text(str(subprocess.Popen(["sleep", LONG_S], start_new_session=True).pid))
    hold_on()


def leave_with(code: int) -> None:
    os._exit(code)


def fail(text: str) -> None:
    raise LookupError(text)


def hang(file: str) -> None:
    Path(file).write_text(str(os.getpid()))
    threading.Event().wait()


def is_deaf() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def hold_on() -> None:
    """Hold Python itself, longer than a step may take."""
    limit.__dict__["GRACE_S"] = 0.2
    with guarded(limit.Limit(50_000_000)):
        about("the item", 7)
        sum(range(10**12))


def catch_all() -> None:
    """Catch what is raised, again and again, longer than a step may take."""
    watch.__dict__["GRACE_S"] = 0.2
    with guarded(limit.Limit(50_000_000)), stretch("the deed"):
        _go_on()


def _go_on(depth: int = 8) -> None:
    while True:
        try:
            while depth == 0:
                pass
            _go_on(depth - 1)
        except BaseException:
            continue


def outlive(file: str) -> None:
    """Say who we are, and work on whatever comes."""
    Path(file).write_text(str(os.getpid()))
    while True:
        threading.Event().wait(0.01)


def scribble() -> None:
    """Write to every descriptor that there is."""
    for descriptor in range(3, 30):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"garbage\n" * 10)


def close_all() -> None:
    os.closerange(3, 1024)


def leave_a_child(file: str) -> None:
    """Split off a process that holds all that this one has open, and end."""
    pid = os.fork()
    if pid == 0:
        threading.Event().wait()
    Path(file).write_text(str(pid))
    os._exit(3)


def fall_silent() -> None:
    """Do what was asked, and answer to nobody."""
    with guarded(limit.Limit()):
        pass
    threading.Event().wait()
