"""The campaign: it plays what it is asked to, goes on where it was ended, and says what has parted."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.graph.topology import Topology
from simcore.world import world as worlds
from tests.properties import agreement
from tests.properties.agreement import FIRST, Found, main, play_all, program


def test_programs_are_played_in_their_own_schedule_and_in_others(tmp_path: Path) -> None:
    found = agreement.agreement(FIRST, 6, 3, jobs=1, state=tmp_path / "state")

    assert (found.programs, found.runs) == (6, 18)
    assert found.partings == []
    assert found.actions > found.calls > found.runs


def test_it_goes_on_where_it_was_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "BLOCK", 2)
    first = agreement.agreement(FIRST, 4, 1, jobs=1, state=tmp_path / "state")
    lines = (tmp_path / "state").read_bytes().splitlines(keepends=True)
    (tmp_path / "state").write_bytes(b"".join(lines[:1]))

    again = agreement.agreement(FIRST, 4, 1, jobs=1, state=tmp_path / "state")

    assert (again.programs, again.runs, again.verbs) == (first.programs, first.runs, first.verbs)
    assert len((tmp_path / "state").read_bytes().splitlines()) == 2


def test_every_language_and_every_option_has_its_turn() -> None:
    drawn = [program(seed) for seed in range(FIRST, FIRST + 100)]

    assert {each.language for each in drawn} == {"python", "lua"}
    assert {each.options for each in drawn if each.options} == set(agreement.OPTIONS)


def test_what_parts_is_told_with_the_program_and_the_schedule(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leave = Topology.leave
    monkeypatch.setattr(Topology, "leave", lambda self, pid: (leave(self, pid)[0], []))
    monkeypatch.setattr(worlds, "rules", tuple)
    parting = next(each for seed in range(FIRST, FIRST + 100) for each in play_all(seed, 1, 1).partings)

    assert main(["--only", str(parting.program), "--schedules", "1"]) == 1
    told = capsys.readouterr().out
    assert "world.run()" in told
    assert parting.says.splitlines()[0] in told
    assert "model and run have parted in 1 of 1 runs" in told


def test_the_lines_say_what_was_reached_and_not_judged() -> None:
    found = Found(programs=3, runs=9)
    found.unjudged["something"] = 2
    found.situations["spawn LimitExceeded"] = 1

    lines = list(found.lines())

    assert lines[0] == "3 programs, 9 runs, 0 actions, 0 calls"
    assert "1 of 6" in lines[1]
    assert "not judged: something (2)" in lines
    assert lines[-1] == "model and run have parted in 0 of 9 runs"
