"""Decorators above ``@given``: whatever they make of a test, what Hypothesis saw of it is judged."""

from __future__ import annotations

import functools
import unittest
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import pytest
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st

from simcore.runner.judging import judge
from simcore.strategies.given import Execution
from simcore.strategies.wrapped import made_by_given, watched
from tests.exploring import explore, failing

Test = Callable[..., Any]


def tolerant(function: Test) -> Test:
    @functools.wraps(function)
    def inner(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except BaseException:
            return None

    return inner


def flaky(function: Test) -> Test:
    """The everyday decorator that tries again."""

    @functools.wraps(function)
    def inner(*arguments: Any, **named: Any) -> Any:
        for _ in range(2):
            try:
                return function(*arguments, **named)
            except AssertionError:
                continue
        return function(*arguments, **named)

    return inner


def skipping_what_fails(function: Test) -> Test:
    @functools.wraps(function)
    def inner(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except AssertionError:
            raise unittest.SkipTest("it is known") from None

    return inner


class Once:
    """An object that stands in the place of the function, and calls it."""

    def __init__(self, function: Test) -> None:
        functools.update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> None:
        with suppress(AssertionError):
            self.__wrapped__(*arguments)  # type: ignore[attr-defined]  # update_wrapper has set it


@contextmanager
def suppressing() -> Generator[None, None, None]:
    with suppress(AssertionError):
        yield


def both(function: Test) -> Test:
    return tolerant(flaky(function))


@pytest.mark.parametrize("above", [tolerant, flaky, skipping_what_fails, Once, suppressing(), both])
def test_what_a_decorator_swallows_has_failed_with_its_arguments(above: Any) -> None:
    @given(st.integers())
    def test_small(number: int) -> None:
        assert number < 10

    found = failing(above(test_small), 50)

    assert isinstance(found.error, AssertionError)
    assert found.brief == "with number=10"
    assert found.run is not None
    replayed = Execution().replay(above(test_small), found.run)
    assert (str(replayed.error), replayed.brief) == (str(found.error), "with number=10")


def test_what_passes_when_it_is_tried_again_has_failed_all_the_same() -> None:
    tries = list[int]()

    @flaky
    @given(st.just(1))
    def test_later(number: int) -> None:
        tries.append(number)
        assert len(tries) > 4

    assert failing(test_later, 3).arguments == {"number": 1}


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        (st.integers().map(lambda number: 1 // 0), "its arguments cannot be drawn: ZeroDivisionError"),
        (st.integers().filter(lambda number: False), "no example is valid"),
    ],
)
def test_what_hypothesis_itself_cannot_do_is_told_through_a_decorator_that_swallows_it(
    strategy: st.SearchStrategy[int], says: str
) -> None:
    @tolerant
    @given(strategy)
    def test_drawn(number: int) -> None: ...

    assert says in explore(test_drawn, 20).refused


def test_no_valid_example_is_told_through_a_decorator_that_swallows_it() -> None:
    @tolerant
    @given(st.integers())
    def test_never(number: int) -> None:
        assume(False)

    assert "no example is valid" in explore(test_never, 20).refused


def test_an_expected_failure_of_an_example_is_none() -> None:
    @tolerant
    @settings(phases=[Phase.explicit])
    @example(3).xfail()
    @given(st.integers())
    def test_expected(number: int) -> None:
        assert number != 3

    assert (explore(test_expected).failing, explore(test_expected).refused) == (None, "")


def test_the_amount_and_what_is_written_above_a_decorator_count() -> None:
    seen = list[int]()

    @example(77)
    @settings(max_examples=7)
    @tolerant
    @given(st.integers(100, 10_000))
    def test_counted(number: int) -> None:
        seen.append(number)

    assert explore(test_counted, 5).examples == 6
    assert explore(test_counted).examples == 8
    assert seen[0] == 77


def test_what_a_decorator_sets_up_is_there() -> None:
    @mock.patch("os.getcwd", return_value="nowhere")
    @given(st.integers())
    def test_patched(getcwd: Any, number: int) -> None:
        assert getcwd() != "nowhere"

    assert isinstance(failing(test_patched, 5).error, AssertionError)


def test_a_decorator_that_returns_something_is_refused() -> None:
    def answering(function: Test) -> Test:
        return functools.wraps(function)(lambda: [function(), 5][1])

    def asynchronous(function: Test) -> Test:
        @functools.wraps(function)
        async def inner() -> None:
            function()

        return inner

    @given(st.integers())
    def test_held(number: int) -> None: ...

    assert "returned 5" in explore(answering(test_held)).refused
    assert "a coroutine that was never run" in explore(asynchronous(test_held)).refused


def test_a_decorator_that_never_calls_is_refused() -> None:
    def lazy(function: Test) -> Test:
        return functools.wraps(function)(lambda: None)

    def broken(function: Test) -> Test:
        return functools.wraps(function)(lambda: 1 // 0)

    @given(st.integers())
    def test_held(number: int) -> None: ...

    assert explore(lazy(test_held)).refused.startswith("test_held: what stands above its @given never calls it")
    assert "what stands above its @given raised ZeroDivisionError" in explore(broken(test_held)).refused


@pytest.mark.parametrize(
    "skip",
    [
        unittest.skip("not today"),
        unittest.skipIf(True, "not today"),
        pytest.mark.skip("not today"),
        pytest.mark.skip(reason="not today"),
        pytest.mark.skipif(True, reason="not today"),
        pytest.mark.skipif("sys.platform", reason="not today"),
    ],
)
def test_what_a_decorator_skips_is_told_as_skipped(skip: Any) -> None:
    def test_bad(number: int) -> None:
        raise AssertionError

    for each in (skip(given(st.integers())(test_bad)), given(st.integers())(skip(test_bad))):
        outcome = judge(failing(each).error)
        assert (outcome.verdict, outcome.property) == ("skipped", "skipped")
        assert outcome.message.startswith("not today")


def test_what_is_not_skipped_is_tried() -> None:
    @pytest.mark.skipif(False, reason="not today")
    @unittest.skipIf(False, "not today")
    @given(st.integers())
    def test_bad(number: int) -> None:
        raise AssertionError("tried")

    assert str(failing(test_bad).error).startswith("tried")


def test_a_test_is_left_as_it_was_with_all_that_stands_above_it() -> None:
    @given(st.integers())
    def test_below(number: int) -> None:
        assert number < 10

    above = tolerant(test_below)
    before, cell = dict(vars(test_below)), test_below.__closure__[0].cell_contents  # type: ignore[index]

    failing(above, 20)

    assert made_by_given(above) is test_below
    assert vars(test_below) == before
    assert test_below.__closure__[0].cell_contents is cell  # type: ignore[index]


def test_how_hypothesis_makes_its_functions_is_how_they_are_watched() -> None:
    @given(st.integers())
    def test_one(number: int) -> None: ...

    with watched(test_one) as endings:
        test_one()

    assert (endings.watching, endings.amount, endings.error) == (True, 1, None)


def test_a_function_of_another_shape_is_not_watched() -> None:
    with watched(print) as endings:
        pass

    assert (endings.watching, endings.amount) == (False, 0)
