"""Values of the simulated program in few characters."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import ProcessError
from simcore.story.words import LENGTH_MAX, short


@pytest.mark.parametrize(
    "value",
    [None, 1, 2.5, "a'b", b"x", [], {}, (), (1,), [1, [2, (3, 4)]], {"a": {"b": [1]}, 2: ()}, {1: [{}]}],
)
def test_a_small_value_is_told_as_python_writes_it(value: object) -> None:
    assert short(value) == repr(value)


@pytest.mark.parametrize("value", [list(range(100)), "x" * 100, {"key": ["y" * 20] * 9}])
def test_a_long_value_is_cut(value: object) -> None:
    assert short(value) == f"{repr(value)[: LENGTH_MAX - 3]}..."


def test_an_error_is_told_by_its_text() -> None:
    assert short(ProcessError("gone")) == "error 'gone'"


def test_a_value_that_is_small_and_has_no_end_when_it_is_written_takes_no_time() -> None:
    table: Any = [1]
    for _ in range(150):
        table = [table, table]

    assert short(table) == "[" * (LENGTH_MAX - 3) + "..."


def test_a_value_that_holds_itself_is_told_so() -> None:
    table: list[Any] = [1]
    table.append(table)

    assert short(table) == "[1, [...]]"
