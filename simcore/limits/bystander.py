"""Looking at code that runs outside of the main thread, where no signal is heard: nothing can be raised in it, but it
can be said where it is."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simcore.limits.debugging import is_debugged
from simcore.limits.ending import standard_error
from simcore.limits.limit import LOOKS, OPTION
from simcore.limits.moving import steps_done

if TYPE_CHECKING:
    from collections.abc import Generator

    from simcore.limits.limit import Limit


@contextmanager
def looked_at(limit: Limit) -> Generator[None, None, None]:
    """Say once on standard error where every thread is, if nothing is done inside the block for longer than *limit*."""
    over = threading.Event()
    threading.Thread(target=_look_on, args=(limit, over), daemon=True, name="simcore-looks-on").start()
    try:
        yield
    finally:
        over.set()


def _look_on(limit: Limit, over: threading.Event) -> None:
    steps, waited = steps_done(), 0
    # It counts its own looks and asks no clock: whoever was stopped has not waited.
    while not over.wait(limit.wall_s / LOOKS):
        moved = steps_done() != steps or is_debugged(None)
        steps, waited = steps_done(), 0 if moved else waited + 1
        if waited == LOOKS:
            _say(limit)
            return


def _say(limit: Limit) -> None:
    said = (
        f"simcore: what runs in another thread than the main one did nothing for {limit.told(wall=True)}, and cannot "
        f"be stopped there; if it is no endless loop, raise {OPTION} in [tool.simcore.run]\n"
    )
    with contextlib.suppress(OSError, ValueError):
        descriptor = standard_error()
        os.write(descriptor, said.encode())
        faulthandler.dump_traceback(descriptor)
