"""The one file of the command that knows the host: environment, streams, terminal. Nothing of it enters a run."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import PurePath
from typing import Final, TextIO

from simcore.campaign.machine import monotonic_s as monotonic_s
from simcore.campaign.machine import new_run_id as new_run_id
from simcore.runner.standard_output import is_real, keep_for_records

OPEN_MIN: Final = 8
"""So many files have to be openable besides those that are open already."""
_own: Final[dict[str, TextIO]] = {}
"""Streams of the command's own to where standard output and standard error lead, by those names: what plays in this
process may close these."""
_kept: Final[list[tuple[TextIO, TextIO]]] = []
"""Standard output as it was, and the stream that leads there now."""


def speak_utf_8() -> None:
    """Begin anew in Python's UTF-8 mode where the locale knows ASCII alone, if this process is the command.

    An id is a path, and has to be the same text on every machine; so are the names of files that others are told.
    """
    if sys.getfilesystemencoding() == "ascii" and sys.executable and is_the_command():
        arguments = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        # The variable is for the processes that play.
        os.execve(sys.executable, arguments, {**os.environ, "PYTHONUTF8": "1"})


def is_the_command() -> bool:
    """Tell whether this process is the command's own, and not one that calls it, such as a test's."""
    main = sys.modules["__main__"]
    script = PurePath(getattr(main, "__file__", None) or "").stem
    return script == "simcore" or getattr(main, "__package__", None) == "simcore"


def prepare_streams() -> None:
    """Let both streams write any text: what the terminal cannot show is escaped instead of an error. The command itself
    writes past them, to the same place."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        if is_real(stream):
            descriptor = os.dup(stream.fileno())
            _own[name] = os.fdopen(descriptor, "w", encoding=stream.encoding, errors="backslashreplace")


def keep_out() -> None:
    """Keep standard output for the command alone: what the user's code prints goes to standard error from now on,
    and so does what it writes past Python, or lets a child process write."""
    before = sys.stdout
    _kept.append((before, keep_for_records()))


def give_back_out() -> None:
    """Let standard output be what it was, in a process that goes on. One whose descriptor was moved is about to end,
    and what the user's code prints in its last moments is no record either."""
    while _kept:
        before, records = _kept.pop()
        if records is before:
            sys.stdout = before
    while _own:
        with contextlib.suppress(OSError):
            _own.popitem()[1].close()


def write_out(text: str) -> None:
    """Write *text* and a line end to standard output, at once."""
    _write(out(), text)


def out() -> TextIO | None:
    """Return the stream by which the command writes to standard output."""
    return _kept[0][1] if _kept else _stream("stdout")


def write_error(text: str) -> None:
    """Write *text* and a line end to standard error, at once, if anything can be written there."""
    with contextlib.suppress(OSError):
        _write(_stream("stderr"), text)


def _stream(name: str) -> TextIO | None:
    """Return where the command writes to. What others have written to the stream of that name goes before."""
    shared: TextIO | None = getattr(sys, name)
    own = _own.get(name)
    if own is None:
        return shared
    if shared is not None:
        with contextlib.suppress(OSError, ValueError):
            shared.flush()
    return own


def _write(stream: TextIO | None, text: str) -> None:
    """Write to *stream*, unless the process was started without it."""
    if stream is not None:
        stream.write(text + "\n")
        stream.flush()


def silence_out() -> None:
    """Send standard output nowhere: whoever read it has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, _own.get("stdout"), *(records for _, records in _kept)):
        if stream is not None and is_real(stream):
            os.dup2(nowhere, stream.fileno())


def is_terminal() -> bool:
    """Tell whether standard output is a terminal that a person looks at."""
    return is_real(sys.stdout) and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def cores() -> int:
    """Return how many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def environment() -> dict[str, str]:
    """Return the environment, for processes that are started from here."""
    return dict(os.environ)


def python() -> list[str]:
    """Return how to start this Python again so that it finds what this process finds. Python would look for its own
    modules in the current folder first, where a ``re.py`` may lie."""
    here = ("", os.getcwd())
    return [sys.executable] if any(folder in here for folder in sys.path) else [sys.executable, "-P"]


def open_some() -> None:
    """Open so many files at once as a command needs at least, and close them; raises ``OSError``."""
    opened: list[int] = []
    try:
        opened += (os.open(os.devnull, os.O_RDONLY) for _ in range(OPEN_MIN))
    finally:
        for each in opened:
            os.close(each)


def step_summary() -> str | None:
    """Return the file in which GitHub's CI wants its summary, where there is one."""
    return os.environ.get("GITHUB_STEP_SUMMARY") or None


def arguments() -> list[str]:
    """Return the words after the command's name."""
    return sys.argv[1:]


def command_line() -> str:
    """Return the command as it was given, quoted for a shell."""
    return shlex.join(["simcore", *arguments()])


def version() -> str:
    """Return the version of simcore. The door is loaded whenever this is, and no floor imports it."""
    return str(sys.modules["simcore"].__version__)
