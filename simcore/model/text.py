"""Texts as terminals and files can take them, whatever the simulated program made."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return *text* on one line, every character escaped that a terminal or a CI could take for a command."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def writable(text: str) -> str:
    """Return *text* with the escape of each lone surrogate in its place."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
