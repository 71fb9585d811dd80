"""What the command line makes of its host."""

from __future__ import annotations

import signal
import sys
import time
import weakref

import pytest

from simcore.cli import machine


class Thing:
    pass


def _wait() -> None:
    for _ in range(200):
        time.sleep(0.01)


def test_an_interrupt_that_python_drops_is_heard_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    machine.hear_every_interrupt()
    things = [Thing()]
    watched = weakref.ref(things[0], lambda _: signal.raise_signal(signal.SIGINT))
    things.clear()

    with pytest.raises(KeyboardInterrupt):
        _wait()

    assert watched() is None
    assert "Traceback" not in capsys.readouterr().err
