"""Whether a debugger holds the run."""

from __future__ import annotations

import bdb
import os
import sys
from types import FrameType, ModuleType
from typing import Any

import pytest

from simcore.limits.debugging import is_debugged


def frame_of(name: str) -> FrameType:
    """Return a frame inside of a function of the module *name*."""
    module = ModuleType(name)
    exec("import sys\ndef wait(): return sys._getframe()", vars(module))
    frame: FrameType = vars(module)["wait"]()
    return frame


def traced(tracer: Any, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(sys, "gettrace", lambda: tracer)
    return is_debugged(None)


class Tracer:
    def __call__(self, *_: object) -> None:
        """Trace nothing."""


@pytest.fixture(autouse=True)
def nobody_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "gettrace", lambda: None)


def test_nobody_debugs_a_process_that_is_left_alone() -> None:
    assert not is_debugged(sys._getframe())


@pytest.mark.parametrize("name", ["pdb", "bdb", "IPython.terminal.debugger", "_pydevd_bundle.pydevd_frame"])
def test_a_debugger_that_waits_for_its_user_holds_the_run(name: str) -> None:
    assert is_debugged(frame_of(name))


def test_a_module_of_the_users_with_a_like_name_holds_nothing() -> None:
    assert not is_debugged(frame_of("pdb_of_my_own"))


def test_who_traces_every_line_is_a_debugger_where_somebody_sits_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)

    assert traced(Tracer(), monkeypatch)
    assert traced(Tracer().__call__, monkeypatch)


@pytest.mark.parametrize("tracer", [Tracer(), Tracer().__call__, lambda *_: None], ids=["object", "method", "function"])
def test_what_a_program_traces_by_itself_takes_no_limit_away(tracer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: False)

    assert not traced(tracer, monkeypatch)


def test_a_debugger_of_pythons_own_making_is_one_without_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(bdb.Bdb):
        """A debugger of somebody's own."""

    monkeypatch.setattr(os, "isatty", lambda _: False)

    assert traced(Own().trace_dispatch, monkeypatch)


def test_who_measures_coverage_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tracer, "__module__", "coverage.tracer")

    assert not traced(Tracer(), monkeypatch)


def test_a_debugger_may_have_itself_told_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Monitoring:
        @staticmethod
        def get_tool(number: int) -> str | None:
            return "pydevd" if number == 0 else None

    monkeypatch.setattr(sys, "monitoring", Monitoring, raising=False)

    assert is_debugged(None)
