"""What is said when a command cannot go on: a user's mistake or a machine that refuses in one message, ours with where
to find it."""

from __future__ import annotations

import errno
import tempfile
import traceback
from pathlib import Path

from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.model.errors import UsageError
from simcore.model.text import cut
from simcore.model.texts import class_name, text_of
from simcore.output.folder import DEFAULT
from simcore.output.text import safe, safe_lines


def told(error: BaseException) -> int:
    """Tell *error* on standard error and return the exit code that belongs to it."""
    if isinstance(error, UsageError):
        machine.write_error("simcore: " + "\n  | ".join(safe_lines(cut(str(error)))))
        return ExitCode.USAGE
    if isinstance(error, OSError):
        machine.write_error(f"simcore: {safe(cut(_of_the_host(error)))}")
        return ExitCode.USAGE
    machine.write_error(f"simcore: internal error: {safe(cut(f'{class_name(error)}: {text_of(error)}'))}")
    for note in getattr(error, "__notes__", ()):
        machine.write_error(f"  {safe(note)}")
    machine.write_error(f"  This is our mistake, not yours. Please report it with {_kept(error)}.")
    return ExitCode.INTERNAL


def _of_the_host(error: OSError) -> str:
    """Say what the machine refused: a file, the folder that we stand in, or standard output."""
    reason = error.strerror or class_name(error)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return f"too few files can be open at once: {reason}; raise the limit (ulimit -n)"
    if error.filename is not None:
        return f"{error.filename}: cannot be used: {reason}"
    if isinstance(error, FileNotFoundError):
        return "the current folder does not exist any more; go to another"
    return f"the output cannot be written: {reason}"


def _kept(error: BaseException) -> str:
    """Save the traceback and return where, or what became of it."""
    text = f"{machine.command_line()}\nsimcore {machine.version()}\n\n{''.join(traceback.format_exception(error))}"
    for folder in (Path(DEFAULT), Path(tempfile.gettempdir())):
        file = folder / f"internal-error-{machine.new_run_id()}.txt"
        try:
            folder.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return f"the file {file}"
    return "the command that you gave"
