"""A process that plays keeps what it has found for one command, and reads anew for the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simcore import UsageError
from simcore.campaign import task
from simcore.campaign.task import Desk, open_desk, perform
from simcore.campaign.work import Answer, Catalogue, Find, Wanted, Work
from simcore.model.errors import InternalError
from tests.files import write_files


def wanted(folder: Path, command: str = "one", *targets: str) -> Wanted:
    return Wanted(command=command, folder=str(folder), targets=targets)


def ids(answers: list[Any]) -> list[str]:
    (catalogue,) = answers
    assert isinstance(catalogue, Catalogue)
    return [item.id for item in catalogue.items]


def test_the_items_of_one_command_are_found_once_and_those_of_another_anew(folder: Path) -> None:
    desk = Desk()
    before = ids(desk.perform(wanted(folder), [Find()]))
    text = (folder / "scenarios/pairs.py").read_text().replace("def first_come", "def first_gone")
    write_files(folder, {"scenarios/pairs.py": text})

    assert ids(desk.perform(wanted(folder), [Find()])) == before
    assert ids(desk.perform(wanted(folder, "two"), [Find()])) == [
        each.replace("first_come", "first_gone") for each in before
    ]


def test_it_plays_in_the_folder_of_the_command_and_comes_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert (
        ids(Desk().perform(wanted(folder, "one", "scenarios/pairs.py"), [Find()]))[0]
        == "scenarios/pairs.py::first_come"
    )
    assert Path.cwd() == elsewhere


def test_a_mistake_of_the_user_stays_one_and_all_else_is_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_desks", [])
    with pytest.raises(UsageError, match="unknown target"):
        perform(wanted(folder, "one", "nobody"), [Find()])

    class Broken(Desk):
        def perform(self, wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
            raise ZeroDivisionError("by nothing")

    open_desk(Broken())
    with pytest.raises(InternalError, match="ZeroDivisionError: by nothing"):
        perform(wanted(folder), [Find()])
