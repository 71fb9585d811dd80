"""What goes between a command and the processes that play for it: values, framed so that nothing else passes for one.

The user's code may write to any descriptor of its process.
"""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from typing import Any, Final

MAGIC: Final = b"simcore\0"
_HEAD: Final = struct.Struct("<8sQI")
"""The magic, how many bytes follow, and their checksum."""
SIZE_MAX: Final = 2**36

# As they are before any of the user's code could put others in their place.
_read: Final = os.read
_write: Final = os.write
_packed: Final = pickle.dumps
_unpacked: Final = pickle.loads
_checksum: Final = zlib.crc32


class Garbled(Exception):  # it is no error of anybody's until it is told as a death
    """Something was read that no process of ours has written."""


def packed(value: object) -> bytes:
    """Return *value* as it travels.

    Raises:
        Exception: it cannot be pickled.
    """
    content = _packed(value)
    return _HEAD.pack(MAGIC, len(content), _checksum(content)) + content


def send(descriptor: int, frame: bytes) -> None:
    """Write *frame*, whole.

    Raises:
        OSError: nobody reads it any more, or the descriptor was closed.
    """
    rest = memoryview(frame)
    while rest:
        rest = rest[_write(descriptor, rest) :]


def receive(descriptor: int) -> Any:
    """Return the next value.

    Raises:
        EOFError: whoever wrote it is gone.
        Garbled: it is none.
    """
    magic, size, checksum = _HEAD.unpack(_bytes(descriptor, _HEAD.size))
    if magic != MAGIC or size > SIZE_MAX:
        raise Garbled
    content = _bytes(descriptor, size)
    if _checksum(content) != checksum:
        raise Garbled
    return _unpacked(content)


def _bytes(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = _read(descriptor, min(size, 2**20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
