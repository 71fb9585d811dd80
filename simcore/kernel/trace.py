"""The flat log of a run and its digest; what each action was, when, and which values travelled."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.kernel.action import Action, Label
    from simcore.model.payload import Payload

BLOCK: Final = 1024
"""Actions between two foldings: keeping ints and hashing them in blocks is several times cheaper than one by one."""
_INSTANT: Final = -1
VALUE: Final = -2
"""The mark of a value that travelled; hot paths append it themselves."""


class Trace:
    """Appends; never looks back. ``log`` holds label numbers and marks, ``values`` what the marks stand for."""

    def __init__(self) -> None:
        self.log: list[int] = []
        self.values: list[Payload | bytes] = []
        self.on_note: Callable[[Label], None] | None = None
        """Who hears of what is done from outside; the actions themselves are told by the kernel."""
        self._labels: dict[Label, int] = {}
        # One stream for each kind, so that the digest does not depend on where a block of them ends.
        # BLAKE2b (M.-J. Saarinen, J.-P. Aumasson, RFC 7693, 2015): in hashlib on every platform, and measured no slower
        # than crc32, which collides.
        self._hashes = tuple(hashlib.blake2b(digest_size=16) for _ in range(3))

    def number(self, action: Action) -> int:
        """Return the number of the action's label as it stands now."""
        return self._number(action.label())

    def note(self, label: Label) -> int:
        """Append something that happened without having been an action: what a scenario does from outside."""
        number = self._number(label)
        self.log.append(number)
        if self.on_note is not None:
            self.on_note(label)
        return number

    def _number(self, label: Label) -> int:
        """Numbers are given in the order of first performance, so that they depend on the run alone; the text of a new
        label is folded in once."""
        number = self._labels.get(label)
        if number is None:
            number = self._labels[label] = len(self._labels)
            # A program may use any text as a topic or name, lone surrogates too; the digest must not be where it fails.
            self.fold("\x00".join(label).encode("utf-8", "surrogatepass"))
        return number

    def labels(self) -> list[Label]:
        """Return the labels by their numbers."""
        return list(self._labels)

    def instant(self, now_ns: int) -> None:
        """Note that time has moved to *now_ns*."""
        # Marks are negative and label numbers are not, so the flat list reads in one way only.
        self.log += (_INSTANT, now_ns)

    def fold(self, value: Payload | bytes) -> None:
        """Note a value that travelled: a payload, a result, a log record."""
        self.log.append(VALUE)
        self.values.append(value)

    def flush(self) -> None:
        """Hash what was noted, and forget it."""
        log, lengths, data = self._hashes
        log.update(_little_endian(self.log))
        if self.values:
            parts = [value if isinstance(value, bytes) else value.data for value in self.values]
            # The lengths apart, or "ab" and "c" would count as "a" and "bc".
            lengths.update(_little_endian([*map(len, parts)]))
            data.update(b"".join(parts))
        self.log.clear()
        self.values.clear()

    def digest(self) -> str:
        """Return the digest of all that was noted so far, as hexadecimal text. Asking changes nothing."""
        self.flush()
        parts = b"".join(each.digest() for each in self._hashes)
        return hashlib.blake2b(parts, digest_size=16).hexdigest()


def _little_endian(numbers: list[int]) -> bytes:
    # With the byte order said, which array.tobytes would take from the machine.
    return struct.pack(f"<{len(numbers)}q", *numbers)
