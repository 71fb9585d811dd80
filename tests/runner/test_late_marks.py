"""Marks that are made while an item runs."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import UsageError, World, always, scenario
from simcore.runner.late_marks import refusing_marks
from tests.exploring import failing


def mark() -> Any:
    @scenario
    def late(world: World) -> None: ...

    return late


def test_a_mark_is_refused_with_its_line() -> None:
    wrong = r"test_late_marks.py:1\d: @scenario late is made while an item runs"
    with pytest.raises(UsageError, match=wrong), refusing_marks():
        mark()


def test_a_mark_in_a_text_that_is_executed_is_refused() -> None:
    with pytest.raises(UsageError, match="@always late is made while an item runs"), refusing_marks():
        exec("@always\ndef late(world): ...", {"always": always})


def test_what_the_block_raises_comes_first() -> None:
    with pytest.raises(ZeroDivisionError), refusing_marks():
        raise ZeroDivisionError(mark())


def test_without_a_mark_nothing_is_refused() -> None:
    with refusing_marks():
        pass


def test_a_mark_in_a_property_is_an_error_of_it() -> None:
    from hypothesis import given
    from hypothesis import strategies as st

    @given(st.integers())
    def test_marking(number: int) -> None:
        mark()

    assert "@scenario late is made while an item runs" in str(failing(test_marking).error)
