"""Where something was raised: the user's own lines, under names that are the same on every machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import simpy
from hypothesis import given, settings, strategies

from simcore import NotFound, ProcessError
from simcore.model import places
from simcore.model.places import CodePlace, is_own, places_of, way_in_words, with_place


def raised(function: Any, *arguments: Any) -> BaseException:
    try:
        function(*arguments)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def functions(error: BaseException) -> list[str]:
    return [place.function for place in places_of(error)]


def parses(text: str) -> Any:
    return json.loads(text)


def test_what_a_library_raises_is_placed_at_the_users_call() -> None:
    assert functions(raised(parses, "{")) == ["raised", "parses"]


def test_frames_of_simcore_and_of_packages_are_left_out() -> None:
    assert not is_own(places.__file__)
    assert not is_own(str(Path(json.__file__)))
    assert not is_own(str(Path(pytest.__file__)))
    assert not is_own("<frozen importlib._bootstrap>")
    assert is_own(__file__)
    assert is_own("<string>")
    assert is_own(str(Path(places.__file__).parents[1] / "_catalog" / "scenarios" / "bank.py")), "a shipped scenario"


def test_whose_a_file_is_is_found_out_once_also_of_more_files_than_a_large_program_loads() -> None:
    files = [f"/somewhere/module_{number}.py" for number in range(5_000)]
    assert all(map(is_own, files))
    misses = places._kind.cache_info().misses

    assert all(map(is_own, files))
    assert places._kind.cache_info().misses == misses


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages"])
def test_only_a_whole_name_of_a_folder_says_that_a_file_is_installed(folder: str) -> None:
    assert not is_own(f"/elsewhere/{folder}/library.py")
    assert is_own(f"/elsewhere/my-{folder}/library.py")
    assert is_own(f"{Path(places.__file__).parents[1]}-of-mine/library.py")


def test_an_error_that_is_raised_again_and_again_is_placed_where_it_was_raised_last() -> None:
    """Python keeps all the ways that one object has ever gone."""
    error = ValueError("one for all")

    def first() -> None:
        raise error

    def second() -> None:
        raise error

    raised(first)

    assert functions(raised(second)) == ["raised", "second"]


def test_what_a_simpy_process_raises_is_placed_there() -> None:
    def failing(environment: simpy.Environment) -> Any:
        yield environment.timeout(1)
        raise RuntimeError("in it")

    environment = simpy.Environment()
    environment.process(failing(environment))

    assert functions(raised(environment.run))[-1] == "failing"


def test_what_the_user_raises_from_another_error_is_placed_at_the_later_one() -> None:
    def translating() -> None:
        try:
            parses("{")
        except ValueError as error:
            raise ProcessError("bad") from error

    assert functions(raised(translating)) == ["raised", "translating"]


def test_the_error_of_another_process_goes_on_with_its_places() -> None:
    error = NotFound("gone")
    error.raised_at = (CodePlace("far.py", 7, "worker"),)

    def raises() -> None:
        raise error

    assert functions(raised(raises)) == ["raised", "raises", "worker"]


def test_the_first_line_of_a_message_has_the_innermost_place() -> None:
    way = (CodePlace("/x/a.py", 3), CodePlace("/x/b.py", 5))

    assert with_place("burst", way) == "burst (b.py:5)"
    assert with_place("burst\nin pieces", way) == "burst (b.py:5)\nin pieces"
    assert with_place("burst", ()) == "burst"
    assert with_place("b.py:5: burst", way) == "b.py:5: burst", "it names it already"


def test_a_way_of_one_place_is_not_told_again() -> None:
    assert way_in_words((CodePlace("/x/a.py", 3, "main"),)) == ()


def test_of_a_long_way_both_ends_are_told() -> None:
    """The depth of a recursion is not the same in every process, so it is not told."""

    def way(length: int) -> tuple[str, ...]:
        return way_in_words([CodePlace("/x/a.py", 3, "main"), *[CodePlace("/x/a.py", 7, "deeper")] * length])

    assert way(900) == ("a.py:3, in main", *["a.py:7, in deeper"] * 2, "...", *["a.py:7, in deeper"] * 5)
    assert way(900) == way(901)


def test_a_place_is_told_with_its_line_of_code() -> None:
    told = way_in_words(places_of(raised(parses, "{")))

    assert told[-1].endswith("in parses: return json.loads(text)")


def test_an_error_that_is_its_own_cause_has_an_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one

    assert places_of(one) == ()


def test_what_hypothesis_makes_of_a_test_is_no_line_of_the_users() -> None:
    @settings(database=None)
    @given(number=strategies.integers())
    def fails(number: int) -> None:
        raise ValueError

    lines = [place.line for place in places_of(raised(fails)) if place.function == "fails"]

    assert lines == [fails.hypothesis.inner_test.__code__.co_firstlineno + 3]  # type: ignore[attr-defined]
