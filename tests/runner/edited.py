"""Cases of items whose source is edited afterwards, in this process: what the tests of replaying share."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from simcore.campaign.player import forget_projects, property_runner
from simcore.catalog.find import item_of
from simcore.catalog.item import Item
from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import properties_for
from simcore.model.case import Case, end_of
from simcore.model.outcome import Outcome, Verdict
from simcore.model.run import Run
from simcore.runner.deciding import deciding
from simcore.runner.plan import Plan
from simcore.runner.reference import Found, properties_of, run_of_case
from simcore.runner.replay import Replayed, replay
from simcore.runner.stage import Stage, play
from tests.files import ROOT, write_files

SCHEDULES: Final = 200

TALK: Final = """
from simcore import Process, World, scenario

async def speaker(process: Process, boss: str, word: str) -> None:
    await process.send(boss, word)
    await process.sleep(5)

async def boss(process: Process) -> None:
    words = [(await process.inbox.receive()).topic for _ in range(3)]
    assert words == ["a", "b", "c"]

@scenario
def meeting(world: World) -> None:
    world.define("app:boss", boss)
    world.define("app:speaker", speaker)
    head = world.spawn("app:boss", "app:host")
    for word in "abc":
        world.spawn("app:speaker", "app:host", head, word)
    world.run()
    world.result(head)
"""
MEETING: Final = "scenarios/talk.py::meeting"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file of a project.

    Args:
        file: which.
        changes: texts, and what takes the place of each.
    """

    file: str
    changes: tuple[tuple[str, str], ...]

    def make(self, folder: Path) -> None:
        """Change the file in *folder*."""
        text = (folder / self.file).read_text()
        for old, new in self.changes:
            assert old in text, f"{old!r} is not in {self.file}"
            text = text.replace(old, new)
        (folder / self.file).write_text(text)


def edit(file: str, *changes: tuple[str, str]) -> Edit:
    return Edit(file, changes)


def project_of(folder: Path, files: dict[str, str]) -> Path:
    return write_files(folder, {"pyproject.toml": "[tool.simcore]\n", **files})


def shipped(folder: Path, *names: str) -> Path:
    """Make *folder* a project that holds a copy of shipped scenarios."""
    project_of(folder, {})
    for name in names:
        source = ROOT / "scenarios" / name
        if source.is_dir():
            shutil.copytree(source, folder / "scenarios" / name)
        else:
            write_files(folder, {f"scenarios/{name}": source.read_bytes()})
    return folder


def failing(folder: Path, item_id: str, seed: int, strategy: str = "uniform") -> Case:
    """Return the case of the first schedule that fails, as a run leaves it."""
    project, item = _today(folder, item_id)
    held, plan = properties_for(item, project), Plan(base_seed=seed, strategy=strategy)
    runs = plan.runs(item, plan.search(), range(1, SCHEDULES))
    run, outcome = next(each for each in _played(item, runs) if each[1].verdict in (Verdict.FAILED, Verdict.ERROR))
    case = Case(run=run, property=outcome.property, message=outcome.message, end=end_of(outcome))
    again = replay(Found(run=run, item=item, project=project, case=case), properties=held)
    assert again.reproduced, again
    decided = deciding(item, held, again.apps, project)
    run = msgspec.structs.replace(run, deviations=again.deviations)
    return msgspec.structs.replace(case, run=run, always=decided.always, sources=decided.sources)


def _today(folder: Path, item_id: str) -> tuple[Project, Item]:
    forget_projects()
    project = find_project(folder)
    return project, item_of(project, item_id)


def _played(item: Item, runs: Iterable[Run]) -> Iterable[tuple[Run, Outcome]]:
    held = properties_for(item, find_project(Path()))
    return ((run, play(item, Stage(run, held))) for run in runs)


def replayed(folder: Path, case: Case, amount: int = 60) -> Replayed:
    """Replay *case* in *folder* as it is now."""
    forget_projects()
    project = find_project(folder)
    found = run_of_case("the case", case, target=None, project=project)
    runner = property_runner([found.item])
    return replay(found, properties=properties_of(found, project), runner=runner, amount=amount)
