"""Workers of a dask scheduler play as the pool does; one that has other files is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simcore import UsageError
from simcore.campaign import dask, state
from simcore.campaign.deaths import PlayersLost
from simcore.campaign.work import Find, Wanted
from tests import cluster


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    with cluster.scheduler(tmp_path) as address:
        yield address


def refused(address: str, wanted: Wanted) -> str:
    """Return why nothing is run at *address*."""
    with pytest.raises(UsageError) as caught, dask.cluster(address, wanted):
        raise AssertionError("it must not come to this")
    return str(caught.value)


def test_a_scheduler_without_workers_is_said(folder: Path, scheduler: str) -> None:
    told = refused(scheduler, Wanted(command="c", folder=str(folder)))

    assert "the scheduler has no worker; start one with `dask worker" in told


def test_a_worker_that_has_something_else_is_refused_by_name_before_anything_runs(
    folder: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Wanted(command="c", folder=str(folder))
    ours = state.state_of(wanted)
    others = {
        "another simcore": state.State("0", ours.python, ours.project),
        "another Python": state.State(ours.simcore, "3.0", ours.project),
        "another state of the project's files": state.State(ours.simcore, ours.python, "0"),
    }
    with cluster.worker(scheduler, tmp_path / "a"):
        for told, other in others.items():
            # As if this were another machine; the worker says what it has.
            monkeypatch.setattr(dask, "state_of", lambda _, other=other: other)
            reason = refused(scheduler, wanted)
            assert re.search(rf"the worker tcp://[0-9.:]+ has {told} .*; nothing was run", reason), reason


def test_a_worker_without_the_folder_is_refused_by_name(
    tmp_path: Path, scheduler: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Wanted(command="c", folder=str(folder / "gone"))
    monkeypatch.setattr(dask, "state_of", lambda _: state.State("", "", ""))
    with cluster.worker(scheduler, tmp_path / "a"):
        reason = refused(scheduler, gone)

    assert re.search(r"the worker tcp://[0-9.:]+ cannot be used: there is no folder", reason), reason


def test_work_for_another_state_is_refused_by_a_worker_that_came_late(folder: Path) -> None:
    wanted = Wanted(command="c", folder=str(folder))

    with pytest.raises(PlayersLost, match="the dask worker of this process has another simcore"):
        dask.perform_far(state.State("0", "", ""), wanted, [Find()])


@pytest.mark.parametrize(
    "address", ["nonsense", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:0", "http://127.0.0.1:1", "tcp://127.0.0.1:x"]
)
def test_what_is_no_address_is_refused(address: str, folder: Path) -> None:
    assert "no scheduler answers there" in refused(address, Wanted(command="c", folder=str(folder)))


def test_a_worker_that_was_broken_for_good_is_named_and_asked_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "unmended", lambda: "it acts as another user")

    with pytest.raises(PlayersLost, match=r"left broken by what it has played \(it acts as another user\); restart it"):
        dask.perform_far(state.State("0", "", ""), Wanted(command="c", folder=str(folder)), [Find()])
