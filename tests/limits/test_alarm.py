"""Code that never gives control back, ended by the timers of the system."""

from __future__ import annotations

import queue
import re
import signal
import socket
import threading
import time
from collections.abc import Callable

import pytest

from simcore.limits import watch
from simcore.limits.alarm import guarded, limit_is, stretch
from simcore.limits.limit import Limit
from simcore.model.durations import MILLISECOND
from simcore.model.errors import StepTimeout
from tests.limits.slow import busy

SHORT = Limit(20 * MILLISECOND)


@pytest.fixture(autouse=True)
def nobody_debugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.limits.watch.is_debugged", lambda frame: False)


def spins() -> None:
    while True:
        pass


def swallows_twice() -> None:
    times = 0
    while times < 2:
        try:
            spins()
        except BaseException:
            times += 1


def matches() -> None:
    assert re.match(r"(a+)+$", "a" * 40 + "b")


def sleeps() -> None:
    time.sleep(1_000)


def waits_for_a_lock() -> None:
    lock = threading.Lock()
    with lock, lock:
        """It is held already."""


def waits_for_a_queue() -> None:
    queue.Queue[None]().get()


def reads_from_a_socket() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.recv(1)


@pytest.mark.parametrize(
    "code", [spins, swallows_twice, matches, sleeps, waits_for_a_lock, waits_for_a_queue, reads_from_a_socket]
)
def test_it_leaves_its_stretch_as_a_timeout(code: Callable[[], None]) -> None:
    with (
        guarded(SHORT),
        pytest.raises(StepTimeout, match=r"^the test did not .*, at last in \w+ \("),
        stretch("the test"),
    ):
        code()


@pytest.mark.parametrize("limit_ms", [10, 20, 50])
def test_simcores_own_work_may_take_longer_than_a_step(limit_ms: int) -> None:
    with guarded(Limit(limit_ms * MILLISECOND)), stretch("the test"):
        calls_what_takes_long()


def calls_what_takes_long() -> None:
    works = busy()
    for _ in range(3):
        works(0.005)
        works(0.1)


def calls_simcore_for_ever() -> None:
    works = busy()
    while True:
        works(0.000_1)


def test_who_calls_simcore_for_ever_does_not_give_control_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CLOSER", Limit(50 * MILLISECOND))
    said = r"^the test did not .*, at last in calls_simcore_for_ever \("
    with guarded(SHORT), pytest.raises(StepTimeout, match=said), stretch("the test"):
        calls_simcore_for_ever()


def makes_something_else_of_it() -> None:
    try:
        spins()
    except BaseException:
        raise ValueError("something of my own") from None


def runs_something_inside_and_catches_what_comes_of_it() -> None:
    try:
        with stretch("the inner"):
            spins()
    except StepTimeout:
        """It is judged all the same."""


def test_whatever_it_makes_of_it_inside() -> None:
    with guarded(SHORT), pytest.raises(StepTimeout), stretch("the test"):
        makes_something_else_of_it()


def test_the_next_stretch_has_its_own_time() -> None:
    with guarded(SHORT):
        for _ in range(3):
            with pytest.raises(StepTimeout), stretch("the test"):
                spins()
        with stretch("the test"):
            """It does nothing."""


def test_a_stretch_inside_of_another_is_a_part_of_that() -> None:
    with guarded(SHORT), pytest.raises(StepTimeout, match=r"^the outer"), stretch("the outer"):
        runs_something_inside_and_catches_what_comes_of_it()


def test_the_timers_are_as_they_were_afterwards() -> None:
    with guarded(SHORT):
        assert signal.getitimer(signal.ITIMER_REAL)[1] > 0
        assert signal.getitimer(signal.ITIMER_PROF)[1] > 0

    for number, which in ((signal.SIGALRM, signal.ITIMER_REAL), (signal.SIGPROF, signal.ITIMER_PROF)):
        assert signal.getsignal(number) is signal.SIG_DFL
        assert signal.getitimer(which) == (0.0, 0.0)


def test_a_timer_that_somebody_else_uses_is_left_to_him() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
    try:
        with guarded(SHORT), pytest.raises(StepTimeout), stretch("the test"):
            spins()
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    assert heard == [signal.SIGALRM]


def test_a_handler_that_the_code_itself_has_set_stays() -> None:
    def mine(number: int, frame: object) -> None:
        """Do nothing."""

    try:
        with guarded(SHORT):
            signal.signal(signal.SIGALRM, mine)
        assert signal.getsignal(signal.SIGALRM) is mine
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def ignores_both() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_IGN)


def sets_both_back() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)


@pytest.mark.parametrize("takes", [ignores_both, sets_both_back])
def test_who_takes_the_timers_has_them_for_his_own_stretch_alone(takes: Callable[[], None]) -> None:
    with guarded(SHORT):
        with stretch("the first"):
            takes()
        with pytest.raises(StepTimeout, match=r"^the second did not "), stretch("the second"):
            spins()


@pytest.mark.parametrize("takes", [ignores_both, sets_both_back])
def test_who_takes_the_timers_has_none_of_them_afterwards(takes: Callable[[], None]) -> None:
    try:
        with guarded(SHORT), stretch("the first"):
            takes()
        assert (signal.getitimer(signal.ITIMER_REAL), signal.getitimer(signal.ITIMER_PROF)) == ((0, 0), (0, 0))
        with guarded(SHORT), pytest.raises(StepTimeout, match=r"^the second did not "), stretch("the second"):
            spins()
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)


def test_the_limit_may_be_known_only_later() -> None:
    with guarded(Limit()):
        limit_is(SHORT)
        with pytest.raises(StepTimeout, match=r"within 20ms of CPU|within 100ms of wall"), stretch("the test"):
            spins()


def test_without_a_guard_a_stretch_is_nothing() -> None:
    with stretch("the test"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_in_another_thread_no_timer_is_taken() -> None:
    seen: list[tuple[float, float]] = []

    def play() -> None:
        with guarded(SHORT), stretch("the test"):
            seen.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=play)
    thread.start()
    thread.join()

    assert seen == [(0.0, 0.0)]
