"""Lists of what is open now, the innermost last: each leaves by being itself, and not by being like another."""

from __future__ import annotations

from typing import Any


def leave(opened: list[Any], entry: object) -> None:
    """Take *entry* itself out of *opened*, wherever it stands; nothing happens where it is not in there, since an
    interruption may come at any instant, also before it was put there."""
    for place in range(len(opened) - 1, -1, -1):
        if opened[place] is entry:
            del opened[place]
            return
