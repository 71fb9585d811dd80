"""The commands ``run`` and ``test``: many schedules of many items, told while they run, and what they leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from simcore.campaign.exploration import Exploration
from simcore.campaign.interrupts import last_words
from simcore.campaign.offspring import orphans
from simcore.campaign.players import jobs_of, players
from simcore.campaign.work import Catalogue, Wanted
from simcore.catalog.run_settings import RunSettings, as_option, with_settle
from simcore.cli import machine
from simcore.cli.exits import ExitCode, exit_of
from simcore.cli.standing import Standing, standing_for
from simcore.cli.tellers import Format, teller
from simcore.cli.unbroken import Unbroken
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.interrupts import undisturbed
from simcore.model.item import ItemFacts
from simcore.model.options import Options
from simcore.model.outcome import Reports, Results
from simcore.model.shard import WHOLE, Shard, shard_of
from simcore.output.folder import RunFolder, leave, make_run_folder
from simcore.output.text import safe
from simcore.runner.plan import Plan, plan_of

NOTHING: Final = RunSettings()

UNREPORTED: Final = "the reports of the project were not written: the program went on and could not be interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the command line asks of a run.

    Args:
        settings: what decides runs and verdicts.
        settle: for how much virtual time the world of an application's test is driven on after it has passed, as it
            was typed, or None.
        jobs: how many processes play; a number or ``auto``.
        dask: the address of a scheduler whose workers play, or None.
        shard: the part of the run that is played here, or None.
        artifacts: where runs leave what they leave, or None.
        step_timeout: how much CPU time one step may take, as it was typed, or None.
        format: how to tell it, or None.
    """

    settings: RunSettings
    settle: str | None
    jobs: str
    dask: str | None
    shard: str | None
    artifacts: str | None
    step_timeout: str | None
    format: Format | None

    @property
    def step_timeout_ns(self) -> int | None:
        """Nanoseconds of CPU time that one step may take, or None.

        Raises:
            UsageError: it is no such duration.
        """
        return None if self.step_timeout is None else limit_ns(self.step_timeout, as_option(OPTION))

    def part(self, otherwise: RunSettings = NOTHING) -> Shard:
        """Return the part of the run that is played here, where the command line says none as *otherwise* has it.

        Raises:
            UsageError: it is none.
        """
        return shard_of(self.shard) if self.shard is not None else otherwise.shard or WHOLE

    def plan(self, options: Options, otherwise: RunSettings = NOTHING) -> Plan:
        """Return the plan of the run.

        Args:
            options: of every world.
            otherwise: what the project asks, where the command line does not.

        Raises:
            UsageError: a number or a duration is out of its range, or the strategy is unknown.
        """
        asked = with_settle(self.settings.checked(as_option), self.settle, as_option("settle"))
        return plan_of(asked.over(otherwise), options)


def run(targets: Sequence[str], request: RunRequest) -> int:
    """Run what *targets* name, with the project's own properties in force.

    Raises:
        UsageError: a target, an option or the project is wrong; nothing was run.
    """
    with standing_for(targets) as standing:
        wanted = Wanted(
            command=machine.new_run_id(),
            folder=str(Path.cwd()),
            targets=standing.targets,
            step_timeout_ns=request.step_timeout_ns,
        )
        return _execute(wanted, request, standing)


def test(app_dir: str, suite: str | None, filter: str | None, request: RunRequest) -> int:
    """Run the tests of an app, with the built-in invariants alone.

    Raises:
        UsageError: the app, an option or the project is wrong; nothing was run.
    """
    with standing_for([app_dir]) as standing:
        wanted = Wanted(
            command=machine.new_run_id(),
            folder=str(Path.cwd()),
            tests_of=standing.targets[0],
            suite=suite,
            filter=filter,
            step_timeout_ns=request.step_timeout_ns,
        )
        return _execute(wanted, request, standing)


