"""The parts of a run hold each round once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import UsageError
from simcore.model.shard import WHOLE, Shard, shard_of


@given(st.integers(1, 40), st.integers(0, 500), st.integers(0, 500))
def test_each_round_of_each_item_is_in_one_part(of: int, item: int, round: int) -> None:
    assert sum(Shard(number, of).holds(item, round) for number in range(1, of + 1)) == 1


def test_without_a_word_the_part_is_the_whole() -> None:
    assert shard_of(None) == WHOLE
    assert shard_of("1/1") == WHOLE
    assert WHOLE.holds(7, 9)


def test_a_part_reads_as_it_is_written() -> None:
    assert shard_of("2/3") == Shard(2, 3)
    assert str(Shard(2, 3)) == "2/3"


@pytest.mark.parametrize("text", ["", "/", "1", "1/", "/2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1.0/2"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--shard takes i/n"):
        shard_of(text)
