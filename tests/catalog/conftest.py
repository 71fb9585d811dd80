"""A small project of a user: scenarios, an app, properties, a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.files import write_files

Write: TypeAlias = Callable[..., Path]

FILES = {
    "pyproject.toml": "[tool.simcore]\n",
    "scenarios/pool.py": """
from simcore import World, scenario
from .shared.amounts import ONE

@scenario
def checkout_times_out(world: World) -> None:
    assert ONE == 1

@scenario(schedules=3, expect="failed")
def race(world: World) -> None:
    raise AssertionError("lost")

def helper() -> None: ...
""",
    "scenarios/shared/amounts.py": "ONE = 1\n",
    "scenarios/_private.py": "raise RuntimeError('never imported')\n",
    "scenarios/orders/src/_index.yaml": """
version: "1.0"
namespace: shop
entries:
  - name: ships
    kind: function.lua
    source: file://tests.lua
    method: ships
    meta: {type: test, suite: pipeline}
  - name: loses
    kind: function.lua
    source: file://tests.lua
    method: loses
    meta: {type: test, suite: lanes, simcore: {expect: failed}}
""",
    "scenarios/orders/src/tests.lua": """
local function ships() return true end
local function loses() error("lost an order") end
return { ships = ships, loses = loses }
""",
    "scenarios/_lua/hidden/_index.yaml": 'version: "1.0"\nnamespace: hidden\nentries: []\n',
    "properties/links.py": '''
from hypothesis import given, strategies
from simcore import World, always, sometimes

@always
def links_are_mutual(world: World) -> None:
    """A link has two ends.

    More text.
    """

@sometimes
def a_process_fails(world: World) -> None:
    assert False

@given(strategies.integers())
def test_sums(number: int) -> None:
    assert number + 0 == number

def without_given() -> None: ...
''',
    "reports/names.py": """
from simcore import Results, report

@report("names.txt")
def names(results: Results) -> str:
    return "".join(f"{item.id}\\n" for item in results.items)
""",
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the project, by its relative path."""

    def write_file(name: str, text: str) -> Path:
        return write_files(tmp_path, {name: text}) / name

    return write_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the current one."""
    monkeypatch.chdir(write_files(tmp_path, FILES))
    return tmp_path
