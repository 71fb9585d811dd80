"""Lines and columns of a source text, counted the way Lua counts them."""

from __future__ import annotations

import re
from typing import Final

# Lua takes either order of the two characters for one line break.
LINE_BREAK: Final = re.compile(r"\r\n|\n\r|\n|\r")


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of the character at *offset*."""
    line, start = 1, 0
    for found in LINE_BREAK.finditer(source, 0, offset):
        line, start = line + 1, found.end()
    return line, offset - start + 1
