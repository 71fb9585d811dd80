from __future__ import annotations

import math

import pytest

from simcore.lua.application.scalar import Scalar, resolve


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 15),
        ("0b101", 5),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("08", 8.0),
        (".inf", math.inf),
        ("-.inf", -math.inf),
    ],
)
def test_a_word_that_looks_like_a_value_is_that_value(word: str, value: Scalar) -> None:
    resolved = resolve(word)

    assert (type(resolved), resolved) == (type(value), value)


@pytest.mark.parametrize(
    "word",
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "12:30",
        "1:30:00",
        "2024-01-01",
        "0x",
        "1.2.3",
        "-",
        "+",
        ".",
        "5s",
        "_1",
        "\u0661",
    ],
)
def test_words_that_older_rules_would_turn_into_something_else_stay_texts(word: str) -> None:
    assert resolve(word) == word


def test_an_integer_beyond_64_bits_becomes_a_float() -> None:
    assert resolve("9223372036854775808") == 2.0**63


def test_an_endless_integer_is_read_without_failing() -> None:
    assert resolve("1" * 10_000) == math.inf


def test_not_a_number_is_a_float() -> None:
    value = resolve(".nan")

    assert isinstance(value, float)
    assert math.isnan(value)
