"""What a user reads of an error: its kind once, and a place of his own."""

from __future__ import annotations

from simcore.model.errors import NotFound
from simcore.runner.judging import judge


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as raised:
        return raised


def test_an_error_names_its_kind_once_and_its_place() -> None:
    outcome = judge(_raised(KeyError("gone")))

    assert outcome.property == "KeyError"
    assert outcome.message == "'gone' (tests/runner/test_judging.py:11)"


def test_an_error_that_no_python_of_the_user_raised_has_no_place() -> None:
    assert judge(NotFound('method "t" not found in module')).message == 'method "t" not found in module'


def test_an_error_whose_text_cannot_be_made_is_told_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    outcome = judge(_raised(Mute()))

    assert outcome.property == "Mute"
    assert "(tests/runner/test_judging.py:" in outcome.message
