"""Who plays is said by a number, a word or an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import Results, UsageError
from simcore.campaign.players import jobs_of, players
from simcore.campaign.pool import Pool
from simcore.campaign.work import Wanted


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1", 1), ("256", 256), ("auto", None)])
def test_a_number_of_jobs_reads_as_it_is_written(text: str, number: int | None) -> None:
    assert jobs_of(text) == number


@pytest.mark.parametrize("text", ["", "-1", "257", "99999", "1.0", "two", "٣", "Auto"])
def test_what_is_no_number_of_jobs_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--jobs takes a number from 0 to 256, or auto"):
        jobs_of(text)


@pytest.mark.parametrize("jobs", ["0", "1", "auto"])
def test_whoever_plays_finds_the_same(jobs: str, folder: Path) -> None:
    with players(Wanted(command="c", folder=str(folder), targets=("first_come",)), jobs, 2) as playing:
        (item,) = playing.catalogue().items

    assert (item.id, item.schedules, item.source_line) == ("scenarios/pairs.py::first_come", 5, "scenarios/pairs.py:8")


@pytest.mark.parametrize("jobs", ["0", "1"])
def test_a_target_that_names_nothing_is_refused_here_though_it_was_looked_for_there(jobs: str, folder: Path) -> None:
    wanted = Wanted(command="c", folder=str(folder), targets=("nobody",))

    with players(wanted, jobs, 2) as playing, pytest.raises(UsageError, match="unknown target 'nobody'"):
        playing.catalogue()


@pytest.mark.parametrize("jobs", ["0", "1"])
def test_reports_are_made_where_the_items_are_played(jobs: str, folder: Path) -> None:
    nothing = Results(run="r", command="simcore run", version="1", base_seed=0, strategy="uniform")
    with players(Wanted(command="c", folder=str(folder)), jobs, 2) as playing:
        made = playing.reports(nothing)

    assert sorted(made.files) == ["junit.xml", "summary.md"]
    assert made.complaints == []


def test_auto_is_as_many_as_there_are_cores_and_begins_with_one(folder: Path) -> None:
    with players(Wanted(command="c", folder=str(folder)), "auto", 3) as playing:
        assert isinstance(playing.executor, Pool)
        assert playing.at_once == 6
        playing.catalogue()
        assert len(playing.executor._workers) == 1
