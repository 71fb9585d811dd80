"""Where the output cannot be written any more the run is played and kept all the same, or ends early; never by a better
code."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.campaign.here import Here
from simcore.campaign.players import Players
from simcore.campaign.work import Wanted
from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.cli.unbroken import Unbroken
from simcore.model.item import ItemFacts
from simcore.model.outcome import ItemResult, Results
from simcore.output.folder import RunFolder
from tests.cli.conftest import Call

ITEM = ItemFacts(kind="scenario", id="a.py::a")
RESULTS = Results(run="r", command="simcore run", version="1", base_seed=0, strategy="uniform")


class Breaking:
    """Fails with *problem* from the second thing on that it is to tell."""

    def __init__(self, problem: OSError) -> None:
        self._problem = problem
        self._told = 0

    def _tell(self) -> None:
        self._told += 1
        if self._told > 1:
            raise self._problem

    def opened(self, header: str) -> None:
        self._tell()

    def started(self, items: int) -> None:
        self._tell()

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None: ...

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        self._tell()

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        self._tell()

    def closed(self, results: Results, folder: RunFolder, complaints: list[str], code: ExitCode) -> None:
        self._tell()


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "silence_out", lambda: None)


def told_to_the_end(problem: OSError) -> Unbroken:
    telling = Unbroken(Breaking(problem))
    telling.opened("a run")
    telling.started(1)
    telling.failed(ITEM, ItemResult(id=ITEM.id))
    telling.finished(ITEM, ItemResult(id=ITEM.id))
    telling.closed(RESULTS, RunFolder("r", Path("r")), [], ExitCode.HELD)
    return telling


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        (ExitCode.HELD, 2),
        (ExitCode.INCONCLUSIVE, 2),
        (ExitCode.NOTHING_RAN, 2),
        (ExitCode.FAILED, 1),
        (ExitCode.DIVERGED, 4),
        (ExitCode.INTERRUPTED, 130),
    ],
)
def test_a_full_disk_changes_no_code_to_a_better_one_and_is_said(
    code: ExitCode, ended: int, capsys: pytest.CaptureFixture[str]
) -> None:
    telling = told_to_the_end(OSError(28, "No space left on device"))

    assert telling.code(code) == ended
    assert capsys.readouterr().err == "simcore: the output cannot be written: No space left on device\n"


def test_where_nobody_reads_the_run_ends_early_and_its_reports_are_still_asked_for() -> None:
    playing = Players(Wanted(command="c", folder="/"), Here(), lambda *_: [], at_once=1)
    telling = told_to_the_end(BrokenPipeError(32, "Broken pipe"))

    with telling.ending(playing):
        assert playing.lost() == "nobody reads the output any more"

    assert playing.lost() is None
    assert telling.code(ExitCode.INTERRUPTED) == 141


def test_without_a_problem_nothing_is_changed() -> None:
    telling = Unbroken(Breaking(OSError()))
    telling.opened("a run")

    assert telling.code(ExitCode.INCONCLUSIVE) == 6


def test_what_a_run_has_found_is_written_though_it_cannot_be_told(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(machine, "write_out", full)
    ended = call("run", "silence", "first_come")

    assert ended.code == 2
    assert "the output cannot be written: No space left on device" in ended.err
    assert {"results.json", "summary.md", "junit.xml"} <= {file.name for file in folder.glob(".simcore/runs/*/*")}
