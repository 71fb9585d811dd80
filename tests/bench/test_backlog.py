"""The backlog: the same messages, beside many that nobody reads and beside none."""

from __future__ import annotations

from simcore.bench import backlog


def test_both_sides_play_to_their_end() -> None:
    backlog.waiting(50)(10)()
    backlog.waiting(0)(10)()
