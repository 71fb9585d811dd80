"""Where model and run part: what the model expected, what the run did, and who matters."""

from __future__ import annotations

from collections.abc import Iterable

from simcore import LogEntry


class Parted(AssertionError):
    """The model expected something else than the run did.

    Args:
        entry: the action in which they parted, the first of all.
        action: the same in words.
        expected: what the model expected.
        did: what the run did instead.
        rules: the numbers of the contract that say so, such as ``I19`` of process 17, or a section.
        parties: the processes that matter, each in words.
    """

    def __init__(
        self, entry: LogEntry, action: str, expected: str, did: str, rules: str, parties: Iterable[str] = ()
    ) -> None:
        self.entry = entry
        self.action = action
        self.expected = expected
        self.did = did
        self.rules = rules
        self.parties = tuple(parties)
        super().__init__(self.text())

    def text(self) -> str:
        """Return it in words, line by line."""
        entry = self.entry
        lines = (
            f"model and run part at step {entry.step}, at {entry.instant_ns:,} ns: {self.action}",
            f"  expected: {self.expected}",
            f"  the run:  {self.did}",
            f"  contract: {self.rules}",
            *(f"  {party}" for party in self.parties),
        )
        return "\n".join(lines)
