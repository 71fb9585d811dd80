"""The one file of the golden runs that imports what is not public: where a module moves, this is the place to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from simcore import Options, World
from simcore.catalog.find import app_without_items, items
from simcore.catalog.item import Item
from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import ProjectProperties, properties
from simcore.lua import loading
from simcore.lua.bridge.states import LuaStates
from simcore.model.case import Case, CaseEnd
from simcore.model.outcome import Outcome as Outcome
from simcore.model.run import SETTLE_NS, ItemReference, Run
from simcore.runner import property as properties_runner
from simcore.runner.case_files import load_case, save_case
from simcore.runner.reference import find_run, properties_of
from simcore.runner.replay import Replayed, replay
from simcore.runner.stage import Stage, play
from simcore.strategies.given import Execution

INDEX = "_index.yaml"


def play_item(file: str, name: str, seed: int, strategy: str, options: Options) -> Outcome:
    """Play an item under one schedule, as ``simcore run`` does."""
    item = _item(file, name)
    settle_ns = SETTLE_NS if item.kind == "test" else 0
    run = Run(item=item.reference, seed=seed, strategy=strategy, options=options, settle_ns=settle_ns)
    return play(item, Stage(run, _properties()))


def play_property(file: str, name: str, arguments: dict[str, Any]) -> Outcome:
    """Play a property with *arguments*, as a replay of its case does."""
    item = _item(file, name)
    run = Run(item=item.reference, seed=0, arguments=arguments)
    return properties_runner.play_property(Execution(), item, run).outcome


def figures(world: World) -> tuple[str, int, int, int]:
    """Return of a world: digest, actions, decisions, virtual time in nanoseconds."""
    return world.digest, world.kernel.actions, world.kernel.decisions, world.now_ns


def replay_reference(reference: str, target: str | None) -> Replayed:
    """Replay a case file or a token, as ``simcore replay`` does."""
    found = find_run(reference, target=target, project=_project())
    return replay(found, properties=properties_of(found, _project()), runner=Execution())


def renew_case(file: Path) -> None:
    """Make the case in *file* anew: the same item, schedule and arguments, with what becomes of it today."""
    case = load_case(file)
    found = find_run(str(file), target=None, project=_project())
    scheduled = msgspec.structs.replace(found.run, deviations=None)
    replayed = replay(
        replace(found, run=scheduled, case=None), properties=properties_of(found, _project()), runner=Execution()
    )
    end = replayed.outcome
    reference = ItemReference(case.run.item.id, found.item.digest, case.run.item.target)
    renewed = Case(
        run=msgspec.structs.replace(case.run, item=reference, deviations=replayed.deviations),
        property=end.property,
        message=end.message,
        end=CaseEnd(end.verdict, end.digest, end.actions, end.decisions, end.now_ns),
    )
    save_case(file, renewed)


def share_lua_states(patch: Callable[[object, str, object], None]) -> LuaStates:
    """Let worlds that would make a Lua state have one that is lent, and return who lends it."""
    states = LuaStates()
    patch(loading, "new_state", states.lend)
    return states


def shipped_names() -> list[str]:
    """Return the name of every shipped item: the catalogue, and what its Lua apps have to run besides."""
    folders = [index.parent.relative_to(Path.cwd()).as_posix() for index in Path.cwd().glob(f"scenarios/**/{INDEX}")]
    apps = [folder for folder in sorted(folders) if app_without_items(folder) is None]
    return list(dict.fromkeys(item.id for item in (*items(_project()), *items(_project(), apps))))


@cache
def _project() -> Project:
    return find_project(Path.cwd())


@cache
def _properties() -> ProjectProperties:
    return properties(_project())


@cache
def _items(file: str) -> dict[str, Item]:
    return {item.id: item for item in items(_project(), [file])}


def _item(file: str, name: str) -> Item:
    return _items(file)[name]
