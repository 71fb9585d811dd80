"""Foreign text made fit for a terminal and a CI log: names, messages and log lines of the simulated program."""

from __future__ import annotations

import re
from typing import Final

from simcore.model.text import printable

# What Azure Pipelines takes for a command: ##[error], ##vso[...].
_COMMAND: Final = re.compile(r"##(?=\w*\[)")


def safe(text: str) -> str:
    """Return *text* on one line: what does not print is escaped, and no CI reads a command in it."""
    return _COMMAND.sub(r"#\\x23", printable(text))


def safe_lines(text: str) -> list[str]:
    """Return each line of *text*, made safe."""
    return [safe(line.replace("\t", "    ")) for line in text.split("\n")]


def quoted(text: str, mark: str = "  | ") -> list[str]:
    """Return the lines of *text* behind *mark*, so that none of them begins as it likes."""
    return [f"{mark}{line}".rstrip() for line in safe_lines(text)]


def count(amount: int, noun: str) -> str:
    """Return ``1 schedule``, ``1,240 schedules``."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"
