"""One of several machines that share a run without knowing of each other."""

from __future__ import annotations

from typing import NamedTuple

from simcore.model.errors import UsageError


class Shard(NamedTuple):
    """The part *number*, from 1, of a run in *of* parts. By itself it is all of it."""

    number: int = 1
    of: int = 1

    def holds(self, item: int, round: int) -> bool:
        """Tell whether *round* of the item number *item*, both from 0, is played here."""
        # With the item, so that short items do not all fall to the first.
        return (item + round) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard()


def shard_of(text: str | None) -> Shard:
    """Return the part that ``--shard`` says; without it there is one alone.

    Raises:
        UsageError: it says none.
    """
    if text is None:
        return WHOLE
    index, _, count = text.partition("/")
    numbers = [int(each) for each in (index, count) if each.isascii() and each.isdigit() and len(each) <= 6]
    if len(numbers) != 2 or not 1 <= numbers[0] <= numbers[1]:
        raise UsageError(f"--shard takes i/n with i from 1 to n, such as 2/3, and n below 1,000,000, not {text!r}")
    return Shard(*numbers)
