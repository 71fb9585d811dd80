"""Text that comes from a file of the user, made fit for a message."""

from __future__ import annotations

from typing import Final

SHOWN_MAX: Final = 80


def shown(text: str) -> str:
    """Return *text* on one line, control characters escaped, cut after ``SHOWN_MAX`` characters."""
    return escaped(text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 3] + "...")


def escaped(text: str) -> str:
    """Return *text* whole, its control characters escaped."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
