"""What a user reads of an error: its kind once, and a place of his own."""

from __future__ import annotations

import unittest
from collections.abc import Callable

import pytest

from simcore.model.errors import Failure, InternalError, NotFound
from simcore.model.outcome import Outcome, Verdict
from simcore.runner.judging import Judged, judge, readable


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as raised:
        return raised


def test_an_error_names_its_kind_once_and_its_place() -> None:
    outcome = judge(_raised(KeyError("gone")))

    assert outcome.property == "KeyError"
    assert outcome.message == "'gone' (tests/runner/test_judging.py:17)"


def test_an_error_that_no_python_of_the_user_raised_has_no_place() -> None:
    assert judge(NotFound('method "t" not found in module')).message == 'method "t" not found in module'


def test_an_error_whose_text_cannot_be_made_is_told_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    outcome = judge(_raised(Mute()))

    assert outcome.property == "Mute"
    assert "(tests/runner/test_judging.py:" in outcome.message


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def test_a_message_that_cannot_be_written_is_a_failure_like_any_other() -> None:
    outcome = judged(lambda: (_ for _ in ()).throw(AssertionError(Unspeakable())))

    assert outcome.verdict is Verdict.FAILED
    assert outcome.message.startswith("a message that raises RuntimeError when it is written")


def skip() -> None:
    raise unittest.SkipTest("not here")


def xfail() -> None:
    pytest.xfail("not here")


@pytest.mark.parametrize(
    ("words", "word"), [(skip, "skipped"), (lambda: pytest.skip("not here"), "skipped"), (xfail, "xfail")]
)
def test_what_says_that_it_is_not_to_be_tried_is_skipped(words: Callable[[], None], word: str) -> None:
    outcome = judged(words)

    assert (outcome.verdict, outcome.property) == (Verdict.SKIPPED, word)
    assert outcome.message.startswith("not here (")


def test_a_fail_of_pytest_is_a_failure() -> None:
    outcome = judged(lambda: pytest.fail("too large"))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "assert")
    assert outcome.message.startswith("too large (")


def judged(body: Callable[[], object]) -> Outcome:
    """Return how what *body* raises is judged."""
    try:
        body()
    except BaseException as error:
        return judge(error)
    raise AssertionError("nothing was raised")


def raises(_: object) -> type:
    raise SystemExit(0)


Unreadable = type("Unreadable", (Exception,), {"__class__": property(raises)})


def test_what_cannot_be_asked_for_its_class_is_judged_at_once_and_ends_nothing() -> None:
    read = readable(Unreadable())

    assert readable(read) is read
    assert judge(read).message == "Unreadable, which raises SystemExit when it is looked at"
    assert judge(read).verdict is Verdict.ERROR


@pytest.mark.parametrize("other", [Failure, InternalError, AssertionError, Judged, int])
def test_what_says_that_it_is_of_another_class_is_judged_by_its_own(other: type) -> None:
    liar = type("Liar", (Exception,), {"__class__": property(lambda _: other)})()

    outcome = judge(readable(liar))

    assert (outcome.verdict, outcome.property) == (Verdict.ERROR, "Liar")
    assert outcome.message == "Liar, which says that it is of another class"
