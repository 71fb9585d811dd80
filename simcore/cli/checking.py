"""The command ``check``: the same seed twice, in two processes, must give the same trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simcore.catalog.find import find
from simcore.catalog.project import find_project
from simcore.catalog.run_settings import RunSettings, as_option
from simcore.cli import machine
from simcore.cli.exits import ExitCode
from simcore.cli.tellers import Format, Progress, write_object, writer
from simcore.limits.alarm import guarded
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.interrupts import taken
from simcore.model.text import cut
from simcore.output.lines import WIDTH, Line, story
from simcore.output.text import count, safe
from simcore.runner.determinism import Checked
from simcore.runner.determinism import check as checked_by
from simcore.runner.plan import plan_of


def check(
    targets: Sequence[str],
    *,
    schedules: int,
    seed: int,
    strategy: str,
    step_timeout: str | None,
    format: Format | None,
) -> int:
    """Compare two runs of each seed of each item.

    Raises:
        UsageError: a target or an option is wrong.
    """
    said = RunSettings(schedules=schedules, seed=seed, strategy=strategy).checked(as_option)
    asked_ns = None if step_timeout is None else limit_ns(step_timeout, as_option(OPTION))
    project = find_project(Path())
    limit = project.limit(asked_ns)
    # Of the project only how a run goes: what is compared is asked here.
    plan = plan_of(said.over(RunSettings(settle_ns=project.settings.settle_ns)), project.options)
    with guarded(limit):
        found = find(project, targets)
    checked = checked_by(found.items, plan, limit=limit, environment=machine.environment())
    tally = _told(checked, _write_object if format == "jsonl" else _line_writer(format))
    unread = [item.error for item in found.items if item.error]
    if format == "jsonl":
        summary = {"checked": tally.checked, "differing": tally.differing, "interrupted": tally.interrupted}
        write_object({"summary": summary, "notes": list(found.empty), "broken": unread})
    else:
        write = writer(format)
        for line in found.empty:
            write(Line(f"note: {safe(line)}"))
        for line in unread:
            write(Line(f"broken, and not checked: {safe(cut(line))}", "bold red"))
        write(Line(tally.line(), "bold"))
    return tally.code(broken=bool(unread))


@dataclass(slots=True)
class Tally:
    """How many pairs were compared, how many of them differ, and whether somebody ended it."""

    checked: int = 0
    differing: int = 0
    interrupted: bool = False

    def line(self) -> str:
        """Return it in words."""
        pairs = f"{count(self.checked, 'schedule')} in two processes with different hash seeds"
        differs = f"{self.differing or 'none'} {'differs' if self.differing < 2 else 'differ'}"
        return f"interrupted after {pairs}: {differs} so far" if self.interrupted else f"{pairs}: {differs}"

    def code(self, *, broken: bool) -> ExitCode:
        """Return the code of the command, where some file was *broken* perhaps."""
        for code, applies in (
            (ExitCode.INTERRUPTED, self.interrupted),
            (ExitCode.DIVERGED, self.differing > 0),
            (ExitCode.USAGE, broken),
            (ExitCode.NOTHING_RAN, not self.checked),
        ):
            if applies:
                return code
        return ExitCode.HELD


def _told(checked: Iterable[Checked], tell: Callable[[Checked], None]) -> Tally:
    """Tell each pair as it comes, and every few seconds how far it has come."""
    tally, progress = Tally(), Progress()
    differing: dict[str, int] = {}
    try:
        for each in checked:
            tally.checked += 1
            tally.differing += not each.same
            differing[each.item.id] = differing.get(each.item.id, 0) + (not each.same)
            tell(each)
            progress.progressed(each.item, each.schedule, differing[each.item.id])
    except KeyboardInterrupt:
        taken()
        tally.interrupted = True
    return tally


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
