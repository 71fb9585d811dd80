"""What a run leaves in its case of what decides it, and what is asked where it is replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from simcore.campaign.player import forget_projects
from simcore.catalog.find import item_of
from simcore.catalog.project import find_project
from simcore.catalog.properties import properties_for
from simcore.model.case import Case, CaseEnd
from simcore.model.outcome import Verdict
from simcore.model.run import ItemReference, Run
from simcore.runner.deciding import deciding, held_then
from tests.files import ROOT, write_files
from tests.runner.edited import MEETING, TALK, project_of

ALWAYS: Final = (
    "from simcore import World, always\nfrom . import _limit\n\n@always\ndef few(world: World) -> None: ...\n"
)


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project_of(tmp_path, {"scenarios/talk.py": TALK}))
    write_files(tmp_path, {"properties/few.py": ALWAYS, "properties/_limit.py": ""})
    forget_projects()
    return tmp_path


def test_the_properties_that_are_asked_and_what_these_import_are_part_of_it(talk: Path) -> None:
    project = find_project(talk)
    item = item_of(project, MEETING)

    decided = deciding(item, properties_for(item, project), [], project)

    assert decided.always == ("properties/few.py::few",)
    assert [*decided.sources] == ["properties/_limit.py", "properties/few.py", "scenarios/talk.py"]


def test_what_comes_with_simcore_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_projects()
    project = find_project(tmp_path)
    item = item_of(project, "scenarios/check_then_register.py::hasty_visitors_meet")

    decided = deciding(item, properties_for(item, project), [ROOT / "scenarios/orders"], project)

    assert {"scenarios/check_then_register.py", "scenarios/orders"} <= {*decided.sources}
    assert all(id.rpartition("::")[0] in decided.sources for id in decided.always)


def test_what_was_not_known_then_was_added_and_what_is_not_known_now_removed(talk: Path) -> None:
    project = find_project(talk)
    item = item_of(project, MEETING)
    run = Run(item=ItemReference(item.id, ""), seed=0)
    always = ("properties/gone.py::few", "properties/gone.py::many")
    case = Case(run=run, property="", message="", end=CaseEnd(Verdict.FAILED, "", 0, 0, 0), always=always)

    held = held_then(item, properties_for(item, project), case)

    assert (held.properties.always, [*held.added], [*held.removed]) == ((), ["properties/few.py::few"], [*always])
    assert held.lost("many") == "properties/gone.py::many"
    assert held.lost("assert") == ""


def test_of_a_token_or_an_older_case_everything_is_asked(talk: Path) -> None:
    project = find_project(talk)
    item = item_of(project, MEETING)
    properties = properties_for(item, project)

    assert held_then(item, properties, None).properties == properties
