"""What stands below the text of an error, in few lines."""

from __future__ import annotations

from typing import Any

import pytest

from simcore.model.said import LINE_LENGTH_MAX, LINES_MAX, below, kind_and_text
from simcore.model.texts import text_of


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as problem:
        return problem


def test_an_error_with_nothing_below_it_has_no_line() -> None:
    assert below(raised(ValueError("burst"))) == ()


def test_a_cause_that_has_a_cause_is_told_with_it() -> None:
    error = raised(ValueError("c"), raised(KeyError("b"), raised(OSError("a"))))

    assert [each.partition(" (")[0] for each in below(error)] == ["cause: KeyError: 'b'", "cause: OSError: a"]


def test_an_error_that_is_its_own_cause_is_told_in_few_lines() -> None:
    error = raised(ValueError("round"))
    error.__cause__ = error

    assert len(below(error)) <= LINES_MAX + 1


def test_of_many_lines_the_first_are_told() -> None:
    group = ExceptionGroup("many", [ValueError(str(number)) for number in range(100)])

    assert below(raised(group)) == (*(f"of the group: ValueError: {number}" for number in range(LINES_MAX)), "and more")


def test_members_of_members_are_told() -> None:
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [ValueError("one")])])

    assert below(raised(group))[-1] == "of the group: ValueError: one"


def test_a_long_note_is_cut() -> None:
    error = ValueError()
    error.add_note("x" * 100_000)

    (line,) = below(error)

    assert len(line) <= LINE_LENGTH_MAX
    assert "100,006 characters in all" in line


@pytest.mark.parametrize("notes", [5, "text", None, {}])
def test_what_is_no_list_of_notes_has_no_line(notes: Any) -> None:
    error: Any = ValueError()
    error.__notes__ = notes

    assert below(error) == ()


def test_a_note_that_is_no_text_is_told_as_one() -> None:
    error: Any = ValueError()
    error.__notes__ = [5, {3, 1, 2}]

    assert below(error) == ("note: 5", "note: {1, 2, 3}")


def test_a_text_is_always_a_text() -> None:
    class Mute:
        def __str__(self) -> str:
            return 5  # type: ignore[return-value]

    assert text_of(Mute()) == "a message that raises TypeError when it is written"
    assert kind_and_text(ValueError()) == "ValueError"
    assert kind_and_text(ValueError("x")) == "ValueError: x"
