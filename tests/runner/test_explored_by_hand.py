"""A case of a function that was explored in a test, or by hand: who replays it is said, and nothing of it imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.model.errors import PlayedElsewhere
from simcore.runner.explored_by_hand import refuse_explored_by_hand

SOURCE = """
raise RuntimeError("nobody imports this")

def test_one(sim): ...

@pytest.mark.slow
@pytest.mark.parametrize("who", [1])
def test_each(who): ...

class TestAll:
    def test_inside(self, sim): ...

def plain(world):
    def inner(world): ...

@scenario
def marked(world): ...
"""


def said(folder: Path, identity: str) -> str:
    (folder / "test_own.py").write_text(SOURCE)
    try:
        refuse_explored_by_hand("x.case.json", identity, folder)
    except PlayedElsewhere as told:
        return str(told)
    return ""


@pytest.mark.parametrize(
    ("identity", "replayed"),
    [
        ("test_own.py::test_one", "pytest test_own.py::test_one --sim-replay=x.case.json"),
        ("test_own.py::test_one#3", "pytest test_own.py::test_one --sim-replay=x.case.json"),
        ("test_own.py::test_each[1]", "pytest 'test_own.py::test_each[1]' --sim-replay=x.case.json"),
        ("test_own.py::TestAll::test_inside", "pytest test_own.py::TestAll::test_inside --sim-replay=x.case.json"),
        ("test_own.py::plain", "in Python: simcore.replay('x.case.json', plain)"),
        ("test_own.py::plain.inner", "in Python: simcore.replay('x.case.json', inner)"),
    ],
)
def test_it_is_said_who_replays_it(tmp_path: Path, identity: str, replayed: str) -> None:
    assert said(tmp_path, identity).endswith(replayed)


@pytest.mark.parametrize(
    "identity", ["test_own.py::marked", "test_own.py::nobody", "test_own.py::TestAll", "gone.py::test_one", "", "a.lua"]
)
def test_of_what_may_be_an_item_nothing_is_said(tmp_path: Path, identity: str) -> None:
    assert said(tmp_path, identity) == ""


def test_of_a_file_that_is_no_python_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (")

    refuse_explored_by_hand("x.case.json", "broken.py::test_one", tmp_path)
