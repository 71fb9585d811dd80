"""Durations are read exactly, refused clearly, and written so that they read back (process 9.10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import InvalidArgument, UsageError
from simcore.model.durations import (
    LIMIT_NS,
    MILLISECOND,
    duration_ns,
    format_duration,
    parse_duration,
    typed_duration_ns,
)


@pytest.mark.parametrize(
    ("text", "expected_ns"),
    [
        ("0", 0),
        ("-0", 0),
        ("+0", 0),
        ("0s", 0),
        ("1ns", 1),
        ("1us", 1_000),
        ("1µs", 1_000),
        ("1μs", 1_000),
        ("1ms", 1_000_000),
        ("1s", 1_000_000_000),
        ("1m", 60_000_000_000),
        ("1h", 3_600_000_000_000),
        ("1m30s", 90_000_000_000),
        ("1.5h", 5_400_000_000_000),
        ("0.1s", 100_000_000),
        (".5s", 500_000_000),
        ("1.s", 1_000_000_000),
        ("1s1s", 2_000_000_000),
        ("-2s", -2_000_000_000),
        ("+2s", 2_000_000_000),
        ("1h1ns", 3_600_000_000_001),
    ],
)
def test_a_duration_of_the_grammar_is_read_exactly(text: str, expected_ns: int) -> None:
    assert parse_duration(text) == expected_ns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "abc",
        "-",
        "+",
        "s",
        ".s",
        "1 s",
        " 1s",
        "1s ",
        "1S",
        "1d",
        "1,5s",
        "1e3s",
        "--1s",
        "00",
        "1s1",
        "\u0661s",
    ],
)
def test_what_is_no_duration_is_refused_with_its_text_and_a_remedy(text: str) -> None:
    with pytest.raises(InvalidArgument, match="invalid duration format") as caught:
        parse_duration(text)

    assert f'"{text}"' in str(caught.value)
    assert '"5s"' in str(caught.value)


def test_more_than_64_bits_of_nanoseconds_are_refused() -> None:
    assert parse_duration(f"{LIMIT_NS}ns") == LIMIT_NS
    with pytest.raises(InvalidArgument, match="64 bits"):
        parse_duration(f"{LIMIT_NS + 1}ns")


@given(st.integers(min_value=-LIMIT_NS, max_value=LIMIT_NS))
def test_a_written_duration_reads_back(duration: int) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (1_500_000, "1.5ms"),
        (5_445_000_000_000, "1h30m45s"),
        (-60_000_000_000, "-1m0s"),
    ],
)
def test_a_duration_is_written_in_the_customary_way(duration: int, text: str) -> None:
    assert format_duration(duration) == text


@pytest.mark.parametrize("value", [True, 1.5, None, b"1s"])
def test_neither_bool_nor_float_is_a_duration(value: object) -> None:
    with pytest.raises(InvalidArgument):
        duration_ns(value)  # type: ignore[arg-type]
    assert [duration_ns(7), duration_ns("7ns")] == [7, 7]


@pytest.mark.parametrize("text", ["9ms", "-1s", "soon", "9" * 300])
def test_what_is_typed_and_no_such_duration_is_refused_by_the_name_of_its_setting(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--pause takes a duration such as 60s, 10ms or more, not '.{2,120}'$"):
        typed_duration_ns(text, "--pause", such_as="60s", least_ns=10 * MILLISECOND)


def test_what_is_typed_may_be_the_least_that_is_taken() -> None:
    assert typed_duration_ns("10ms", "--pause", such_as="60s", least_ns=10 * MILLISECOND) == 10 * MILLISECOND
