"""What crosses the border of Lua: scalars, the ways in which a failure can appear, and text.

A Lua string is bytes, seen in Python as one latin-1 character for each byte.
"""

from __future__ import annotations

from typing import Any, Final

from simcore.model.errors import UNKNOWN, InvalidArgument, ProcessError
from simcore.model.payload import Payload, pack, pack_data

ANSWERED: Final = 0
RETURNED: Final = 1
"""``nil, err``"""
REFUSED: Final = 2
"""``false, err``"""
RAISED: Final = 3
"""Its text, with the place of the call."""
THROWN: Final = 4
"""The error object itself."""
Scalars = tuple[Any, ...]
"""What crosses the border: None, bool, int, float, and texts or bytes."""


def to_lua(text: str) -> str:
    """Return *text* as the bytes of its UTF-8, one character for each."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def from_lua(text: str) -> str:
    """Return the text whose UTF-8 the Lua string *text* holds; each byte that is no UTF-8 becomes a lone surrogate, so
    that no two strings of bytes are one text."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


def payload(data: str) -> Payload:
    """Return the payload whose canonical string Lua wrote."""
    return pack_data(data.encode("latin-1"))


def parts(error: ProcessError) -> Scalars:
    """Return message, kind, retryable and details of *error*."""
    kind = "" if error.kind == UNKNOWN else to_lua(error.kind)
    return (to_lua(error.message), kind, error.retryable, _details(error))


def _details(error: ProcessError) -> bytes | None:
    if error.details is None:
        return None
    try:
        return pack((dict(error.details),)).data
    except InvalidArgument:
        # A detail that cannot leave Python is told as text.
        return pack(({key: str(value) for key, value in error.details.items()},)).data
