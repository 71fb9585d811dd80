"""Finding what repeats itself: exactly, and in linear or nearly linear time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simcore.model.repeats import TIMES_MIN, Stretch, _all, at_the_end, stretches

SEQUENCES = st.one_of(
    st.text("ab", max_size=30),
    st.builds(
        lambda before, turn, times, after: before + turn * times + after,
        st.text("abc", max_size=8),
        st.text("abc", min_size=1, max_size=7),
        st.integers(1, 6),
        st.text("abc", max_size=8),
    ),
)


def all_of(text: str) -> set[Stretch]:
    """Return every stretch with its smallest period, by trying all of them."""
    found: dict[tuple[int, int], int] = {}
    for period in range(1, len(text) // TIMES_MIN + 1):
        place = period
        while place < len(text):
            end = place
            while end < len(text) and text[end] == text[end - period]:
                end += 1
            if end - place + period >= TIMES_MIN * period:
                found.setdefault((place - period, end), period)
            place = end + 1
    return {Stretch(start, period, end) for (start, end), period in found.items()}


@given(SEQUENCES)
def test_every_stretch_is_found_and_nothing_else(text: str) -> None:
    smallest: dict[tuple[int, int], int] = {}
    for start, period, end in sorted(_all(text)):
        smallest.setdefault((start, end), period)

    assert {Stretch(start, period, end) for (start, end), period in smallest.items()} == all_of(text)


@given(SEQUENCES)
def test_at_the_end_is_the_longest_that_reaches_it(text: str) -> None:
    there = [each for each in all_of(text) if each.end == len(text)]

    assert at_the_end(text) == min(there, default=None)


@given(SEQUENCES)
def test_those_that_are_taken_do_not_overlap_and_none_is_longer_than_the_first_taken(text: str) -> None:
    taken = stretches(text)

    assert all(one.end <= other.start for one, other in pairwise(taken))
    assert max((each.end - each.start for each in taken), default=0) == max(
        (each.end - each.start for each in all_of(text)), default=0
    )


def test_a_long_prefix_a_long_period_and_an_end_are_told_apart() -> None:
    prefix, turn, end = list(range(700)), [*range(1000, 1150), *range(1000, 1010)], [-1, -2, -3]

    assert stretches(prefix + turn * 40 + end) == [Stretch(700, 160, 700 + 160 * 40)]
    assert at_the_end(prefix + turn * 40) == Stretch(700, 160, 700 + 160 * 40)
    assert at_the_end(prefix + turn * 40 + end) is None


def test_two_times_are_no_repetition() -> None:
    assert stretches("abcabc") == []
    assert Stretch(0, 3, 11).times == 3
