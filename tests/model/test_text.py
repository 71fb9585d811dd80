"""A text from outside is shown in so many characters and no more."""

from __future__ import annotations

import pytest

from simcore.model.text import LINES_MAX, SHOWN_MAX, cut, few, listed


def test_a_text_that_is_not_long_is_shown_as_it_is() -> None:
    assert cut("a" * SHOWN_MAX) == "a" * SHOWN_MAX


def test_of_a_long_text_beginning_end_and_length_are_shown() -> None:
    shown = cut(f"lost: {'x' * 10_000_000} (bank.py:7)")

    assert shown.startswith("lost: xxx")
    assert shown.endswith("x (bank.py:7)")
    assert "10,000,018 characters" in shown
    assert len(shown) == SHOWN_MAX
    assert cut(shown) == shown


def test_the_end_of_a_long_first_line_stays_too() -> None:
    first, *_, last = cut(f"{'x' * 9_000} (bank.py:7)\n{'y' * 9_000}!").split("\n")

    assert first.endswith("x (bank.py:7)")
    assert last.endswith("y!")
    assert len(f"{first}\n{last}") == SHOWN_MAX


def test_of_many_lines_the_first_and_the_last_are_shown() -> None:
    text = "\n".join(f"line {number}" for number in range(1_000_000))

    shown = cut(text, whole="messages/a.txt")

    lines = shown.split("\n")
    assert len(lines) == LINES_MAX
    assert (lines[0], lines[-1]) == ("line 0", "line 999999")
    assert "[... cut, 1,000,000 lines in all, whole in messages/a.txt ...]" in lines
    assert cut(shown) == shown


def test_many_long_lines_are_cut_as_one_is() -> None:
    text = f"{'x' * 100}\n" * 100_000

    shown = cut(text)

    assert len(shown) <= SHOWN_MAX
    assert f"{len(text):,} characters" in shown
    assert cut(shown) == shown


def test_what_is_echoed_can_be_cut_shorter() -> None:
    shown = cut(f"simcore1/{'x' * 100_000}", 100)

    assert shown.startswith("simcore1/xxx")
    assert len(shown) == 100


@pytest.mark.parametrize(
    ("amount", "shown", "listing"),
    [
        (0, [], ""),
        (2, ["0", "1"], "0, 1"),
        (3, ["0", "1", "and 1 more"], "0, 1 and 1 more"),
        (1_003, ["0", "1", "and 1,001 more"], "0, 1 and 1,001 more"),
    ],
)
def test_of_many_the_first_few_are_told_and_how_many_more_there_are(
    amount: int, shown: list[str], listing: str
) -> None:
    texts = [str(number) for number in range(amount)]

    assert few(texts, 2) == shown
    assert listed(texts, 2) == listing
