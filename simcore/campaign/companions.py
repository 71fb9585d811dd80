"""What an item leaves behind in the process that plays it: threads and processes that it has started and that go on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcore.model.outcome import OUTLIVES, Remark
from simcore.model.stable import stable
from simcore.model.text import cut, printable
from simcore.runner.threads import running_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND_MAX: Final = 100
GOODBYE_S: Final = 0.2
"""A process that is told to end gets so long for it."""
LOOKS: Final = 10
_TASKS: Final = Path("/proc/self/task")
_TRACKER: Final = "multiprocessing.resource_tracker"
"""What Python starts by itself, and ends with whom it serves."""


class Companions:
    """Looks what is there besides, after each item again."""

    def __init__(self) -> None:
        self._threads = set(running_threads())
        self._children = self._before = set(child_pids())

    def left_behind(self) -> tuple[Remark, ...]:
        """Return a remark for each thread and each process that goes on and was not there the last time."""
        threads, children = running_threads(), list(child_pids())
        said = [text for ident, text in threads.items() if ident not in self._threads]
        said += [text for pid in children if pid not in self._children and (text := _in_words(pid))]
        self._threads, self._children = set(threads), set(children)
        return tuple(Remark(OUTLIVES, f"it has started {text}, and that outlives it") for text in dict.fromkeys(said))

    def end_children(self) -> None:
        """End the processes that items have started: who has started them is about to end."""
        for pid in self._living():
            _send(pid, signal.SIGTERM)
        for _ in range(LOOKS):
            if not self._living():
                return
            threading.Event().wait(GOODBYE_S / LOOKS)
        for pid in self._living():
            _send(pid, signal.SIGKILL)

    def _living(self) -> list[int]:
        # Asked anew each time: the number of one that has ended may be another's by now.
        return [pid for pid in child_pids() if pid not in self._before and _in_words(pid)]


def child_pids() -> Iterator[int]:
    """Give the processes that this one has started; none where the system does not tell."""
    try:
        tasks = sorted(_TASKS.iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            text = (task / "children").read_text()
        except OSError:
            continue
        yield from map(int, text.split())


def _in_words(pid: int) -> str:
    """Return which process that is; nothing where it has ended, or is one that Python has started by itself."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        state = rest.split()[0]
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (OSError, IndexError):
        return ""
    if state in ("Z", "X") or any(_TRACKER in word for word in words):
        return ""
    if words[:-1] == sys.orig_argv:
        return "a fork of the process that plays it"
    # One that is just beginning has no arguments yet.
    command = " ".join(words).strip() or name
    return f"the process `{cut(printable(stable(command)), COMMAND_MAX)}`"


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        return
