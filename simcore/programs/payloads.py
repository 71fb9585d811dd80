"""What members hand to each other, and what they do to it afterwards."""

from __future__ import annotations

from typing import Any, Final

CHANGED: Final = "changed after it was handed over"


def extra(value: int) -> Any:
    """Return the changeable part of the payload that a step's small number means."""
    return ([], ["text", True, None], {"key": [1, 2.5]}, {"nested": {"list": [b"bytes", -1]}})[value % 4]


def spoil(something: Any) -> None:
    """Change what was handed over; nobody who received it may see that."""
    if isinstance(something, dict):
        something[CHANGED] = True
    else:
        something.append(CHANGED)
