"""Whose a KeyboardInterrupt is: somebody's Ctrl-C, or the program's own."""

from __future__ import annotations

import signal


def hears_interrupts() -> bool:
    """Tell whether a KeyboardInterrupt in this process is somebody's Ctrl-C; where that is not heard it is the
    program's own."""
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def is_interrupt(error: BaseException) -> bool:
    """Tell whether *error* is somebody's Ctrl-C, which nobody but the command may catch."""
    return isinstance(error, KeyboardInterrupt) and hears_interrupts()
