"""Standard output kept for records alone: whatever else is written to it goes to standard error."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def keep_for_records() -> TextIO:
    """Return a stream to standard output as it is now, and send all that writes to it from now on to standard error.

    The descriptor is moved too, so that ``os.write(1, ...)``, C code and child processes cannot disturb the records.
    """
    records = _moved(sys.stdout)
    sys.stdout = sys.stderr
    return records


def is_real(stream: TextIO) -> bool:
    """Tell whether *stream* writes to a descriptor of the process and not into memory."""
    try:
        return stream.fileno() >= 0
    except (OSError, ValueError, AttributeError):
        return False


def _moved(stream: TextIO) -> TextIO:
    if not is_real(stream):
        return stream
    stream.flush()
    descriptor = stream.fileno()
    records = os.dup(descriptor)
    os.dup2(_other(), descriptor)
    return os.fdopen(records, "w", encoding=stream.encoding, errors="backslashreplace", newline="\n")


def _other() -> int:
    """Return the descriptor of standard error, or one that leads nowhere where that is closed."""
    return sys.stderr.fileno() if is_real(sys.stderr) else os.open(os.devnull, os.O_WRONLY)
