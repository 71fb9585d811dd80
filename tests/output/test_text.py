"""Foreign text on a terminal and in a CI log."""

from __future__ import annotations

import pytest

from simcore.output.text import count, quoted, safe, safe_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, ünïcode too", "plain words, ünïcode too"),
        ("\x1b[31mred\x9b0m", "\\x1b[31mred\\x9b0m"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202eright to left", "\\u202eright to left"),
        ("\ud800", "\\ud800"),
        ("##[error]no ##vso[task] command", "#\\x23[error]no #\\x23vso[task] command"),
        ("## a heading", "## a heading"),
    ],
)
def test_nothing_in_a_text_speaks_to_the_terminal_or_the_ci(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_lines_stay_lines_and_tabs_become_blanks() -> None:
    assert safe_lines("one\n\ttwo\x07") == ["one", "    two\\x07"]


def test_no_quoted_line_begins_as_it_likes() -> None:
    assert quoted("a\n::error::b\n") == ["  | a", "  | ::error::b", "  |"]


def test_amounts_are_told_in_words() -> None:
    assert [count(amount, "schedule") for amount in (0, 1, 1240)] == ["0 schedules", "1 schedule", "1,240 schedules"]
