"""The process that plays for another one: it reads what it is to do, does it in its main thread, and answers."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from simcore.campaign import wire
from simcore.campaign.breakpoints import tell_of_the_prompt
from simcore.campaign.leaks.question import UNHEARD
from simcore.campaign.machine import exit_now, monotonic_s
from simcore.campaign.offspring import end_all, own_this_process
from simcore.campaign.task import Desk, open_desk, sent
from simcore.limits.alarm import ends_by
from simcore.limits.blackbox import BlackBox
from simcore.runner.standard_output import keep_for_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

NOTE_EVERY_S: Final = 0.2
"""It is written down how far a property has come this often at most."""
GOODBYE_S: Final = 2.0
"""Who has nothing to do any more gets so long to end by itself."""
LOST: Final = 1
"""With this code it ends where nobody wants an answer any more."""

_wait: Final = threading.Event().wait


class _Requests:
    """What is to be done; read by a thread, so that the end of the one who asks is noticed at any time.

    Args:
        descriptor: where it is read.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: SimpleQueue[Any] = SimpleQueue()
        self.busy: bool = False
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Any:
        """Return what is to be done next, once there is any; None where that was all."""
        return self._waiting.get()

    def _listen(self) -> None:
        try:
            while True:
                self._waiting.put(wire.receive(self._descriptor))
        except EOFError:
            pass
        # Whatever has become of what it reads by: nothing comes any more.
        finally:
            if not self.busy:
                self._waiting.put(None)
                _wait(GOODBYE_S)
            end_all()
            exit_now(LOST)


def main() -> None:
    """Do what is asked on standard input, until that ends."""
    # It is given nobody's orphans: the user's code may wait for any child of its own.
    own_this_process()
    told = json.loads(sys.argv.pop())
    sys.argv[:] = told["arguments"]
    asked = _Requests(os.dup(0))
    desk, records = _begin(told["box"])
    answers = records.fileno()
    while (request := asked.next()) is not None:
        asked.busy = True
        frame = _frame(*request)
        asked.busy = False
        try:
            wire.send(answers, frame)
        except OSError:
            exit_now(UNHEARD)
    desk.leave()
    end_all()


def _frame(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """Call *function* and return what came of it, as it travels: whether it has returned, and what."""
    try:
        return wire.packed((True, function(*arguments)))
    except BaseException as error:
        try:
            return wire.packed((False, error))
        except Exception as unpackable:
            return wire.packed((False, sent(unpackable)))


def _begin(box: str) -> tuple[Desk, TextIO]:
    """Make this a process that plays for another; return who does it, and where it answers.

    Args:
        box: the file in which it writes down how it gets on.
    """
    sys.breakpointhook = tell_of_the_prompt
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What the user's code reads, or prints, must not come between questions and answers. The command alone writes to
    # standard output, so that it is the same whoever plays, in whatever order.
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    records = keep_for_records()
    black_box = BlackBox(box)
    ends_by(black_box)
    desk = Desk(_noting(black_box))
    open_desk(desk)
    return desk, records


def _noting(box: BlackBox) -> Callable[[str, int, int], None]:
    last_s = monotonic_s()

    def note(item: str, examples: int, schedules: int) -> None:
        nonlocal last_s
        if monotonic_s() - last_s >= NOTE_EVERY_S:
            last_s = monotonic_s()
            box.far(item, examples, schedules)

    return note
