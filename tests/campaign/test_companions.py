"""What goes on when an item is over is said of it, and ends with the process that has played it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Generator

import pytest

from simcore.campaign.companions import Companions
from simcore.campaign.offspring import child_pids
from simcore.model.outcome import OUTLIVES

LONG_S = 60
NEEDS_PROC = pytest.mark.skipif(sys.platform != "linux", reason="no other system tells which processes one has started")


@pytest.fixture
def sleeping() -> Generator[subprocess.Popen[bytes], None, None]:
    code = f"import time; print(1, flush=True); time.sleep({LONG_S})"
    process = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


@NEEDS_PROC
def test_a_process_that_goes_on_is_said_once(request: pytest.FixtureRequest) -> None:
    companions = Companions()
    request.getfixturevalue("sleeping")

    (remark,) = companions.left_behind()

    assert remark.kind == OUTLIVES
    assert remark.text.startswith("it has started the process `")
    assert f"time.sleep({LONG_S})`" in remark.text
    assert companions.left_behind() == ()


@NEEDS_PROC
def test_what_was_there_before_and_what_has_ended_is_not_said(sleeping: subprocess.Popen[bytes]) -> None:
    companions = Companions()
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""], stdout=subprocess.PIPE)
    assert ended.stdout is not None
    ended.stdout.read()
    threading.Event().wait(0.2)

    assert sleeping.pid in child_pids()
    assert companions.left_behind() == ()
    companions.end_children()
    assert sleeping.poll() is None
    ended.communicate()


@NEEDS_PROC
def test_processes_end_with_who_has_started_them(request: pytest.FixtureRequest) -> None:
    companions = Companions()
    process = request.getfixturevalue("sleeping")

    companions.end_children()

    assert process.wait(LONG_S) != 0


@NEEDS_PROC
def test_a_process_that_will_not_end_is_killed() -> None:
    companions = Companions()
    code = f"import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep({LONG_S})"
    process = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()

    companions.end_children()
    process.communicate()

    assert process.returncode == -9


def test_a_thread_that_goes_on_is_said_once() -> None:
    companions, going = Companions(), threading.Event()
    threads = [threading.Thread(target=lambda: going.wait(LONG_S)) for _ in range(2)]
    for thread in threads:
        thread.start()

    said = [each.text for each in companions.left_behind()]
    again = companions.left_behind()
    going.set()
    for thread in threads:
        thread.join()

    assert len(said) == 1
    assert said[0].startswith("it has started a thread that runs ")
    assert said[0].endswith(", and that outlives it")
    assert again == ()
