"""Functions, parameters, events, options, message objects, builders, upgrades and errors, row by row."""

from __future__ import annotations

from typing import Any, Final

import pytest

from simcore import Uniform

from .rows import ERRORS, FUNCTIONS, NO_CONTEXT
from .worlds import FRONT_ENDS, Prepare, play

NOTHING_ALLOWED: Final = {"denied": ()}
BOTH: Final = pytest.mark.parametrize("prepare", FRONT_ENDS.values(), ids=FRONT_ENDS)


def cases(tables: dict[str, dict[str, tuple[str, Any]]]) -> list[Any]:
    return [
        pytest.param(name, expected, id=f"{table}: {text}")
        for table, rows in tables.items()
        for text, (name, expected) in rows.items()
    ]


@BOTH
@pytest.mark.parametrize(("name", "expected"), cases(FUNCTIONS))
def test_a_row_does_what_it_says(name: str, expected: Any, prepare: Prepare) -> None:
    assert play(prepare, name) == expected


@BOTH
@pytest.mark.parametrize(("name", "expected"), cases(FUNCTIONS))
def test_a_row_does_so_whatever_the_schedule(name: str, expected: Any, prepare: Prepare) -> None:
    assert [play(prepare, name, strategy=Uniform(seed)) for seed in range(3)] == [expected] * 3


@BOTH
@pytest.mark.parametrize(("name", "expected"), cases(ERRORS))
def test_a_condition_gives_the_kind_of_its_row(name: str, expected: Any, prepare: Prepare) -> None:
    assert play(prepare, name, policies=NOTHING_ALLOWED.get(name)) == expected


@BOTH
@pytest.mark.parametrize(("name", "expected"), cases(NO_CONTEXT))
def test_no_code_runs_without_the_context_that_a_row_speaks_of(name: str, expected: Any, prepare: Prepare) -> None:
    """process 1.7 is about code outside a process."""
    assert play(prepare, name) == expected
