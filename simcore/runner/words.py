"""Text that came from an app, made safe and short enough for people to read."""

from __future__ import annotations

from typing import Any, Final

from simcore.model.errors import ProcessError

LENGTH_MAX: Final = 48


def plain(text: str) -> str:
    """Return *text* with every character escaped that a terminal or a CI could take for a command."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def short(value: Any) -> str:
    """Return a value of the simulated program in at most ``LENGTH_MAX`` characters."""
    text = f"error {value.message!r}" if isinstance(value, ProcessError) else repr(value)
    text = plain(text)
    return text if len(text) <= LENGTH_MAX else f"{text[: LENGTH_MAX - 3]}..."
