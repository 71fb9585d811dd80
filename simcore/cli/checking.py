"""The command ``check``: the same seed twice, in two processes, must give the same trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from simcore.catalog.find import find
from simcore.catalog.project import find_project
from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.cli.running import at_least
from simcore.cli.tellers import Format, write_object, writer
from simcore.model.text import cut
from simcore.output.lines import WIDTH, Line, story
from simcore.output.text import count, safe
from simcore.runner.determinism import Checked
from simcore.runner.determinism import check as checked_by
from simcore.runner.plan import Plan


def check(targets: Sequence[str], *, schedules: int, seed: int, strategy: str, format: Format | None) -> int:
    """Compare two runs of each seed of each item.

    Raises:
        UsageError: a target or an option is wrong.
    """
    at_least("--schedules", schedules, 1)
    at_least("--seed", seed, 0)
    project = find_project(Path())
    plan = Plan(schedules=schedules, base_seed=seed, strategy=strategy, options=project.options)
    found = find(project, targets)
    checked = checked_by(found.items, plan, environment=machine.environment())
    amount, differing = _told(checked, _write_object if format == "jsonl" else _line_writer(format))
    refused = [item.error for item in found.items if item.error]
    if format == "jsonl":
        notes = [*found.empty, *refused]
        write_object({"summary": {"checked": amount, "differing": differing}, "notes": notes})
    else:
        for line in found.empty:
            writer(format)(Line(f"note: {safe(line)}"))
        for line in refused:
            writer(format)(Line(f"not checked: {safe(line)}", "bold red"))
        pairs = f"{count(amount, 'schedule')} in two processes with different hash seeds"
        writer(format)(Line(f"{pairs}: {differing or 'none'} {'differs' if differing < 2 else 'differ'}", "bold"))
    if differing:
        return ExitCode.DIVERGED
    if refused:
        return ExitCode.USAGE
    return ExitCode.HELD if amount else ExitCode.NOTHING_RAN


def _told(checked: Iterable[Checked], tell: Callable[[Checked], None]) -> tuple[int, int]:
    """Tell each pair as it comes; return how many there were and how many of them differ."""
    amount = differing = 0
    for each in checked:
        amount += 1
        differing += not each.same
        tell(each)
    return amount, differing


def _write_object(each: Checked) -> None:
    write_object(
        {
            "id": each.item.id,
            "schedule": each.schedule,
            "seed": each.seed,
            "same": each.same,
            "difference": [cut(line) for line in each.difference],
        }
    )


def _line_writer(format: Format | None) -> Callable[[Checked], None]:
    write = writer(format)

    def tell(each: Checked) -> None:
        if each.same:
            return
        write(
            Line(f"{'DIFFERS':<{WIDTH}}  {safe(each.item.id)}  schedule {each.schedule}, seed {each.seed}", "bold red")
        )
        for line in story(each.difference):
            write(line)

    return tell
