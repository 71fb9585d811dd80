"""What drawn programs come into, and that each situation is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.model.programs import LUA_VERBS, VERBS
from simcore.programs.situations import SITUATIONS
from simcore.strategies import program_of
from tests.programs.measuring import Measure, measure

FILE = Path(__file__).parents[2] / "properties" / "situations.py"


@pytest.fixture(scope="module")
def measured() -> Measure:
    return measure(150)


def test_each_situation_is_a_sometimes() -> None:
    text = FILE.read_text("utf-8")

    assert [name for name in SITUATIONS if f'assert "{name}" in seen(world)' not in text] == []
    assert text.count("@sometimes") == len(SITUATIONS) == len(set(SITUATIONS))


def test_programs_make_many_calls_of_members_that_live(measured: Measure) -> None:
    assert measured.calls / measured.programs > 10
    assert measured.calls / measured.steps > 0.6
    assert measured.deserted / measured.programs < 0.3


def test_few_programs_come_into_most_situations(measured: Measure) -> None:
    met = [name for name in SITUATIONS if measured.situations[name]]

    assert len(met) > len(SITUATIONS) * 2 / 3
    assert len(measured.verbs) > len(set(VERBS) - set(LUA_VERBS)) * 3 / 4


def test_the_measure_names_the_rarest_situations(measured: Measure) -> None:
    lines = measured.lines()
    rarest = min(SITUATIONS, key=lambda name: measured.situations[name])

    assert "150 programs" in lines[0]
    assert rarest in lines[3]


def test_a_seed_always_means_the_same_program() -> None:
    assert [program_of(seed) for seed in range(5)] == [program_of(seed) for seed in range(5)]
    assert program_of(1) != program_of(2)
