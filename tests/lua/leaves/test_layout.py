"""Layouts by themselves: every token, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.lua.leaves.layout import Instant, format_instant, parse_instant
from simcore.model.errors import InvalidArgument

WINTER = Instant(2006, 1, 2, 15, 4, 5, 60_700_000, 1, 2, -7 * 3600, "MST")
NAMELESS = Instant(2023, 11, 9, 0, 0, 0, 0, 4, 313, 5 * 3600 + 1800 + 15, "")


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("2006 06 01 1 Jan January 02 2 _2 002 __2 Mon Monday", "2006 06 01 1 Jan January 02 2  2 002   2 Mon Monday"),
        ("15 03 3 04 4 05 5 PM pm MST", "15 03 3 04 4 05 5 PM pm MST"),
        (".000 .999 ,000 .9 .00000000000", ".060 .06 ,060  .06070000000"),
        (".000000000,999999999", ".060700000,0607"),
        ("Z07:00 -07:00 -0700 Z0700 -07 Z07 -07:00:00 Z070000", "-07:00 -07:00 -0700 -0700 -07 -07 -07:00:00 -070000"),
        ("January_2006", "January_2006"),
        ("Janus Monster .0001 x.5 August", "Janus Monster .0001 x.5 August"),
        ("é/\n", "é/\n"),
        ("", ""),
    ],
)
def test_tokens_are_written_and_the_rest_stands_for_itself(layout: str, text: str) -> None:
    assert format_instant(layout, WINTER) == text


def test_what_is_zero_or_nameless_has_its_own_form() -> None:
    layout = "3PM 03 5.999 _2 __2 MST Z07:00 -070000 06"

    assert format_instant(layout, NAMELESS) == "12AM 12 0  9 313 +05:30 +05:30 +053015 23"
    assert format_instant("Z07:00Z0700", NAMELESS._replace(offset_s=0)) == "ZZ"


@pytest.mark.parametrize(
    ("layout", "text", "month", "day"),
    [("2006 002", "2024 060", 2, 29), ("2006 __2", "2023  60", 3, 1), ("2006-002 1", "2024-366 12", 12, 31)],
)
def test_a_day_of_the_year_is_a_month_and_a_day(layout: str, text: str, month: int, day: int) -> None:
    assert parse_instant(layout, text)[1:3] == (month, day)


@pytest.mark.parametrize(
    ("layout", "text"), [("2006 002", "2023 366"), ("2006 002 01", "2024 060 03"), ("2006 002", "2024 000")]
)
def test_a_day_of_the_year_that_does_not_fit_is_refused(layout: str, text: str) -> None:
    with pytest.raises(InvalidArgument, match="day of year"):
        parse_instant(layout, text)


@given(
    st.text(alphabet="2006Jan 0_15:.,9Z-7MSTPpmx", max_size=30),
    st.text(alphabet="0123456789 :.-+ZJanUTCMPm", max_size=30),
)
def test_any_text_is_read_or_refused(layout: str, text: str) -> None:
    try:
        parsed = parse_instant(layout, text)
    except InvalidArgument:
        return
    assert 1 <= parsed.month <= 12
    assert 1 <= parsed.day <= 31
    assert 0 <= parsed.hour <= 23


@given(
    st.builds(
        Instant,
        *(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(0, 59)),
        *(st.integers(0, 59), st.integers(0, 999_999_999), st.integers(0, 6), st.just(1)),
        *(st.integers(-23 * 60, 23 * 60).map(lambda minutes: minutes * 60), st.just("")),
    )
)
def test_a_whole_layout_loses_nothing(instant: Instant) -> None:
    layout = "2006-01-02T15:04:05.000000000-07:00"
    parsed = parse_instant(layout, format_instant(layout, instant))

    assert parsed[:7] == instant[:7]
    assert parsed.offset_s == instant.offset_s
