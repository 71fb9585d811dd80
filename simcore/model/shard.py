"""One of several machines that share a run without knowing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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

    def notes(self, without: Sequence[str], not_found: Sequence[str], unseen: Sequence[str]) -> Iterator[str]:
        """Say that this is a part, and what no part can know: that something was nowhere found or seen.

        Args:
            without: ids of the items that have nothing in it.
            not_found: ids of the items of which a failure is expected, and has not come here.
            unseen: ids of the ``sometimes`` that have never held here.
        """
        if self == WHOLE:
            return
        ids = f"; none of {', '.join(without)}" if without else ""
        yield f"shard {self} alone was played: every {self.of}. round of schedules{ids}"
        if not_found:
            yield f"not judged in a part: a failure is expected and was not found here, in {', '.join(not_found)}"
        if unseen:
            yield f"not judged in a part: what was never seen here, {', '.join(unseen)}"


WHOLE = Shard()


def shard_of(text: str | None, where: str = "--shard") -> Shard:
    """Return the part that *text* says; without it there is one alone.

    Args:
        text: such as ``2/3``.
        where: what the user calls the place in which it is written.

    Raises:
        UsageError: it says none.
    """
    if text is None:
        return WHOLE
    index, _, count = text.partition("/")
    numbers = [int(each) for each in (index, count) if each.isascii() and each.isdigit() and len(each) <= 6]
    if len(numbers) != 2 or not 1 <= numbers[0] <= numbers[1]:
        raise UsageError(f"{where} takes i/n with i from 1 to n, such as 2/3, and n below 1,000,000, not {text!r}")
    return Shard(*numbers)
