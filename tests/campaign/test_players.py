"""Who plays is said by a number, a word or an address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from simcore import Results, UsageError
from simcore.campaign.deaths import WorkerDied
from simcore.campaign.here import Here
from simcore.campaign.players import Players, jobs_of, players
from simcore.campaign.pool import Pool
from simcore.campaign.work import Answer, Catalogue, Wanted, Work
from simcore.catalog.run_settings import RunSettings
from simcore.model.errors import InternalError, StepTimeout
from simcore.model.options import Options
from simcore.model.outcome import Reports


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
    with players(Wanted(command="c", folder=str(folder)), jobs, 2) as playing:
        made = playing.reports(NOTHING)

    assert sorted(made.files) == ["junit.xml", "summary.md"]
    assert made.complaints == []


def test_auto_is_as_many_as_there_are_cores_and_begins_with_one(folder: Path) -> None:
    with players(Wanted(command="c", folder=str(folder)), "auto", 3) as playing:
        assert isinstance(playing.executor, Pool)
        assert playing.at_once == 6
        playing.catalogue()
        assert len(playing.executor._workers) == 1


NOTHING = Results(run="r", command="simcore run", version="1", base_seed=0, strategy="uniform")
EMPTY = Catalogue(items=[], shipped=False, options=Options(), settings=RunSettings(), sometimes=[], notes=[])


def held_by(*files: str) -> tuple[Players, list[Wanted]]:
    """Return players whose process is held by each of *files* in turn, until it is told to leave it out."""
    asked: list[Wanted] = []

    def perform(wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        asked.append(wanted)
        for file in files:
            if file not in dict(wanted.held_back):
                raise WorkerDied("was ended by SIGKILL", StepTimeout("it did not end"), file)
        return [EMPTY]

    return Players(Wanted(command="c", folder="/"), Here(), perform, at_once=1), asked


def test_what_holds_its_process_is_left_out_and_the_rest_is_found() -> None:
    playing, asked = held_by("s/one.py", "s/other.py")

    assert playing.catalogue() is EMPTY
    assert playing.wanted.held_back == (("s/one.py", "it did not end"), ("s/other.py", "it did not end"))
    assert len(asked) == 3


def test_where_it_is_not_known_what_holds_it_that_is_the_end() -> None:
    playing, asked = held_by("")

    with pytest.raises(UsageError, match="the files of the project cannot be imported: it did not end"):
        playing.catalogue()
    assert len(asked) == 1


def test_what_ends_its_process_twice_is_left_out_and_the_rest_is_done() -> None:
    asked: list[Wanted] = []

    def perform(wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        asked.append(wanted)
        if not wanted.held_back:
            raise WorkerDied("was ended by SIGSEGV", item="the report dies.txt")
        return [Reports(files={"last.txt": "last"})]

    playing = Players(Wanted(command="c", folder="/"), Here(), perform, at_once=1)

    assert playing.reports(NOTHING).files == {"last.txt": "last"}
    assert playing.wanted.held_back == (("the report dies.txt", "its process was ended by SIGSEGV, twice"),)
    assert len(asked) == 3


def test_a_mistake_of_ours_that_does_not_come_again_costs_no_report() -> None:
    answers: list[Reports | InternalError] = [InternalError("we contradict ourselves"), Reports(files={"a": "b"})]

    def perform(_wanted: Wanted, _works: Sequence[Work]) -> list[Answer]:
        answer = answers.pop(0)
        if isinstance(answer, InternalError):
            raise answer
        return [answer]

    playing = Players(Wanted(command="c", folder="/"), Here(), perform, at_once=1)

    assert playing.reports(NOTHING) == Reports(files={"a": "b"})
