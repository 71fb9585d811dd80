"""Text between Python and Lua: a Lua string is bytes, seen in Python as one latin-1 character for each byte."""

from __future__ import annotations


def to_lua(text: str) -> str:
    """Return *text* as the bytes of its UTF-8, one character for each."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def from_lua(text: str) -> str:
    """Return the text whose UTF-8 the Lua string *text* holds; bytes that are no UTF-8 stay as they are."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text
