"""Whatever a value does when it is asked for its text, there is one."""

from __future__ import annotations

import signal

import pytest

from simcore.model.texts import can_be_written, represented, text_of


class Evil:
    """What raises *error* when it is written."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __repr__(self) -> str:
        raise self.error

    __str__ = __repr__


class Shouting(str):
    """A text of the user's own kind."""

    def __str__(self) -> str:
        raise SystemExit(0)


class Wrapped:
    def __repr__(self) -> str:
        return Shouting("mine")


class Number:
    def __repr__(self) -> str:
        return 3  # type: ignore[return-value]  # that is the point


ERRORS = [SystemExit(0), GeneratorExit(), RuntimeError("no"), RecursionError(), BaseException(), AssertionError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_value_that_cannot_be_written_is_told_by_its_type(error: BaseException) -> None:
    name = type(error).__name__

    assert represented(Evil(error)) == f"<Evil, whose repr raises {name}>"
    assert text_of(Evil(error)) == f"a message that raises {name} when it is written"
    assert not can_be_written([Evil(error)])


def test_what_can_be_written_is() -> None:
    assert [represented(each) for each in ("a", 3, [None])] == ["'a'", "3", "[None]"]
    assert [text_of(each) for each in ("a", 3, "")] == ["a", "3", ""]
    assert can_be_written({"a": 1})


def test_a_text_of_the_users_own_kind_is_a_plain_one() -> None:
    assert (type(represented(Wrapped())), represented(Wrapped())) == (str, "mine")


def test_what_is_no_text_is_none() -> None:
    assert represented(Number()) == "<Number, whose repr raises TypeError>"


def test_a_number_that_python_does_not_write_is_written() -> None:
    assert represented(10**5000) == hex(10**5000)


def test_an_interrupt_passes_where_somebody_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        represented(Evil(KeyboardInterrupt()))

    monkeypatch.setattr(signal, "getsignal", lambda number: signal.SIG_IGN)
    assert represented(Evil(KeyboardInterrupt())) == "<Evil, whose repr raises KeyboardInterrupt>"
