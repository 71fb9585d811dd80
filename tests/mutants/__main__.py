"""Do the shipped properties notice a kernel that does something wrong? Each mutant is tried, and what kills it is told.

python -m tests.mutants [--mutant M01 ...] [--sample 12 [--date 2026-11-29]] [--jobs 2]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from tests.files import ROOT
from tests.mutants.all import CONTROL, MUTANTS
from tests.mutants.campaign import Campaign, Effort, Result, Trial, trials
from tests.mutants.mutant import Mutant
from tests.mutants.sample import sample
from tests.mutants.table import control_line, is_wrong, line, page, totals

RESULTS: Final = ROOT / ".simcore" / "mutants.json"
PAGE: Final = ROOT / "docs" / "mutants.md"
BEGIN: Final = "<!-- the table: written by `python -m tests.mutants --page` -->\n"
END: Final = "<!-- the end of the table -->\n"


def main(arguments: Sequence[str]) -> int:
    """Try the mutants that are asked for; return 0 where each is killed and the unchanged kernel gives no alarm."""
    wish = _parser().parse_args(arguments)
    unknown = [name for name in wish.mutant if name not in MUTANTS]
    if unknown:
        near = get_close_matches(unknown[0].upper(), MUTANTS, n=1)
        meant = f"did you mean {near[0]}?" if near else f"{PAGE.relative_to(ROOT)} lists them"
        sys.stderr.write(f"--mutant: there is no mutant {unknown[0]!r}; {meant}\n")
        return 2
    mutants = [MUTANTS[name] for name in wish.mutant] or list(MUTANTS.values())
    if wish.sample is not None:
        day = wish.date or _day_of_the_commit()
        mutants = sample(mutants, wish.sample, day)
        _say(f"the mutants of {day}: {', '.join(each.name for each in mutants)}")
    effort = Effort(schedules=wish.schedules, cpu_s=wish.cpu, controls=wish.controls, shrink=not wish.no_shrink)
    campaign = Campaign(wish.results)
    campaign.run(trials(mutants, effort), wish.jobs, _told if wish.format == "plain" else _silent)
    return _close(wish, mutants, campaign.results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mutant", nargs="+", default=[], metavar="NAME", help="these alone; else all")
    parser.add_argument("--sample", type=_count, help="so many of them, others on every day")
    parser.add_argument("--date", type=date.fromisoformat, help="of the sample; else that of the last commit")
    parser.add_argument("--jobs", type=_count, default=2, help="how many are tried at once")
    parser.add_argument("--schedules", type=_count, default=2_000, help="of one property, at most")
    parser.add_argument("--cpu", type=float, default=60.0, help="seconds of CPU time for one mutant, at most")
    parser.add_argument(
        "--controls", type=_count, default=2_000, help="schedules of the unchanged kernel, of each kind"
    )
    parser.add_argument("--no-shrink", action="store_true", help="leave the programs that fail as they are")
    parser.add_argument("--results", type=Path, default=RESULTS, help="what is known already, and what comes of this")
    parser.add_argument("--format", choices=["plain", "json"], default="plain")
    parser.add_argument("--page", action="store_true", help=f"write the table of {PAGE.relative_to(ROOT)}")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("is a whole number above 0")
    return number


def _told(trial: Trial, result: Result) -> None:
    _say(control_line(trial.name, result) if trial.mutant is None else line(trial.mutant, result))


def _silent(trial: Trial, result: Result) -> None:
    """Say nothing: all is said at the end."""


def _close(wish: argparse.Namespace, mutants: list[Mutant], results: dict[str, Result]) -> int:
    controls = {name: each for name, each in results.items() if name.startswith(CONTROL)}
    last = totals(mutants, results, controls)
    wrong = [each.name for each in mutants if is_wrong(each, results[each.name])]
    alarms = [name for name, each in controls.items() if each.get("killed_by") or each.get("error")]
    if wish.format == "json":
        told = {
            "mutants": [dict(results[each.name]) for each in mutants],
            "controls": controls,
            "wrong": wrong + alarms,
        }
        _say(json.dumps(told, indent=1))
    else:
        _say("\n".join(last))
    if wish.page:
        _write_page(page(mutants, results), last)
    return 1 if wrong or alarms else 0


def _write_page(table: str, last: list[str]) -> None:
    """Put the table between its two marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    said = f"\nOf {_day_of_the_commit()}:\n\n{table}\n" + "".join(f"- {each}\n" for each in last) + "\n"
    PAGE.write_text(before + BEGIN + said + END + after, "utf-8")


def _day_of_the_commit() -> date:
    """Return the date of the last commit, or of no day where there is none: a copy of the files alone."""
    command = ["git", "show", "--no-patch", "--format=%cs", "HEAD"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return date.fromisoformat(ended.stdout.strip()) if ended.returncode == 0 else date.min


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
