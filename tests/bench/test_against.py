"""Another installation as the baseline; here it is this very one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simcore.bench import against, portable
from simcore.model.errors import UsageError


def test_all_that_can_be_measured_there_is_chosen_where_nothing_is_named() -> None:
    assert [each.name for each in against.chosen([], sys.executable)] == list(portable.PREPARE)
    assert [each.name for each in against.chosen(["world"], sys.executable)] == ["world"]


def test_a_workload_that_needs_this_package_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'ring' cannot be measured.*there are orders, lua-scenario, world, backlog"):
        against.chosen(["world", "ring"], sys.executable)


def test_no_file_and_no_program_are_refused_before_anything_is_measured(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("text")

    for path, reason in (
        (tmp_path / "none", "no such file"),
        (tmp_path, "no such file"),
        (plain, "cannot be executed"),
    ):
        with pytest.raises(UsageError, match=f"^--against {path}: .*{reason}"):
            against.chosen([], str(path))


def test_the_row_names_the_other_python_and_has_a_ratio_of_each_pair() -> None:
    (workload,) = against.chosen(["world"], sys.executable)

    row = workload.measure(quick=True)

    assert (row.name, row.base, row.target, row.ok) == ("world", sys.executable, "no-target", True)
    assert len(row.rounds) == against.QUICK_ROUNDS
    assert 0 < row.lo <= row.ratio <= row.hi


def test_a_thorough_comparison_has_at_least_fifteen_pairs() -> None:
    assert against.ROUNDS >= 15
    assert against.QUICK_ROUNDS >= 5
