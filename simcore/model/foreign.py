"""What a program is told that uses something foreign to the simulation, and how that is known again."""

from __future__ import annotations

from typing import Final

NOT_HERE: Final = "is not part of this simulation"
"""What stands behind the name of whatever is missing. Programs pass such an error on as a text, behind words of their
own, so the text alone can be relied on."""


def foreign_use(text: str) -> str:
    """Return the line of *text* that names what is not part of the simulation; empty where none does."""
    # With the space behind the name: an assertion about these very words is no use of anything.
    if f" {NOT_HERE}" not in text:
        return ""
    return next(line for line in text.split("\n") if f" {NOT_HERE}" in line)
