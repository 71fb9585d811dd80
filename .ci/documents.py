"""Reads the fenced blocks of a Markdown page together with the comments that say what a block is for.

The marks, each an HTML comment on a line of its own above the fence:

- `command: NAME`: one of the page's own commands (`main`, `tests`), for the gate to run;
- `run`: a console block whose commands are executed, in order, and whose output is compared;
- `run: beside`: the same, in a folder that holds nothing but the files of the page;
- `file: PATH`: a whole file, which is put there before what stands below it is run;
- `from: PATH`: an excerpt, which must stand in that file word for word;
- `not run`: a Python block that is only to be read.

As a command, `documents.py PAGE NAME` prints the command of that name.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = re.compile(r"^```(\w*)\s*$")
MARK = re.compile(r"^<!--\s*(.+?)\s*-->$")


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a console block and the output that the page shows for it."""

    command: str
    output: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block; *line* is the number of its first line inside the fence."""

    language: str
    marks: tuple[str, ...]
    line: int
    lines: tuple[str, ...]

    def mark(self, name: str) -> str | None:
        """Give what follows *name* in the block's marks: empty text for a bare mark, None without one."""
        for mark in self.marks:
            head, _, tail = mark.partition(":")
            if head == name:
                return tail.strip()
        return None

    def calls(self) -> Iterator[Call]:
        """Part the block at its prompts; a command may go on after a backslash at the end of its line."""
        command, output, open_command = "", list[str](), False
        for line in self.lines:
            if line.startswith("$ ") and not open_command:
                if command:
                    yield Call(command, tuple(output))
                command, output, open_command = line[2:], [], line.endswith("\\")
            elif open_command:
                command, open_command = f"{command}\n{line}", line.endswith("\\")
            else:
                output.append(line)
        if command:
            yield Call(command, tuple(output))


def blocks(page: Path) -> Iterator[Block]:
    """Give the fenced blocks of *page* in their order."""
    marks: list[str] = []
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        if fence := FENCE.match(line):
            yield Block(fence[1], tuple(marks), number + 1, tuple(until_closed(lines)))
            marks = []
        elif mark := MARK.match(line):
            marks.append(mark[1])
        elif line.strip():
            marks = []


def until_closed(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    """Give the lines before the closing fence."""
    for _, line in lines:
        if line.rstrip() == "```":
            return
        yield line


def command(page: Path, name: str) -> str:
    """Give the one command of the block that is marked `command: name`."""
    found = [call.command for block in blocks(page) if block.mark("command") == name for call in block.calls()]
    if len(found) != 1:
        sys.exit(f"{page}: expected one command marked `command: {name}`, found {len(found)}")
    return found[0]


if __name__ == "__main__":
    print(command(Path(sys.argv[1]), sys.argv[2]))
