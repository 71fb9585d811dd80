"""A dask cluster on this machine: its scheduler and its workers, each a process."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

DASK = Path(sys.executable).with_name("dask")


@contextmanager
def scheduler(place: Path) -> Generator[str]:
    """Start a scheduler, whose log is in *place*, and give its address."""
    port = str(free_port())
    words = ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    with started(place / "scheduler.log", *words, says="Scheduler at"):
        yield f"tcp://127.0.0.1:{port}"


@contextmanager
def worker(scheduler: str, place: Path) -> Generator[subprocess.Popen[bytes]]:
    place.mkdir()
    words = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(place)]
    with started(place / "log", "worker", scheduler, *words, says="Registered to") as process:
        yield process


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


@contextmanager
def started(log: Path, *words: str, says: str) -> Generator[subprocess.Popen[bytes]]:
    """Start a part of a cluster, which writes to *log*, and wait until it says that it is there."""
    with log.open("wb") as stream:
        process = subprocess.Popen([DASK, *words], stderr=stream)
    try:
        while says not in log.read_text(errors="replace"):
            assert process.poll() is None, log.read_text(errors="replace")
            threading.Event().wait(0.02)
        yield process
    finally:
        process.kill()
        process.wait()
