"""Golden runs: what programs observed when the tables were written is what they observe now, to the digest."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.files import ROOT

from . import internals
from .playing import litmus_programs, play
from .table import FOLDER, TABLES, Row, kept_arguments, kept_programs, read_rows

ROWS = [
    pytest.param(table, row, id=f"{table}:{row.id}-line{number}")
    for table in TABLES
    for number, row in enumerate(read_rows(table), 1)
]


pytestmark = pytest.mark.usefixtures("at_home")


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_a_run_gives_what_it_gave(table: str, row: Row) -> None:
    assert play(table, row) == row.result


def test_every_run_gives_what_it_gave_after_all_others_in_one_lua_state(monkeypatch: pytest.MonkeyPatch) -> None:
    states = internals.share_lua_states(monkeypatch.setattr)
    differing, reused = [], 0
    rows = [(table, row) for table in ("items", "litmus") for row in read_rows(table) if row.language != "python"]
    for place, row in rows:
        if play(place, row) != row.result:
            differing.append(row.id)
        reused += states.is_reused
        states.take_back()

    assert differing == []
    assert reused > 100


@pytest.mark.parametrize("hash_seed", ["0", "1", "2"])
def test_every_run_gives_what_it_gave_whatever_the_hash_seed(hash_seed: str) -> None:
    checking = [sys.executable, str(FOLDER / "regenerate.py"), "--check"]

    surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(checking, env=surroundings, capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_shipped_item_has_a_row() -> None:
    rows = [*read_rows("items"), *read_rows("properties")]

    assert {row.name for row in rows} >= set(internals.shipped_names())


def test_every_litmus_program_has_a_row_in_each_of_its_languages() -> None:
    written = {
        (name, language) for name, entry in litmus_programs().items() for language in ("python", "lua")[: 1 + entry.lua]
    }

    assert {(row.name, row.language) for row in read_rows("litmus")} == written


def test_everything_that_is_kept_is_played() -> None:
    cases = {case.relative_to(ROOT).as_posix() for case in FOLDER.glob("kept/*.case.json")}

    assert {row.name for row in read_rows("programs")} == set(kept_programs())
    assert {(row.name, row.arguments) for row in read_rows("properties")} == set(kept_arguments())
    assert {row.file for row in read_rows("replays") if not row.name} == cases


def test_the_rows_fail_as_well_as_hold() -> None:
    outcomes = {row.result.outcome.split()[0] for row in read_rows("items") if row.result is not None}

    assert outcomes >= {"passed", "failed"}
