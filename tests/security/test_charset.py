"""Ranges of characters: the complement has what the set lacks."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from simcore.security.charset import LAST, POSIX_CLASSES, complement, spelled

CODES = st.one_of(st.integers(0, 40), st.integers(LAST - 40, LAST))
RANGES = st.lists(st.tuples(CODES, CODES).map(lambda ends: (min(ends), max(ends))), max_size=4).map(tuple)


@given(RANGES, CODES)
def test_a_character_is_either_in_a_set_or_in_its_complement(ranges: tuple[tuple[int, int], ...], code: int) -> None:
    inside = any(low <= code <= high for low, high in ranges)

    assert any(low <= code <= high for low, high in complement(ranges)) is not inside


@given(RANGES.filter(bool), CODES)
def test_a_spelled_set_matches_its_characters_alone(ranges: tuple[tuple[int, int], ...], code: int) -> None:
    inside = any(low <= code <= high for low, high in ranges)

    assert bool(re.fullmatch(f"[{spelled(ranges)}]", chr(code))) is inside


def test_the_named_classes_hold_the_characters_of_their_names() -> None:
    letters = "\t\v\r !0AFGaf_z~\x7f"
    found = {
        name: "".join(letter for letter in letters if any(low <= ord(letter) <= high for low, high in ranges))
        for name, ranges in POSIX_CLASSES.items()
    }

    assert found == {
        "alnum": "0AFGafz",
        "alpha": "AFGafz",
        "ascii": letters,
        "blank": "\t ",
        "cntrl": "\t\v\r\x7f",
        "digit": "0",
        "graph": "!0AFGaf_z~",
        "lower": "afz",
        "print": " !0AFGaf_z~",
        "punct": "!_~",
        "space": "\t\v\r ",
        "upper": "AFG",
        "word": "0AFGaf_z",
        "xdigit": "0AFaf",
    }
