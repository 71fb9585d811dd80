"""Draw files and play them all by one command; say of which the verdict is another than it must be.

python -m tests.fuzz.play --count 300 --seed 1 [--jobs 2] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.files import write_files
from tests.fuzz.grammar import SCHEDULES, Drawn, draw

TABLE: Final = '[tool.simcore]\nscenarios = ["scenarios"]\n'
CODES: Final = {1: "something failed"}


@dataclass(frozen=True, slots=True)
class Campaign:
    """What came of a campaign.

    Args:
        wrong: what is not as it must be, one line each.
        verdicts: how many files had which verdict.
        seconds: how long it took.
    """

    wrong: list[str]
    verdicts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def campaign(folder: Path, files: list[Drawn], *, jobs: str, timeout_s: float) -> Campaign:
    """Write *files* to *folder*, play them by one command, and compare."""
    write_files(folder, {"pyproject.toml": TABLE})
    for each in files:
        path = folder / "scenarios" / each.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(each.text, encoding="utf-8")
    command = ["run", "--jobs", jobs, "--schedules", str(SCHEDULES), "--step-timeout", "500ms", "--format", "jsonl"]
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "simcore", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    seconds = time.monotonic() - begun
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    wrong = [*_of_the_command(ended, told, folder), *_of_the_files(files, told[:-1])]
    return Campaign(wrong, Counter(each["verdict"] for each in told[:-1]), seconds)


def _of_the_command(ended: subprocess.CompletedProcess[str], told: list[dict[str, Any]], folder: Path) -> list[str]:
    """Say what is wrong with the end of the command."""
    if ended.returncode not in CODES or not told or "summary" not in told[-1]:
        return [f"the command ended with {ended.returncode}: {ended.stderr[-2_000:]}"]
    left = folder / told[-1]["summary"]["folder"]
    return [
        f"{name} was not written" for name in ("results.json", "junit.xml", "summary.md") if not (left / name).exists()
    ]


def _of_the_files(files: list[Drawn], told: list[dict[str, Any]]) -> list[str]:
    """Say of each file what is wrong with its results."""
    by_file: dict[str, list[dict[str, Any]]] = {}
    for each in told:
        by_file.setdefault(each["id"].partition("::")[0], []).append(each)
    strange = by_file.keys() - {f"scenarios/{each.name}" for each in files}
    return [
        *(f"{name}: nobody has drawn it" for name in sorted(strange)),
        *(line for each in files for line in _of_a_file(each, by_file.get(f"scenarios/{each.name}", []))),
    ]


def _of_a_file(drawn: Drawn, results: list[dict[str, Any]]) -> list[str]:
    if len(results) != 1:
        return [f"{drawn.name}: it has {len(results)} verdicts, and one must come"]
    (result,) = results
    expected, wrong = drawn.expected, list[str]()
    if result["id"] != drawn.id:
        wrong.append(f"it is called {result['id']}, not {drawn.id}")
    if result["verdict"] != expected.verdict or (expected.properties and result["property"] not in expected.properties):
        was = f"{result['verdict']} {result['property']}: {result['message'][:200]}"
        wrong.append(f"must be {expected.verdict} {' or '.join(expected.properties)}, is {was}")
    if result["verdict"] == "passed" and (result["schedules"] or result["examples"] or 0) < 1:
        wrong.append("it has passed and nothing of it was played")
    if result["verdict"] == "passed" and drawn.schedules and result["schedules"] != drawn.schedules:
        wrong.append(f"{result['schedules']} schedules were played, not {drawn.schedules}")
    if drawn.hangs and not result["message"]:
        wrong.append("nothing says where it hangs")
    return [f"{drawn.name}: {each}" for each in wrong]


def main(arguments: list[str]) -> int:
    """Play one campaign, print what is wrong, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.play", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--keep", type=Path, default=None, help="an empty folder for the files and what the run leaves")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        files = [draw(wish.seed, number) for number in range(wish.count)]
        ended = campaign(wish.keep or Path(temporary), files, jobs=wish.jobs, timeout_s=10 * wish.count)
    print("\n".join(ended.wrong))
    print(f"{wish.count} files in {ended.seconds:.0f} s: {dict(ended.verdicts)}; {len(ended.wrong)} wrong")
    return 1 if ended.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
