"""What a subscription to the bus wants (process 3; lua 6.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.process.verbs.bus import pattern

if TYPE_CHECKING:
    pass


@pytest.mark.parametrize(
    ("wanted", "text", "matches"),
    [
        *(("test.*", "test.a", True), ("test.*", "test.a.b", False), ("test.*", "test", False)),
        *(("test.**", "test.a.b", True), ("test.**", "test", True), ("test.**", "tests", False)),
        *(("**", "a.b", True), ("*", "a", True), ("*", "a.b", False), ("a", "a", True), ("a", "ab", False)),
        *(("*.end", "a.end", True), ("a.*.c", "a.b.c", True), ("a+", "a+", True), ("a+", "aa", False)),
    ],
)
def test_a_pattern_is_anything_in_a_part_or_anything_at_all(wanted: str, text: str, *, matches: bool) -> None:
    assert bool(pattern(wanted).fullmatch(text)) is matches
