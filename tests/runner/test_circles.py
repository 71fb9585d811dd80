"""Circles of objects are found when a run is over, where the user's code says what happens as an object goes."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcore import Process, World
from simcore.runner.circles import are_kept, circles_kept, collect_circles
from tests.files import write_files

GONE: list[str] = []


class Noted:
    def __init__(self, name: str) -> None:
        self.name = name
        self.circle = self

    def __del__(self) -> None:
        GONE.append(self.name)


def speaks() -> None:
    """Stands in a file that says ``__del__``: this one."""


def function_in(file: Path) -> Callable[[], Any]:
    """Return a function that says that it was written in *file*."""
    return types.FunctionType(speaks.__code__.replace(co_filename=str(file)), {})


@pytest.fixture(autouse=True)
def nothing_is_gone() -> None:
    # What an earlier test has left may go only now.
    gc.collect()
    GONE.clear()


def test_circles_are_kept_until_they_are_collected_and_python_collects_as_before_then() -> None:
    with circles_kept(speaks, None):
        assert are_kept()
        assert not gc.isenabled()
        Noted("kept")
        before = list(GONE)
        collect_circles(World())

    assert (before, GONE) == ([], ["kept"])
    assert gc.isenabled()
    assert not are_kept()


def test_what_was_there_before_is_none_of_the_block() -> None:
    gc.disable()
    Noted("before")
    with circles_kept(speaks, None):
        before = list(GONE)
        collect_circles(World())
        assert before == GONE
    assert not gc.isenabled()
    gc.enable()


def test_what_a_behaviour_holds_goes_with_its_world() -> None:
    def world() -> World:
        held, made = Noted("held"), World()

        async def behaviour(process: Process) -> str:
            return held.name

        made.define("app:b", behaviour)
        return made

    with circles_kept(speaks, None):
        made = world()
        collect_circles(made)

    assert GONE == ["held"]
    assert made.spawn("app:b", "app:h")


def test_inside_of_another_block_it_is_that_which_counts() -> None:
    with circles_kept(speaks, None):
        with circles_kept(speaks, None):
            pass
        assert are_kept()


def test_python_collects_as_ever_where_no_file_says_such_a_thing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"quiet.py": "", "helpers/speaks.py": "class A:\n    def __del__(self): ...\n"})
    quiet = function_in(tmp_path / "quiet.py")
    kept = []

    for function, root in ((None, None), (quiet, None), (quiet, tmp_path), (function_in(tmp_path / "lost.py"), None)):
        with circles_kept(function, root):
            kept.append(are_kept())
            Noted("at any moment")
            collect_circles(World())
    helper = types.ModuleType("helper_that_speaks")
    helper.__file__ = str(tmp_path / "helpers" / "speaks.py")
    monkeypatch.setitem(sys.modules, "helper_that_speaks", helper)
    with circles_kept(quiet, tmp_path):
        kept.append(are_kept())

    assert kept == [False, False, False, False, True]
