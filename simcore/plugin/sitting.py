"""One session of pytest: what is asked of it, the catalogue that it plays, and what came of it."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from simcore.campaign.breakpoints import tell_of_xdist
from simcore.campaign.direct import CutOff, Unheard, explored, found_for, play_found
from simcore.campaign.exploration import Exploration
from simcore.campaign.here import Here
from simcore.campaign.interrupts import listening
from simcore.campaign.machine import monotonic_s, new_run_id
from simcore.campaign.player import forget_projects
from simcore.campaign.players import Players
from simcore.campaign.schedules import has_part
from simcore.campaign.task import Desk
from simcore.campaign.work import Wanted
from simcore.catalog.files import INDEX, is_catalogued, native
from simcore.catalog.project import KINDS, find_project
from simcore.catalog.run_settings import RunSettings
from simcore.kernel.choices import derive_seed
from simcore.model.durations import format_duration
from simcore.model.errors import UsageError
from simcore.model.outcome import ItemResult, Results, Verdict, cut_short
from simcore.model.shard import WHOLE, Shard
from simcore.output.folder import DEFAULT
from simcore.plugin.filters import filters_of_the_command
from simcore.plugin.options import option_of, starts
from simcore.plugin.part import part_asked_for
from simcore.plugin.wishes import Wishes, wishes_of
from simcore.runner.case_files import load_case
from simcore.runner.plan import plan_of
from simcore.runner.reference import find_run
from simcore.runner.token import looks_like_token, parse_token

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from simcore.campaign.work import Catalogue
    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.model.item import ItemFacts
    from simcore.runner.plan import Plan
    from simcore.runner.replay import Replayed

NOTHING: Final = RunSettings()
SITTING: Final = pytest.StashKey["Sitting"]()
RUN_ID: Final = "simcore_run"
BUDGET: Final = "the budget is used up"


class Sitting:
    """What the parts of the plugin share while one session of pytest goes on.

    Args:
        config: of the session.

    Raises:
        UsageError: an option, the project or what is to be replayed cannot be used.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config: pytest.Config = config
        self.wishes: Wishes = wishes_of(config)
        self.project: Project = _project_of(config)
        self.again: int = 0
        """How often everything was played before."""
        given: dict[str, Any] = getattr(config, "workerinput", {})
        self.run_id: str = given.get(RUN_ID) or new_run_id()
        self.home: Path = Path(given.get("simcore_home") or config.invocation_params.dir)
        """The folder in which the command was called; runs leave there what they leave."""
        self.directories: dict[Path, pytest.Collector] = {}
        """What pytest has collected of folders."""
        self.seen: dict[str, bool] = {}
        """The ``sometimes`` that were asked here, and whether they have held."""
        self.heard_of: list[dict[str, Any]] = []
        """What workers of xdist have seen."""
        self.cut_off: list[ItemResult] = []
        """What a Ctrl-C has left of the item that was played."""
        self.has_given_up: bool = False
        """Whether the session ends in the middle of an item, whose code cannot be stopped."""
        self.under_way: dict[str, None] = {}
        """The ids of what workers of xdist are playing."""
        self.without: list[str] = []
        """The items that have nothing in the part of the run that is played."""
        self.not_found: list[str] = []
        """The items of which a failure is expected, and has not come in the part that is played."""
        self.left_out: list[str] = []
        """What pytest was kept from collecting, in words."""
        self._begun_s: float | None = None
        self.replayed: str | None = self._replayed()
        """The id of the item whose run alone is played, as its case or token has it."""
        self.plan()
        config.stash[SITTING] = self

    # -- what is asked

    def plan(self) -> Plan:
        """Return the plan of the items of the catalogue.

        Raises:
            UsageError: something of it cannot be used.
        """
        return plan_of(self.settings(), self.project.options)

    def settings(self, marked: RunSettings = NOTHING) -> RunSettings:
        """Return all that is said of runs and verdicts."""
        settings = self.wishes.settings(self.project.settings, marked)
        return msgspec.structs.replace(settings, seed=(settings.seed or 0) + self.again)

    @property
    def shard(self) -> Shard:
        """The part of the run that is played."""
        return self.settings().shard or WHOLE

    def seed_of(self, node: str, number: int, settings: RunSettings) -> int:
        """Return the seed of the *number*-th exploration of a test of the user's own."""
        return derive_seed(settings.seed or 0, node, number)

    def is_over(self) -> str | None:
        """Return why nothing more is to be played, or None."""
        budget_s = self.wishes.budget_s
        # What is collected before is no play.
        self._begun_s = monotonic_s() if self._begun_s is None else self._begun_s
        return BUDGET if budget_s is not None and monotonic_s() - self._begun_s >= budget_s else None

    def repeat(self, nodeid: str, reference: str | None) -> str:
        """Return the command of pytest that plays a failure again; without a *reference* all of its schedules."""
        file, separator, name = nodeid.partition("::")
        here = Path(os.path.relpath(self.config.rootpath / file, self.home)).as_posix()
        words = ["pytest", f"{here}{separator}{name}"]
        words += ["--simcore"] if self.wishes.is_forced else []
        if reference is not None:
            return shlex.join([*words, f"--sim-replay={reference}"])
        said = msgspec.structs.replace(self.wishes.said, seed=self.settings().seed or None)
        return shlex.join([*words, *(_as_option(name, value) for name, value in said.said().items())])

    # -- what is replayed

    def _replayed(self) -> str | None:
        reference = self.wishes.replay
        if reference is None:
            return None
        if looks_like_token(reference):
            return parse_token(reference).item
        if not os.path.isfile(self.home / reference):
            said = f"--sim-replay: {reference}: neither a case file nor a token"
            raise UsageError(f"{said}; copy it from the run's output")
        self._refuse_a_root_of_the_case(reference)
        return load_case(self.home / reference).run.item.id

    def _refuse_a_root_of_the_case(self, reference: str) -> None:
        """Refuse a case outside of the project that stands alone on the command line: until it knows of the option
        pytest takes it for a place of tests, and looks for its root and its configuration around it.

        Raises:
            UsageError: it has found others there.
        """
        config, home = self.config, self.home if self.project.shipped else self.project.root
        is_chosen = config.getoption("rootdir") or config.getoption("inifilename")
        if "--sim-replay" not in config.invocation_params.args or is_chosen:
            return
        found = config.inipath is not None and home.is_relative_to(config.inipath.parent)
        if found or Path(os.path.abspath(self.home / reference)).is_relative_to(home):
            return
        said = f"pytest has looked for its root around the case, and has taken {config.rootpath}"
        again = shlex.quote(f"--sim-replay={reference}")
        raise UsageError(f"--sim-replay {reference}: {said}; write {again}")

    def reference(self) -> str:
        """Return the token, or the path of the case, that is replayed."""
        reference = self.wishes.replay or ""
        return reference if looks_like_token(reference) else str(self.home / reference)

    def replay(self, reference: str) -> Replayed:
        """Play a case, or a token, of the catalogue again.

        Raises:
            UsageError: it cannot be read, or its item is not there.
        """
        home = self.project.typed_at if self.project.shipped else self.project.root
        with contextlib.chdir(home), filters_of_the_command():
            found = find_run(reference, target=None, project=self.project)
            return play_found(found, self.settings().step_timeout_ns)

    def replay_of(self, item: Item, reference: str) -> Replayed:
        """Play a case of a function of a test of the user's own."""
        with contextlib.chdir(self.folders_start):
            found = found_for(reference, item, self.project)
            return play_found(found, self.settings().step_timeout_ns)

    # -- the catalogue

    @property
    def folders_start(self) -> Path:
        """The folder in which the ids of the catalogue are paths."""
        return self.config.rootpath if self.project.shipped else self.project.root

    def folders(self) -> dict[str, tuple[Path, ...]]:
        """Return the folders of the catalogue, by kind."""
        if not self.project.shipped:
            return {kind: getattr(self.project, kind) for kind in KINDS}
        # Without a table nobody has asked for what comes with simcore.
        return {kind: tuple(filter(Path.is_dir, [self.config.rootpath / kind])) for kind in KINDS[:2]}

    def in_catalogue(self, file: Path) -> bool:
        """Tell whether *file* is one of the catalogue."""
        return bool(self.kinds_of(file))

    def kinds_of(self, file: Path) -> tuple[str, ...]:
        """Return the kinds of the folders of the catalogue that *file* counts in."""
        real = Path(os.path.realpath(file.parent)) / file.name
        return tuple(kind for kind, folders in self._folders.items() if any(_counts(real, each) for each in folders))

    @cached_property
    def _folders(self) -> dict[str, list[Path]]:
        return {kind: [Path(os.path.realpath(each)) for each in each_of] for kind, each_of in self.folders().items()}

    @cached_property
    def playing(self) -> Players:
        """Those who play the items of the catalogue: this process."""
        targets = [kind for kind, folders in self.folders().items() if folders] if self.project.shipped else []
        wanted = Wanted(
            command=self.run_id,
            folder=str(self.folders_start),
            targets=tuple(targets),
            step_timeout_ns=self.settings().step_timeout_ns,
        )
        desk = Desk(over=self.is_over)
        return Players(wanted, Here(), desk.perform, at_once=1, patience_s=0.0, lost=self.is_over, replaces=False)

    @cached_property
    def catalogue(self) -> Catalogue:
        """All that the project has to run, read when somebody first asks.

        Raises:
            UsageError: it cannot be read.
        """
        # A file may raise what a Ctrl-C raises, and is broken then like any other.
        with listening(), filters_of_the_command():
            found = self.playing.catalogue()
        self.seen = {each.id: False for each in found.sometimes}
        return found

    @property
    def has_catalogue(self) -> bool:
        """Whether the catalogue was read here."""
        return "catalogue" in vars(self)

    @cached_property
    def _by_file(self) -> dict[str, list[ItemFacts]]:
        found: dict[str, list[ItemFacts]] = {}
        for item in self.catalogue.items:
            found.setdefault(os.path.realpath(self._file_of(item)), []).append(item)
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The place of each item in the catalogue, by id."""
        return {each.id: number for number, each in enumerate(self.catalogue.items)}

    def _file_of(self, item: ItemFacts) -> Path:
        """Return the file that shows *item*: of a test of an app the index in which it stands."""
        named, _, _ = item.id.partition("::")
        path = self.folders_start / native(named)
        if not path.is_dir():
            return path
        index = self.folders_start / native(item.source_line.rpartition(":")[0])
        return index if index.is_file() else next(_indexes(path), path / INDEX)

    def items_in(self, file: Path) -> list[ItemFacts]:
        """Return the items of the catalogue that *file* shows."""
        return self._by_file.get(os.path.realpath(file), [])

    # -- one item

    def explore(self, item: ItemFacts, plan: Plan) -> ItemResult | None:
        """Play an item of the catalogue and return what came of it; None where nothing of it is played in this part."""
        number = self._numbers[item.id]
        if not has_part(item, number, plan, self.shard):
            self.without.append(item.id)
            return None
        exploration = Exploration(
            plan=plan,
            folder=self.folder(),
            listener=Unheard(),
            players=self.playing,
            shard=self.shard,
            number=number,
        )
        sometimes = [msgspec.structs.replace(each, seen=self.seen[each.id]) for each in self.catalogue.sometimes]
        with self.noting_ctrl_c(), filters_of_the_command():
            results = explored(exploration, item, self.empty(plan, sometimes=sometimes))
        self.seen.update({each.id: each.seen for each in results.sometimes})
        return self.heard(results, item)

    @contextlib.contextmanager
    def noting_ctrl_c(self) -> Generator[None, None, None]:
        """Keep what a Ctrl-C inside of the block leaves of the item that is explored in it; in a worker of xdist nobody
        sits at a prompt."""
        hook = sys.breakpointhook
        if hasattr(self.config, "workerinput"):
            sys.breakpointhook = tell_of_xdist
        try:
            yield
        except CutOff as problem:
            self.cut_off += problem.results.items
            raise
        finally:
            sys.breakpointhook = hook

    def heard(self, results: Results, item: ItemFacts) -> ItemResult:
        """Return the one result in *results*, of *item*; of what the budget has ended, what it was until then."""
        result = within_budget(results.items[0]) if results.interrupted else results.items[0]
        if item.expect == "failed" and result.verdict is Verdict.PASSED:
            self.not_found.append(item.id)
        return result

    def folder(self) -> Path:
        """Return the folder of this run, as somebody who called the command types it."""
        folder = Path(DEFAULT) / "runs" / self.run_id
        return folder if Path.cwd() == self.home else self.home / folder

    def unplayed(self, plan: Plan, id: str, note: str) -> Results:
        """Return the results of an exploration of which nothing is played here; *note* says why."""
        return self.empty(plan, items=[ItemResult(id=id)], notes=[note])

    def empty(self, plan: Plan, **more: Any) -> Results:
        """Return the results of a run that has not begun."""
        return Results(
            run=self.run_id,
            command=shlex.join(["pytest", *map(str, self.config.invocation_params.args)]),
            version=version(),
            base_seed=plan.base_seed,
            strategy=plan.strategy,
            **more,
        )

    # -- what all have seen

    def account(self) -> dict[str, Any]:
        """Return what was seen here, as plain values that a worker can hand over."""
        part = {"without": self.without, "not_found": self.not_found, "left_out": self.left_out}
        if not self.has_catalogue:
            return {"sometimes": [], "seen": [], "ids": [], "notes": [], **part}
        return {
            **part,
            "sometimes": [[each.id, each.statement] for each in self.catalogue.sometimes],
            "seen": [id for id, held in self.seen.items() if held],
            "ids": [each.id for each in self.catalogue.items],
            "notes": list(self.catalogue.notes),
        }

    def not_collected(self) -> list[str]:
        """Return what pytest was kept from collecting, here and in workers of xdist, in words."""
        return list(dict.fromkeys(note for each in (self.account(), *self.heard_of) for note in each["left_out"]))

    def judged(self, ran: list[str]) -> tuple[list[tuple[str, str, bool]], list[str]]:
        """Return the ``sometimes`` that can be judged, each with its statement and whether it was seen, and the notes.

        Of a part of the catalogue, or of the run, it need not reach what the whole is to reach.
        """
        accounts = [self.account(), *self.heard_of]
        notes = list(dict.fromkeys(note for each in accounts for note in each["notes"])) + self.not_collected()
        without, not_found = (sorted(id for each in accounts for id in each[key]) for key in ("without", "not_found"))
        whole = {id for each in accounts for id in each["ids"]}
        is_whole = whole and whole.issubset([*ran, *without])
        seen = {id for each in accounts for id in each["seen"]}
        stated = {id: statement for each in accounts for id, statement in each["sometimes"]}
        unseen = [id for id in stated if id not in seen]
        notes += self.shard.notes(without, not_found, unseen if is_whole else [])
        why = part_asked_for(self.config) or self.is_over() or (None if is_whole else "not all was played")
        if why is None and self.shard == WHOLE:
            return [(id, statement, id in seen) for id, statement in stated.items()], notes
        if why is not None and unseen:
            notes.append(f"not judged in a part ({why}): what was never seen here, {', '.join(unseen)}")
        return [], notes

    def end(self) -> None:
        """Forget what was read of the user's files."""
        if self.has_catalogue:
            forget_projects()


