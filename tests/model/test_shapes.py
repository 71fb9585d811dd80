"""What a function is, seen from who calls it."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from simcore.model.shapes import code_of, name_of, unrun


async def waits() -> None: ...


def yields() -> Any:
    yield


async def does_both() -> Any:
    yield


def plain() -> None: ...


class Called:
    async def __call__(self) -> None: ...

    def method(self) -> Any:
        yield


class Below(Called): ...


def wrapping(function: Any) -> Any:
    @functools.wraps(function)
    def inner() -> Any:
        return function()

    return inner


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (plain, ""),
        (print, ""),
        (Called, ""),
        (wrapping(waits), ""),  # it may well run what it wraps; what it returns is looked at
        (waits, "an `async def`"),
        (functools.partial(functools.partial(waits)), "an `async def`"),
        (Called(), "an `async def`"),
        (Below(), "an `async def`"),
        (functools.partial(Called()), "an `async def`"),
        (yields, "a generator"),
        (Called().method, "a generator"),
        (lambda: (yield), "a generator"),
        (does_both, "an async generator"),
    ],
)
def test_what_runs_nothing_when_it_is_called_is_known_by_its_shape(function: Any, what: str) -> None:
    assert unrun(function) == what


@pytest.mark.parametrize("function", [plain, functools.partial(plain), wrapping(plain), staticmethod(plain)])
def test_the_code_of_a_function_is_found_behind_what_stands_before_it(function: Any) -> None:
    assert code_of(function) is plain.__code__


def test_what_was_not_written_in_python_has_no_code() -> None:
    assert code_of(print) is None
    assert code_of(3) is None


def test_a_wrapper_that_says_that_it_wraps_itself_ends_the_search() -> None:
    def circle() -> None: ...

    circle.__wrapped__ = circle  # type: ignore[attr-defined]

    assert code_of(circle) is circle.__code__


def test_an_object_is_called_as_its_class() -> None:
    assert [name_of(each) for each in (plain, functools.partial(plain), Called(), Called().method)] == [
        "plain",
        "plain",
        "Called",
        "Called.method",
    ]
