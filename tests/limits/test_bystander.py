"""Looking at code that runs in another thread than the main one."""

from __future__ import annotations

import threading

import pytest

from simcore.limits import bystander
from simcore.limits.alarm import guarded, stretch
from simcore.limits.limit import Limit
from simcore.limits.moving import step_done
from simcore.model.durations import MILLISECOND

SHORT = Limit(10 * MILLISECOND)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """What is set when it says something."""
    monkeypatch.setattr(bystander, "is_debugged", lambda frame: False)
    event = threading.Event()
    monkeypatch.setattr(bystander, "_say", lambda limit: event.set())
    return event


def in_another_thread(wait: threading.Event, seconds: float) -> threading.Thread:
    def play() -> None:
        with guarded(SHORT), stretch("the test"):
            wait.wait(seconds)

    thread = threading.Thread(target=play)
    thread.start()
    return thread


def test_it_says_where_what_does_nothing_is_and_stops_nothing(said: threading.Event) -> None:
    thread = in_another_thread(said, 30)
    thread.join()

    assert said.is_set()


def test_it_says_nothing_of_what_goes_on(said: threading.Event) -> None:
    over = threading.Event()
    thread = in_another_thread(over, 30)
    for _ in range(100):
        step_done()
        over.wait(0.002)
    over.set()
    thread.join()

    assert not said.is_set()


def test_what_it_says_is_on_standard_error(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bystander, "standard_error", lambda: 2)
    bystander._say(SHORT)
    told = capfd.readouterr().err

    assert told.startswith("simcore: what runs in another thread than the main one did nothing for 50ms of wall time")
    assert "test_what_it_says_is_on_standard_error" in told