def _project_of(config: pytest.Config) -> Project:
    """Return the nearest project around what is collected, else around the root of the session or its configuration."""
    # One after the other: a table that is farther away, and not used, may be wrong.
    projects = (find_project(start) for start in starts(config))
    return next((each for each in projects if not each.shipped), None) or find_project(config.rootpath)


def _as_option(name: str, value: Any) -> str:
    """Return the option that says this of a run."""
    if name.endswith("_ns"):
        return f"{option_of(name.removesuffix('_ns'))}={format_duration(value)}"
    return option_of(name) if value is True else f"{option_of(name)}={value}"


def within_budget(result: ItemResult) -> ItemResult:
    """Return the result of an item that was cut short: what has not failed until then has passed, and that is said."""
    if result.verdict is not Verdict.INCONCLUSIVE or result.property != "interrupted":
        return result
    remarks = [*result.remarks, cut_short(BUDGET, result)]
    return msgspec.structs.replace(result, verdict=Verdict.PASSED, property="", message="", remarks=remarks)


def _counts(file: Path, folder: Path) -> bool:
    return file.is_relative_to(folder) and (file.name == INDEX or is_catalogued(file, folder))


def _indexes(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob(INDEX))


def version() -> str:
    """Return the version of simcore."""
    import sys

    return str(sys.modules["simcore"].__version__)
