"""What Hypothesis draws depends on the file of the test, and on nothing else that is loaded."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from simcore.strategies.constants import constants_of
from tests.exploring import explore

PECULIAR = 7_312_944_017


def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load a module that Hypothesis takes for the user's, with many constants."""
    file = folder / "peculiar.py"
    file.write_text(f"NUMBERS = {[1_000_003 * number for number in range(1, 300)]}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("peculiar", file)
    assert spec is not None
    monkeypatch.setitem(sys.modules, "peculiar", importlib.util.module_from_spec(spec))


def test_a_module_that_is_loaded_besides_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[int]] = []

    @given(st.integers())
    def test_noting(number: int) -> None:
        drawn[-1].append(number)

    for _ in range(2):
        drawn.append([])
        explore(test_noting, 400)
        load(tmp_path, monkeypatch)

    assert drawn[0] == drawn[1]


def test_constants_of_the_file_are_drawn() -> None:
    @given(st.integers())
    def test_peculiar(number: int) -> None:
        assert number != 7_312_944_017

    found = explore(test_peculiar, 2_000).failing

    assert found is not None
    assert found.arguments == {"number": PECULIAR}


def test_afterwards_all_is_as_it_was() -> None:
    before = providers._get_local_constants

    with constants_of(__name__):
        within = providers._get_local_constants

    assert within is not before
    assert providers._get_local_constants is before
