"""A message to a process in whose mailbox 10,000 others lie that nobody reads, against one where none lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import portable
from simcore.bench.measure import in_turns, rounds, size, timed
from simcore.bench.workload import Gate, Row, judged

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGES: Final = 5_000


class Backlog:
    """The workload ``backlog``: a backlog that nobody reads must not slow down what is read."""

    name = "backlog"

    def measure(self, *, quick: bool) -> Row:
        """Compare one message beside many with one beside none. Both are answered."""
        beside = timed(waiting(portable.UNREAD), size(MESSAGES, quick=quick))
        alone = timed(waiting(0), size(MESSAGES, quick=quick))
        pairs = in_turns(beside, alone, rounds=rounds(quick=quick))
        return judged(self.name, "backlog-0", Gate("<=", 1.6), pairs, quick=quick)


def waiting(unread: int) -> Callable[[int], Callable[[], None]]:
    """Return what sets up messages to a process with *unread* others in its mailbox."""
    return lambda messages: portable.waited_for(messages, unread)
