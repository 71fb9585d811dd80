"""The command ``check``: the same seed twice, in two processes, must give the same trace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.find import items
from simcore.catalog.project import find_project
from simcore.cli.exits import Exit
from simcore.cli.lines import WIDTH, Line, story
from simcore.cli.running import at_least
from simcore.cli.tellers import Format, write_object, writer
from simcore.cli.text import count, safe
from simcore.runner.check import check as checked_by

if TYPE_CHECKING:
    from simcore.runner.check import Checked


def check(targets: Sequence[str], *, seeds: int, seed: int, strategy: str, format: Format | None) -> int:
    """Compare two runs of each seed of each item.

    Raises:
        UsageError: a target or an option is wrong.
    """
    at_least("--seeds", seeds, 1)
    at_least("--seed", seed, 0)
    project = find_project(Path())
    found = items(project, targets)
    checked = checked_by(found, seeds=seeds, base_seed=seed, strategy=strategy, options=project.options)
    if format == "jsonl":
        _write_objects(checked)
    else:
        _write_lines(checked, format)
    if not checked:
        return Exit.NOTHING_RAN
    return Exit.HELD if all(each.same for each in checked) else Exit.DIVERGED


def _write_objects(checked: Sequence[Checked]) -> None:
    for each in checked:
        write_object({"id": each.item, "seed": each.seed, "same": each.same, "difference": list(each.difference)})
    differing = sum(not each.same for each in checked)
    write_object({"summary": {"checked": len(checked), "differing": differing}})


def _write_lines(checked: Sequence[Checked], format: Format | None) -> None:
    write = writer(format)
    for each in checked:
        if not each.same:
            write(Line(f"{'DIFFERS':<{WIDTH}}  {safe(each.item)}  seed {each.seed}", "bold red"))
            for line in story(each.difference):
                write(line)
    differing = sum(not each.same for each in checked)
    pairs = count(len(checked), "pair")
    write(Line(f"{pairs} of runs compared, each in two processes with different hash seeds: {differing} differ"))
