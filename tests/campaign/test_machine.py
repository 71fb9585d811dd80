"""What all code of a process shares is none of one item's."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import threading

import pytest

from simcore.campaign.machine import as_it_was, no_exits
from simcore.model.errors import EndsItsProcess


def spoil() -> None:
    sys.stdout = sys.stderr = None
    sys.excepthook = threading.excepthook = print
    sys.argv[:] = []
    sys.setrecursionlimit(5_000)
    os.environ.clear()
    random.seed(1)
    gc.callbacks.append(lambda phase, info: None)


def test_what_was_put_in_its_place_is_taken_away_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "mine")
    before = (sys.stdout, sys.stderr, sys.excepthook, threading.excepthook, list(sys.argv), sys.getrecursionlimit())
    environment, chance, callbacks = dict(os.environ), random.getstate(), list(gc.callbacks)

    with as_it_was():
        spoil()

    after = (sys.stdout, sys.stderr, sys.excepthook, threading.excepthook, sys.argv, sys.getrecursionlimit())
    assert after == before
    assert dict(os.environ) == environment
    assert random.getstate() == chance
    assert gc.callbacks == callbacks


def test_what_would_end_the_process_raises_and_names_itself() -> None:
    before = (os._exit, os.abort)

    with no_exits():
        with pytest.raises(EndsItsProcess, match=r"^os\._exit\(3\) would end the process that plays"):
            os._exit(3)
        with pytest.raises(EndsItsProcess, match=r"^os\.abort\(\) would end"):
            os.abort()

    assert (os._exit, os.abort) == before


def test_a_process_that_was_forked_may_end_so() -> None:
    with no_exits():
        child = os.fork()
        if not child:
            os._exit(7)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_what_is_registered_for_the_end_has_no_say_in_it_and_complains_of_nothing() -> None:
    program = """
import atexit, os
from simcore.campaign.machine import no_exits, run_functions_for_the_end
with no_exits():
    atexit.register(os._exit, 7)
run_functions_for_the_end()
with no_exits():
    atexit.register(os._exit, 7)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
