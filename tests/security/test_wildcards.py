"""Wildcards are a trailing star, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.security.wildcards import Wildcards, literal_star


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*", ["", "process.send", "*", "{a:b|0x00001}"], []),
        ("process.send", ["process.send"], ["process.sen", "process.send.", "process.sends", "Process.send", ""]),
        ("process.s*", ["process.s", "process.send", "process.spawn.linked"], ["process.", "xprocess.send"]),
        ("process.spawn.*", ["process.spawn", "process.spawn.linked", "process.spawner"], ["process.spaw"]),
        ("app.workers:*", ["app.workers:", "app.workers:a"], ["app.workers", "app.workers.b:a"]),
        ("*.read", ["*.read"], ["file.read", ".read"]),
        ("a*b", ["a*b"], ["ab", "axb", "a*bc"]),
        ("a*b*", ["a*b", "a*bc"], ["ab", "axb"]),
        ("a**", ["a*", "a*b"], ["a", "ab"]),
        ("a..*", ["a.", "a.b"], ["a"]),
        (".*", ["", "anything"], []),
        ("a.", ["a."], ["a", "a.b"]),
        ("a?[b]", ["a?[b]"], ["axb"]),
    ],
)
def test_a_pattern_matches_by_its_trailing_star_alone(pattern: str, matching: list[str], other: list[str]) -> None:
    wildcards = Wildcards((pattern,))

    assert [value for value in matching if not wildcards.match(value)] == []
    assert [value for value in other if wildcards.match(value)] == []


def test_several_patterns_match_what_any_of_them_matches() -> None:
    wildcards = Wildcards(("process.send", "process.spawn.*", "db*"))

    values = ["process.send", "process.spawn.linked", "db", "process.link", "process.sender"]
    assert [wildcards.match(value) for value in values] == [True, True, True, False, False]


@given(st.text("ab.*", max_size=5), st.text("ab.*", max_size=6))
def test_a_pattern_agrees_with_the_rule_word_for_word(pattern: str, value: str) -> None:
    if pattern == "*":
        expected = True
    elif pattern.endswith(".*"):
        expected = value.startswith(pattern[:-2])
    elif pattern.endswith("*"):
        expected = value.startswith(pattern[:-1])
    else:
        expected = value == pattern

    assert Wildcards((pattern,)).match(value) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"), [("*", False), ("a*", False), ("a", False), ("*.read", True), ("a*b", True), ("a**", True)]
)
def test_a_star_before_the_end_is_noticed(pattern: str, *, expected: bool) -> None:
    assert literal_star(pattern) is expected
