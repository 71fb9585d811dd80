"""Text between Python and Lua: a Lua string is bytes, seen in Python as one latin-1 character for each byte."""

from __future__ import annotations


def to_lua(text: str) -> str:
    """Return *text* as the bytes of its UTF-8, one character for each."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def from_lua(text: str) -> str:
    """Return the text whose UTF-8 the Lua string *text* holds; each byte that is no UTF-8 becomes a lone surrogate, so
    that no two strings of bytes are one text."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")
