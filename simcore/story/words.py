"""Values that came from an app, made safe and short enough for people to read."""

from __future__ import annotations

from typing import Any, Final

from simcore.model.errors import ProcessError
from simcore.model.stable import stable
from simcore.model.text import cut, printable

LENGTH_MAX: Final = 48
NAME_MAX: Final = 200
"""A name stands in many lines, so less of it is shown than of a message."""


def named(text: str) -> str:
    """Return an id, a topic or any other name as the lines of a story have it."""
    return cut(printable(text), NAME_MAX)


def short(value: Any) -> str:
    """Return a value of the simulated program in at most ``LENGTH_MAX`` characters."""
    text = f"error {stable(str(value.message))!r}" if isinstance(value, ProcessError) else repr(value)
    text = printable(text)
    return text if len(text) <= LENGTH_MAX else f"{text[: LENGTH_MAX - 3]}..."
