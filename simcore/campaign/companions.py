"""What an item leaves behind in the process that plays it: threads and processes that it has started and that go on."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Final

from simcore.campaign.offspring import all_but, child_pids, in_words, send
from simcore.campaign.work import outliving
from simcore.runner.threads import running_threads

if TYPE_CHECKING:
    from simcore.model.outcome import Remark

GOODBYE_S: Final = 0.2
"""A process that is told to end gets so long for it."""
LOOKS: Final = 10


class Companions:
    """Looks what is there besides, after each item again."""

    def __init__(self) -> None:
        self._threads = set(running_threads())
        self._children = self._before = set(child_pids())

    def left_behind(self) -> tuple[Remark, ...]:
        """Return a remark for each thread and each process that goes on and was not there the last time."""
        threads, children = running_threads(), list(child_pids())
        said = [text for ident, text in threads.items() if ident not in self._threads]
        said += [text for pid in children if pid not in self._children and (text := in_words(pid))]
        self._threads, self._children = set(threads), set(children)
        return outliving(said)

    def end_children(self) -> None:
        """End the processes that items have started: who has started them is about to end."""
        for pid in self._living():
            send(pid, signal.SIGTERM)
        for _ in range(LOOKS):
            if not self._living():
                return
            threading.Event().wait(GOODBYE_S / LOOKS)
        for pid in self._living():
            send(pid, signal.SIGKILL)

    def _living(self) -> list[int]:
        # Asked anew each time: the number of one that has ended may be another's by now.
        return [pid for pid in all_but(self._before) if in_words(pid)]
