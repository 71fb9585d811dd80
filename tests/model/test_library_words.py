"""What unittest and pytest say is meant for the item, wherever it is said."""

from __future__ import annotations

import unittest

import pytest

from simcore.model.library_words import says_fail, says_skip, says_xfail, speaks_of_the_item


def said(word: object, *arguments: object) -> BaseException:
    assert callable(word)
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - whatever the word is
        word(*arguments)
    return raised.value


def test_each_word_is_known() -> None:
    skips = [said(pytest.skip, "not here"), said(pytest.importorskip, "no_such_module"), unittest.SkipTest("not here")]
    skips.append(said(pytest.xfail, "known"))
    fails, exits = said(pytest.fail, "no"), said(pytest.exit, "enough")

    assert [says_skip(each) for each in (*skips, fails, exits)] == [True] * 4 + [False] * 2
    assert [says_xfail(each) for each in (*skips, fails, exits)] == [False] * 3 + [True] + [False] * 2
    assert [says_fail(each) for each in (*skips, fails, exits)] == [False] * 4 + [True, False]
    assert all(speaks_of_the_item(each) for each in (*skips, fails, exits))


def test_nothing_else_is_one() -> None:
    for error in (AssertionError(), SystemExit(0), KeyboardInterrupt(), Exception("skip")):
        assert not speaks_of_the_item(error)


def test_an_object_that_claims_to_be_of_such_a_class_is_none() -> None:
    class Liar(Exception):
        __class__ = unittest.SkipTest  # type: ignore[assignment]  # that is the lie

    assert isinstance(Liar(), unittest.SkipTest)
    assert not says_skip(Liar())
