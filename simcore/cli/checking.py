"""The command ``check``: the same seed in fresh processes and in a used one must give the same trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from simcore.campaign.leaks.check import Checked
from simcore.campaign.leaks.check import check as checked_by
from simcore.campaign.machine import no_exits
from simcore.catalog.find import find
from simcore.catalog.item import Item
from simcore.catalog.project import find_project
from simcore.catalog.run_settings import RunSettings, as_option
from simcore.cli.exits import ExitCode, first_of
from simcore.cli.standing import Standing, standing_for
from simcore.cli.tellers import Format, Progress, write_object, writer
from simcore.limits.alarm import guarded
from simcore.limits.limit import OPTION, limit_ns
from simcore.model.interrupts import taken
from simcore.model.text import cut
from simcore.output.lines import WIDTH, Line, story
from simcore.output.text import count, safe
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
    """Compare what several processes see of each seed of each item.

    Raises:
        UsageError: a target or an option is wrong.
    """
    said = RunSettings(schedules=schedules, seed=seed, strategy=strategy).checked(as_option)
    asked_ns = None if step_timeout is None else limit_ns(step_timeout, as_option(OPTION))
    with standing_for(targets) as standing:
        return _checked(standing, said, asked_ns, format)


def _checked(standing: Standing, said: RunSettings, asked_ns: int | None, format: Format | None) -> int:
    project = find_project(Path())
    limit = project.limit(asked_ns)
    # Of the project only how a run goes: what is compared is asked here.
    plan = plan_of(said.over(RunSettings(settle_ns=project.settings.settle_ns)), project.options)
    with guarded(limit), no_exits():
        found = find(project, standing.targets)
    checked = checked_by(found.items, plan, limit)
    tally = _told(checked, _write_object if format == "jsonl" else _line_writer(format))
    unread = [item.error for item in found.items if item.broken]
    notes = [*([f"checked {standing.note()}"] if standing.note() else []), *found.empty, *_left_out(found.items)]
    notes += [f"skipped, and not checked: {item.error}" for item in found.items if item.skips]
    if format == "jsonl":
        write_object({"summary": asdict(tally), "notes": notes, "broken": unread})
    else:
        write = writer(format)
        for line in notes:
            write(Line(f"note: {safe(line)}"))
        for line in unread:
            write(Line(f"broken, and not checked: {safe(cut(line))}", "bold red"))
        write(Line(tally.line(), "bold"))
    return tally.code(broken=bool(unread))


def _left_out(items: Sequence[Item]) -> list[str]:
    amount = sum(item.kind == "property" and not item.error for item in items)
    if not amount:
        return []
    noun = "1 property is" if amount == 1 else f"{amount:,} properties are"
    return [f"{noun} not checked: what it plays, Hypothesis draws anew; the replay of a failure is tried instead"]


@dataclass(slots=True)
class Tally:
    """How many schedules were compared, how many of them differ or were not played to their end, and whether somebody
    ended it."""

    checked: int = 0
    differing: int = 0
    unplayed: int = 0
    interrupted: bool = False

    def line(self) -> str:
        """Return it in words."""
        pairs = f"{count(self.checked, 'schedule')} in two fresh processes with nothing in common and in a used one"
        differs = f"{self.differing or 'none'} {'differs' if self.differing < 2 else 'differ'}"
        if self.unplayed:
            differs = f"{differs}, and {self.unplayed} not played to the end"
        return f"interrupted after {pairs}: {differs} so far" if self.interrupted else f"{pairs}: {differs}"

    def code(self, *, broken: bool) -> ExitCode:
        """Return the code of the command, where some file was *broken* perhaps."""
        return first_of(
            {
                ExitCode.INTERRUPTED: self.interrupted,
                ExitCode.DIVERGED: self.differing,
                ExitCode.FAILED: self.unplayed,
                ExitCode.USAGE: broken,
                ExitCode.NOTHING_RAN: not self.checked,
            }
        )


def _told(checked: Iterable[Checked], tell: Callable[[Checked], None]) -> Tally:
    """Tell each pair as it comes, and every few seconds how far it has come."""
    tally, progress = Tally(), Progress()
    differing: dict[str, int] = {}
    try:
        for each in checked:
            tally.checked += 1
            tally.differing += bool(each.difference)
            tally.unplayed += bool(each.unplayed)
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
            "kinds": [cut(line) for line in each.kinds],
            "outlived": [cut(line) for line in each.outlived],
            "unplayed": each.unplayed,
            "left_out": each.left_out,
        }
    )


def _line_writer(format: Format | None) -> Callable[[Checked], None]:
    write = writer(format)

    def tell(each: Checked) -> None:
        if not each.same:
            word = "DIFFERS" if each.difference else "UNPLAYED"
            place = f"{safe(each.item.id)}  schedule {each.schedule}, seed {each.seed}"
            write(Line(f"{word:<{WIDTH}}  {place}", "bold red"))
        if each.outlived:
            write(Line(f"note: {safe(each.item.id)} never differed, and this has outlived its runs:", "yellow"))
        if each.left_out:
            write(Line(f"note: {safe(each.item.id)}: {safe(each.left_out)}", "yellow"))
        for line in story([*filter(None, [each.unplayed]), *each.difference, *each.kinds, *each.outlived]):
            write(line)

    return tell
