"""Exploring and replaying without a command, in this process: what ``explore`` and ``replay`` of the door do, and the
plugin of pytest for a test of the user's own."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.campaign.exploration import Exploration
from simcore.campaign.here import Here
from simcore.campaign.interrupts import listening
from simcore.campaign.keep import SEE_WHERE
from simcore.campaign.machine import new_run_id, no_forks
from simcore.campaign.player import Player, property_runner
from simcore.campaign.players import Players
from simcore.campaign.replay_lines import lines_of
from simcore.campaign.replays import told_of
from simcore.campaign.schedules import has_part
from simcore.campaign.work import Wanted
from simcore.catalog.files import Place, file_digest, typed
from simcore.catalog.find import Findings
from simcore.catalog.fit import unfit
from simcore.catalog.item import Item
from simcore.catalog.options import read_options
from simcore.catalog.project import find_project
from simcore.catalog.run_settings import given_settings
from simcore.kernel.choices import derive_seed
from simcore.limits.alarm import guarded, limit_is
from simcore.limits.limit import Limit
from simcore.model.errors import NotHeld, UsageError
from simcore.model.folders import folder_given
from simcore.model.interrupts import heard, quitting
from simcore.model.markers import ScenarioMark, mark_of
from simcore.model.outcome import ItemResult, Results, Sometimes
from simcore.model.replay_answer import ReplayAnswer
from simcore.model.shapes import code_of, name_of
from simcore.model.shard import WHOLE, Shard
from simcore.model.texts import represented
from simcore.output import lines
from simcore.output.folder import DEFAULT, open_run_folder
from simcore.python.generators import process_here
from simcore.runner.case_files import load_case
from simcore.runner.deciding import changed_sources
from simcore.runner.owner import innermost
from simcore.runner.plan import Plan, plan_of
from simcore.runner.reference import Found, find_run, properties_of
from simcore.runner.replay import Replayed
from simcore.runner.replay import replay as play_again
from simcore.runner.run_folder import folder_of_run
from simcore.runner.search import SEARCH
from simcore.runner.token import looks_like_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.campaign.work import Answer, Work
    from simcore.catalog.project import Project
    from simcore.model.case import Case
    from simcore.model.item import ItemFacts
    from simcore.model.options import Options
    from simcore.model.run import Run

LEAKS: Final = (
    "something outside of its world decides how it goes, such as a value of a module that outlives a run; of a "
    "scenario of the catalogue it would be told what that is"
)


class CutOff(KeyboardInterrupt):
    """Somebody's Ctrl-C while something was explored.

    Args:
        results: what there is until then.
        left_by: what somebody has said instead, or None.
    """

    def __init__(self, results: Results, left_by: BaseException | None) -> None:
        super().__init__(results, left_by)
        self.results: Results = results
        self.left_by: BaseException | None = left_by


class Unheard:
    """A listener who has nothing to tell while it goes on."""

    def started(self, items: int) -> None:
        """The run begins."""

    def progressed(self, item: ItemFacts, schedules: int, failures: int) -> None:
        """More schedules of *item* have run."""

    def failed(self, item: ItemFacts, result: ItemResult) -> None:
        """A failure was found and its case is saved."""

    def finished(self, item: ItemFacts, result: ItemResult) -> None:
        """The item is done."""


def explore(
    scenario: Callable[..., Any],
    *,
    schedules: int | None = None,
    seed: int | None = None,
    strategy: str | None = None,
    artifacts: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Results:
    """Play *scenario* under many schedules, in this process, and return what came of it.

    What does not hold raises, and before it does its case lies on the disk. The properties of the project around the
    current folder are asked, as ``simcore run`` asks them, and what ``[tool.simcore.run]`` says counts, also where that
    names a shard.

    Args:
        scenario: a function of one ``World``, with or without ``@scenario``.
        schedules: how many schedules; by default what the project says, or the scenario, or 100.
        seed: the base seed, from which those of the schedules derive; by default 0.
        strategy: of the schedules after the first, which is always the oldest first; such as ``uniform`` or ``pct:3``.
        artifacts: the folder for what the run leaves, instead of ``.simcore`` in the current folder.
        options: fields of ``Options`` that the worlds have otherwise than the project says.

    Raises:
        Failure: a schedule did not hold; the text is what ``simcore run`` tells.
        UsageError: *scenario* is none, or an argument or the project cannot be used.
    """
    __tracebackhide__ = True
    project = find_project(Path())
    item = item_of_function(scenario, _id_of(scenario, project), project)
    said = given_settings(str, {"schedules": schedules, "seed": seed, "strategy": strategy})
    settings = said.over(project.settings)
    plan = plan_of(settings, with_options(project.options, options))
    shard, number = settings.shard or WHOLE, derive_seed(0, item.id)
    folder = folder_given("artifacts", DEFAULT if artifacts is None else artifacts) / "runs" / new_run_id()
    if not has_part(item.facts, number, plan, shard):
        return _unplayed(item, plan, folder, shard)
    results = explore_alone(item, plan, folder, shard=shard, number=number)
    result = results.items[0]
    if not result.held():
        again = msgspec.structs.replace(result, replay=_again(item, scenario, result, project))
        raise not_held(again)
    return results


def _unplayed(item: Item, plan: Plan, folder: Path, shard: Shard) -> Results:
    """Return the results of an exploration of which nothing falls to this part of the run."""
    return Results(
        run=folder.name,
        command="",
        version="",
        base_seed=plan.base_seed,
        strategy=plan.strategy,
        items=[ItemResult(id=item.id)],
        notes=[f"nothing of it falls to shard {shard}"],
    )


def _again(item: Item, scenario: Callable[..., Any], result: ItemResult, project: Project) -> str | None:
    """Return how the failure is replayed: by the command where that finds the scenario, else in Python."""
    code = code_of(scenario)
    if result.case is None or code is None:
        return result.replay
    if isinstance(mark_of(scenario), ScenarioMark) and code.co_qualname == code.co_name:
        in_catalogue = item.place is not None and project.kinds_of(item.place)
        target = "" if item.target or in_catalogue else f" --target {item.source_line.rpartition(':')[0]}"
        return f"{result.replay}{target}"
    return f"in Python: simcore.replay({result.case!r}, {code.co_name})"


def replay(case: str | os.PathLike[str], scenario: Callable[..., Any] | None = None) -> ReplayAnswer:
    """Play the run of a case file, or of a token, again; a case that is kept as a test.

    A case is played in the folder that its run was made in, wherever this is called.

    Args:
        case: the file or the token.
        scenario: whose case it is; by default what the case names.

    Returns:
        ``ReplayAnswer.GONE``: the failure is there no more.

    Raises:
        Failure: it is still there, or that cannot be told; the text says why.
        UsageError: the case cannot be read, or nothing is found that it is of.
    """
    __tracebackhide__ = True
    reference = reference_of(case)
    is_file = not looks_like_token(reference) and os.path.isfile(reference)
    home = folder_of_run(Path(reference), load_case(Path(reference))) if is_file else Path.cwd()
    reference = os.path.abspath(reference) if is_file else reference
    with contextlib.chdir(home):
        project = find_project(Path())
        if scenario is None:
            found = find_run(reference, target=None, project=project)
        else:
            found = found_for(reference, item_of_function(scenario, "", project), project)
        return answered(play_found(found))


def reference_of(case: str | os.PathLike[str]) -> str:
    """Return what names the run that is replayed, as a text.

    Raises:
        UsageError: *case* is no text and no path.
    """
    __tracebackhide__ = True
    if not isinstance(case, str | os.PathLike):
        raise UsageError(f"what is replayed is a case file or a token, not {represented(case)}")
    return os.fspath(case)


# -- one function


def item_of_function(scenario: Callable[..., Any], id: str, project: Project) -> Item:
    """Return the item that stands for a function of the user's own.

    Args:
        scenario: a function of one ``World``.
        id: what it is called in its case; empty where a case says it.
        project: around it.

    Raises:
        UsageError: it is none, or this is called inside of a run.
    """
    __tracebackhide__ = True
    if process_here() is not None or innermost() is not None:
        raise UsageError("inside of a run nothing can be explored; play one schedule with run(...)")
    if not callable(scenario):
        raise UsageError(f"what is explored is a function of one World, not {represented(scenario)}")
    mark = mark_of(scenario) if isinstance(mark_of(scenario), ScenarioMark) else ScenarioMark()
    assert isinstance(mark, ScenarioMark)
    wrong = unfit(scenario, mark)
    if wrong:
        raise UsageError(f"{name_of(scenario)} cannot be explored: it {wrong}")
    code = code_of(scenario)
    file = Path(code.co_filename) if code is not None else Path()
    shown = typed(project.typed_at, file) if file.is_file() else name_of(scenario)
    return Item(
        kind="scenario",
        id=id or f"{shown}::{name_of(scenario)}",
        expect=mark.expect,
        schedules=mark.schedules,
        digest=file_digest(file) if file.is_file() else "",
        # What comes with simcore is asked of nothing else.
        target=shown if project.shipped else "",
        source_line=f"{shown}:{code.co_firstlineno}" if code is not None else shown,
        root=project.typed_at,
        function=scenario,
        place=Place(file, file.parent, shown, shown, is_app=False),
        is_alone=True,
    )


def _id_of(scenario: object, project: Project) -> str:
    code = code_of(scenario)
    if code is None or not os.path.isfile(code.co_filename):
        return ""
    return f"{typed(project.typed_at, Path(code.co_filename))}::{code.co_qualname.replace('.<locals>', '')}"


def with_options(options: Options, changed: dict[str, Any]) -> Options:
    """Return *options* with what is *changed*.

    Raises:
        UsageError: there is no such option, or it takes no such value.
    """
    if not changed:
        return options
    known = {name: value for name, value in msgspec.to_builtins(options).items() if name not in changed}
    return read_options({**known, **changed}, "an option of the worlds")


@dataclass(frozen=True, slots=True)
class _Alone:
    """The work that is done for one item."""

    player: Player

    def perform(self, _wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
        with no_forks(), guarded(Limit()):
            limit_is(self.player.limit)
            return [self.player.answer(work) for work in works]


class PlayerOfOne(Player):
    """A player of one item, which is known and has not to be found."""

    def __init__(self, item: Item, wanted: Wanted) -> None:
        self._given = item
        super().__init__(wanted, lambda item, examples, schedules: None)

    def _found(self) -> Findings:
        return Findings([self._given])

    def _elsewhere(self, case: Case) -> str | None:
        """Nobody else finds the function: its file is none of a catalogue."""
        return None

    def _leaks(self, run: Run) -> list[str]:
        return [LEAKS]

    def sometimes(self) -> list[Sometimes]:
        """Return what may hold at the end of a run."""
        return [Sometimes(each.id, each.statement, seen=False) for each in self._properties.sometimes]

    def refused(self) -> list[str]:
        """Return what should be asked and cannot be."""
        return [each.error for each in self._items if each.error]


def explore_alone(
    item: Item,
    plan: Plan,
    folder: Path,
    *,
    shard: Shard = WHOLE,
    number: int = 0,
    lost: Callable[[], str | None] = lambda: None,
    home: Path | None = None,
    step_timeout_ns: int | None = None,
) -> Results:
    """Explore one item that is known.

    Args:
        item: which.
        plan: how.
        folder: where its case goes.
        shard: the part of the run that is played.
        number: of the item among those that the parts share.
        lost: says why it has to end early, or None.
        home: the folder of the project, where that is not around the current one.
        step_timeout_ns: how long a step may take; None leaves it to the project.

    Raises:
        CutOff: somebody's Ctrl-C.
    """
    wanted = Wanted(
        command=folder.name,
        folder=str(home or Path.cwd()),
        targets=(item.id,),
        step_timeout_ns=step_timeout_ns,
    )
    with contextlib.chdir(wanted.folder):
        player = PlayerOfOne(item, wanted)
    alone = _Alone(player)
    playing = Players(wanted, Here(), alone.perform, at_once=1, patience_s=0.0, lost=lost, replaces=False)
    results = Results(
        run=folder.name,
        command="",
        version="",
        base_seed=plan.base_seed,
        strategy=plan.strategy,
        sometimes=player.sometimes(),
        notes=player.refused(),
    )
    exploration = Exploration(plan=plan, folder=folder, listener=Unheard(), players=playing, shard=shard, number=number)
    results = explored(exploration, item.facts, results)
    return msgspec.structs.replace(results, items=[_without_command(each) for each in results.items])


def _without_command(result: ItemResult) -> ItemResult:
    """Return *result* without the command that would find the item if it were one of a catalogue."""
    if not result.diverged:
        return result
    story = [line for line in result.story if not line.startswith(SEE_WHERE)]
    return msgspec.structs.replace(result, story=story)


def explored(exploration: Exploration, item: ItemFacts, results: Results) -> Results:
    """Explore *item* alone and return *results* with its own.

    Raises:
        CutOff: somebody's Ctrl-C.
        InternalError: simcore contradicted itself.
    """
    with listening():
        results = exploration.run([item], results)
    if any(each.case for each in results.items):
        # The case lies there; what else there is to say of the folder is said by who writes reports.
        with contextlib.suppress(UsageError):
            open_run_folder(exploration.folder)
    if exploration.mistake is not None:
        raise exploration.mistake
    if results.interrupted and exploration.players.lost() is None:
        raise CutOff(results, heard.left_by)
    return results


def not_held(result: ItemResult, *, repeat: str = "") -> NotHeld:
    """Return the error that tells a *result* which is not as it should be."""
    told = tuple(each.text for each in lines.whole(result, repeat=repeat))
    return NotHeld(result.property, result.message, told)


# -- a case


def found_for(case: str, item: Item, project: Project) -> Found:
    """Return what a case file says of *item*, which it does not have to find.

    Raises:
        UsageError: it cannot be read.
    """
    read = load_case(Path(case))
    changed = changed_sources(item, read, project)
    return Found(run=read.run, item=item, project=project, case=read, changed=changed, version=read.version)


def play_found(found: Found, step_timeout_ns: int | None = None) -> Replayed:
    """Play again what was found; *step_timeout_ns* is how long a step may take, None leaves it to the project."""
    properties = properties_of(found, found.project)
    with guarded(found.project.limit(step_timeout_ns)), quitting():
        return play_again(found, properties=properties, runner=property_runner([found.item]), amount=SEARCH)


def answered(replayed: Replayed) -> ReplayAnswer:
    """Return that the failure is gone.

    Raises:
        NotHeld: it is not, or that cannot be told.
    """
    __tracebackhide__ = True
    if replayed.answer is ReplayAnswer.GONE:
        return replayed.answer
    outcome = replayed.outcome
    message = outcome.message or str(replayed.answer)
    told = lines_of(told_of(replayed.found, replayed), None, "", trace=False)
    raise NotHeld(outcome.property or "replay", message, tuple(each.text for each in told))