@undisturbed
def _execute(wanted: Wanted, request: RunRequest, standing: Standing) -> int:
    """Find the items and run them, tell it, write what is left of it, and return the exit code.

    Raises:
        InternalError: simcore contradicted itself in an item; all the others are told and written.
    """
    # What is wrong with the command line is said before a process is started for it.
    request.plan(Options())
    jobs_of(request.jobs)
    request.part()
    with players(wanted, request.jobs, machine.cores(), request.dask) as playing:
        found = playing.catalogue()
        plan, shard = request.plan(found.options, found.settings), request.part(found.settings)
        # Before all schedules: a folder that cannot be written to is to be told now and not after hours of them.
        folder = make_run_folder(standing.artifacts(request.artifacts), machine.new_run_id)
        telling = Unbroken(teller(request.format))
        telling.opened(header(_named(wanted, found, standing), plan, found.items))
        exploration = Exploration(plan=plan, folder=folder.path, listener=telling, players=playing, shard=shard)
        results = _nothing_yet(folder, plan, found, whole=shard == WHOLE)
        cut_off = partial(_close, folder, reports=_shipped_reports, telling=telling)
        with telling.ending(playing), last_words(lambda: cut_off(results=exploration.cut_off())):
            results = _timed(exploration, found, results, jobs_of(request.jobs))
        with last_words(lambda: _tell_end(folder, results, [UNREPORTED], telling)):
            code = _close(folder, results, playing.reports, telling, empty=not found.items)
        if exploration.mistake is not None:
            raise exploration.mistake
        return code


def _shipped_reports(results: Results, why: Sequence[str] = (UNREPORTED,)) -> Reports:
    """Return the reports that come with simcore, where the user's code cannot be asked for its own; *why* says it."""
    # Late: who asks does not play, and needs none of this.
    from simcore.catalog.project import shipped_project
    from simcore.catalog.reports import render

    made = render(shipped_project(), results)
    return Reports(files=made.files, complaints=[*made.complaints, *why])


def _named(wanted: Wanted, found: Catalogue, standing: Standing) -> str:
    whole = "the shipped catalogue" if found.shipped else "the project's catalogue"
    named = wanted.tests_of or ", ".join(wanted.targets) or whole
    return " ".join(each for each in (named, standing.note()) if each)


def _nothing_yet(folder: RunFolder, plan: Plan, found: Catalogue, *, whole: bool) -> Results:
    return Results(
        run=folder.id,
        command=machine.command_line(),
        version=machine.version(),
        base_seed=plan.base_seed,
        strategy=plan.strategy,
        sometimes=found.sometimes,
        strict=whole and plan.strict,
        notes=found.notes,
    )


def _timed(exploration: Exploration, found: Catalogue, results: Results, jobs: int | None) -> Results:
    begun_s = machine.monotonic_s()
    results = exploration.run(found.items, results)
    wall_s, cpu_s = machine.monotonic_s() - begun_s, sum(item.cpu_s for item in results.items)
    left = () if jobs == 0 else (f"{each} had outlived what has started it, and is ended" for each in orphans())
    return msgspec.structs.replace(
        results, wall_s=round(wall_s, 3), cpu_s=round(cpu_s, 3), notes=[*results.notes, *left]
    )


@undisturbed
def _close(
    folder: RunFolder,
    results: Results,
    reports: Callable[[Results], Reports],
    telling: Unbroken,
    *,
    empty: bool = False,
) -> int:
    made = Reports()

    def noted(told: Results) -> Reports:
        nonlocal made
        made = reports(told)
        return made

    complaints = leave(folder, results, noted, machine.step_summary())
    if made.interrupted:
        # What was written says nothing of it.
        results = msgspec.structs.replace(results, interrupted=True)
        complaints = leave(folder, results, partial(_shipped_reports, why=made.complaints), machine.step_summary())
    return _tell_end(folder, results, complaints, telling, empty=empty)


@undisturbed
def _tell_end(
    folder: RunFolder, results: Results, complaints: list[str], telling: Unbroken, *, empty: bool = False
) -> int:
    code = exit_of(results)
    if code is ExitCode.NOTHING_RAN and not empty:
        # All that there is falls to the other parts, and a note says so.
        code = ExitCode.HELD
    elif code is ExitCode.NOTHING_RAN:
        complaints.append(
            "nothing ran: there is no scenario, no property and no test; docs/your-app.md says how a test is written"
        )
    telling.closed(results, folder, complaints, code)
    return telling.code(code)


def header(named: str, plan: Plan, found: Sequence[ItemFacts]) -> str:
    """Return the first line of a run, which says all that decides it."""
    return f"simcore {machine.version()} · {safe(named)} · {safe(plan.told(found))}"
