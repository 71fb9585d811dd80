"""The commands ``run`` and ``test``: many schedules of many items, told while they run, and what they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simcore.catalog.find import app_tests, items
from simcore.catalog.item import Item
from simcore.catalog.notes import notes
from simcore.catalog.project import Project, find_project
from simcore.catalog.properties import ProjectProperties, properties_over
from simcore.cli import machine
from simcore.cli.exits import ExitCode, exit_of
from simcore.cli.tellers import Format, Teller, teller
from simcore.model.errors import UsageError
from simcore.model.outcome import Results
from simcore.output.folder import RunFolder, leave, make_run_folder
from simcore.output.text import count, safe
from simcore.runner.explore import Exploration
from simcore.runner.plan import SCHEDULES, Plan
from simcore.runner.sometimes import surroundings

if TYPE_CHECKING:
    from simcore.runner.property import PropertyRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the command line asks of a run.

    Args:
        schedules: how many schedules each item gets, or None; *option* is what the command calls it.
        option: see above.
        seed: the base seed.
        strategy: of the schedules after the first.
        max_failures: of one item, before the next one's turn.
        artifacts: where runs leave what they leave, or None.
        format: how to tell it, or None.
    """

    schedules: int | None
    option: str
    seed: int
    strategy: str
    max_failures: int
    artifacts: str | None
    format: Format | None

    def plan(self, project: Project) -> Plan:
        """Return the plan of the run.

        Raises:
            UsageError: a number is out of its range, or the strategy is unknown.
        """
        at_least(self.option, self.schedules, 1)
        at_least("--max-failures", self.max_failures, 1)
        at_least("--seed", self.seed, 0)
        return Plan(
            schedules=self.schedules,
            base_seed=self.seed,
            strategy=self.strategy,
            options=project.options,
            max_failures=self.max_failures,
        )


def at_least(option: str, value: int | None, smallest: int) -> None:
    """Refuse a *value* of *option* below *smallest*.

    Raises:
        UsageError: it is.
    """
    if value is not None and value < smallest:
        raise UsageError(f"{option} takes a number of {smallest} or more, not {value}")


def run(targets: Sequence[str], request: RunRequest) -> int:
    """Run what *targets* name, with the project's own properties in force.

    Raises:
        UsageError: a target, an option or the project is wrong; nothing was run.
    """
    project = find_project(Path())
    plan = request.plan(project)
    found = items(project, targets)
    named = ", ".join(targets) or ("the shipped catalogue" if project.shipped else "the project's catalogue")
    held = properties_over(found, project)
    if targets and not any(item.kind == "property" and held.of(item).sometimes for item in found):
        # A part of the catalogue need not reach what the whole of it is to reach.
        held = replace(held, sometimes=())
    return execute(project, found, plan, request, named, held)


def test(app_dir: str, suite: str | None, filter: str | None, request: RunRequest) -> int:
    """Run the tests of an app, with the built-in invariants alone.

    Raises:
        UsageError: the app, an option or the project is wrong; nothing was run.
    """
    project = find_project(Path())
    plan = request.plan(project)
    found = app_tests(app_dir, suite=suite, filter=filter)
    return execute(project, found, plan, request, app_dir, ProjectProperties())


def execute(
    project: Project, found: list[Item], plan: Plan, request: RunRequest, named: str, held: ProjectProperties
) -> int:
    """Run the items, tell it, write what is left of it, and return the exit code."""
    # First of all: a folder that cannot be written to is to be told before hours of schedules and not after.
    folder = make_run_folder(request.artifacts, machine.new_run_id)
    telling = teller(request.format)
    telling.opened(header(named, plan, found))
    runner = property_runner(found)
    exploration = Exploration(
        plan=plan,
        folder=folder.path,
        listener=telling,
        cpu_s=machine.cpu_s,
        properties=held,
        runner=runner,
        # What a property's own runs see counts too; it is kept where `run(program)` keeps it.
        sightings=None if runner is None else surroundings(Path.cwd()).sightings,
    )
    results = _timed(exploration, found, _nothing_yet(folder, plan, found))
    return _close(folder, results, project, telling)


def property_runner(found: Sequence[Item]) -> PropertyRunner | None:
    """Return who runs ``@given`` tests, if there are any: Hypothesis is not loaded for anything else."""
    if not any(item.kind == "property" and not item.error for item in found):
        return None
    from simcore.strategies.given import Execution

    return Execution()


def _nothing_yet(folder: RunFolder, plan: Plan, found: Sequence[Item]) -> Results:
    return Results(
        run=folder.id,
        command=machine.command_line(),
        version=machine.version(),
        base_seed=plan.base_seed,
        strategy=plan.strategy,
        notes=notes(found),
    )


def _timed(exploration: Exploration, found: Sequence[Item], results: Results) -> Results:
    begun_s, begun_cpu_s = machine.monotonic_s(), machine.cpu_s()
    results = exploration.run(found, results)
    wall_s, cpu_s = machine.monotonic_s() - begun_s, machine.cpu_s() - begun_cpu_s
    return msgspec.structs.replace(results, wall_s=round(wall_s, 3), cpu_s=round(cpu_s, 3))


def _close(folder: RunFolder, results: Results, project: Project, telling: Teller) -> int:
    complaints = leave(folder, results, project, machine.step_summary())
    code = exit_of(results)
    if code is ExitCode.NOTHING_RAN:
        complaints.append(
            "nothing ran: there is no scenario, no property and no test; docs/your-app.md says how a test is written"
        )
    telling.closed(results, folder, complaints, code)
    return code


def header(named: str, plan: Plan, found: Sequence[Item]) -> str:
    """Return the first line of a run, which says all that decides it."""
    amount = count(plan.schedules or SCHEDULES, "schedule")
    if plan.schedules is None and any(item.seeds for item in found):
        amount += ", or what an item asks for"
    strategy = "fifo" if plan.strategy == "fifo" else f"fifo, then {plan.strategy}"
    return f"simcore {machine.version()} · {safe(named)} · base seed {plan.base_seed} · {strategy} · {amount}"
