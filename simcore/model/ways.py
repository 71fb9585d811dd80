"""Whether the frames that a process's error went through are kept for a debugger; nothing else keeps them alive."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

# Of the module, because errors are made far below whoever wants to look at them.
_wanted: Final[list[None]] = []


@contextmanager
def ways_kept() -> Generator[None, None, None]:
    """Keep them of whatever ends a process inside the block."""
    _wanted.append(None)
    try:
        yield
    finally:
        _wanted.pop()


def are_ways_kept() -> bool:
    """Tell whether somebody wants them."""
    return bool(_wanted)
