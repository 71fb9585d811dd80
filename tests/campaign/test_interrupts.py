"""The handler of the signal is what is believed: no code can catch an interrupt for good, and none can make one."""

from __future__ import annotations

import os
import signal
import time
import weakref
from collections.abc import Callable, Generator

import pytest

from simcore.campaign.interrupts import insist, listening
from simcore.model.interrupts import (
    Interrupted,
    heard,
    is_interrupt,
    playing,
    refuse_to_go_on,
    taken,
    undisturbed,
)


@pytest.fixture
def hearing() -> Generator[None, None, None]:
    with listening():
        yield
        taken()


class Thing:
    pass


def _wait() -> None:
    for _ in range(300):
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_that_asks_to_end_is_an_interrupt(hearing: None, number: signal.Signals) -> None:
    with pytest.raises(Interrupted) as raised:
        signal.raise_signal(number)

    assert is_interrupt(raised.value)
    assert heard.pending


def test_what_a_program_raises_is_none(hearing: None) -> None:
    class Own(KeyboardInterrupt):
        pass

    assert not is_interrupt(KeyboardInterrupt())
    assert not is_interrupt(Own())


def test_where_no_command_listens_nobody_can_tell() -> None:
    assert is_interrupt(KeyboardInterrupt())


def test_an_interrupt_that_python_drops_comes_again(hearing: None, capsys: pytest.CaptureFixture[str]) -> None:
    things = [Thing()]
    watched = weakref.ref(things[0], lambda _: signal.raise_signal(signal.SIGINT))
    things.clear()

    with pytest.raises(Interrupted):
        _wait()

    assert watched() is None
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupt_that_was_caught_comes_again_and_the_command_knows_of_it(hearing: None) -> None:
    caught = 0
    for _ in range(3):
        try:
            os.kill(os.getpid(), signal.SIGINT) if not caught else _wait()
        except BaseException:
            caught += 1

    assert caught == 3
    with pytest.raises(Interrupted):
        refuse_to_go_on()


def test_one_that_was_taken_comes_no_more(hearing: None) -> None:
    with pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGINT)
    taken()

    time.sleep(0.2)

    refuse_to_go_on()


@undisturbed
def careful(inner: Callable[[], str] | None) -> str:
    signal.raise_signal(signal.SIGINT)
    return "went on" if inner is None else inner()


@playing
def plays() -> str:
    signal.raise_signal(signal.SIGINT)
    return "went on"


def test_it_is_raised_where_the_code_of_a_user_plays_and_nowhere_else_in_what_asks_by_itself(hearing: None) -> None:
    assert careful(None) == "went on"
    with pytest.raises(Interrupted):
        careful(plays)


def test_a_handler_that_was_put_in_its_place_is_taken_away_again(hearing: None) -> None:
    signal.signal(signal.SIGINT, lambda *_: None)

    insist()

    with pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGINT)


def test_what_was_ignored_stays_ignored_and_all_is_afterwards_as_it_was() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    try:
        with listening():
            signal.raise_signal(signal.SIGHUP)
            assert not heard.pending
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_that_code_ignores_is_heard_again_and_one_that_was_ignored_before_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening():
            hears = signal.getsignal(signal.SIGTERM)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            insist()
            assert signal.getsignal(signal.SIGTERM) is hears
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
