"""Many mutants, each tried in a process of its own, and what came of them, in a file that is gone on with."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.files import ROOT
from tests.mutants.all import CONTROL
from tests.mutants.mutant import Mutant

Result = Mapping[str, Any]
WAITED_S: Final = 1_800.0
"""So many seconds a trial may take on the clock of the wall: one that hangs has not been killed by anything."""
SOURCES: Final = ("simcore/**/*.py", "simcore/**/*.lua", "properties/**/*.py", "tests/mutants/**/*.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done for each mutant.

    Args:
        schedules: how many examples of one property are played at most.
        cpu_s: seconds of CPU time for one mutant.
        controls: how many examples the unchanged kernel plays of each kind.
        shrink: whether a program that fails is made small.
    """

    schedules: int = 2_000
    cpu_s: float = 60.0
    controls: int = 2_000
    shrink: bool = True


@dataclass(frozen=True, slots=True)
class Trial:
    """One process: a mutant, or the unchanged kernel as some of them need it.

    Args:
        name: what its result is called.
        arguments: of the command.
        mutant: which is tried, or None.
    """

    name: str
    arguments: tuple[str, ...]
    mutant: Mutant | None = None

    def run(self) -> Result:
        """Try it and return what came of it."""
        command = [sys.executable, "-m", "tests.mutants.trial", *self.arguments]
        try:
            ended = subprocess.run(
                command,
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=WAITED_S,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"error": f"it was not over in {WAITED_S:.0f} s"}
        try:
            return dict(json.loads(ended.stdout.strip().rpartition("\n")[2]))
        except ValueError:
            last = ended.stderr.strip().rpartition("\n")[2]
            return {"error": f"the trial ended with {ended.returncode}: {last}"}


def trials(mutants: Sequence[Mutant], effort: Effort) -> list[Trial]:
    """Return what is to be tried: the unchanged kernel of each kind, then the mutants."""
    shared = ("--cpu", str(effort.cpu_s), *(() if effort.shrink else ("--no-shrink",)))
    kinds = {_kind(mutant): None for mutant in mutants if not mutant.tests}
    files = {file: None for mutant in mutants for file in mutant.tests}
    return [
        *([Trial(f"{CONTROL} (tests)", (CONTROL, "--tests", *files))] if files else ()),
        *(_control(*kind, shared=("--schedules", str(effort.controls), *shared)) for kind in kinds),
        *(Trial(each.name, (each.name, "--schedules", str(effort.schedules), *shared), each) for each in mutants),
    ]


def _kind(mutant: Mutant) -> tuple[str, str, str]:
    return json.dumps(dict(mutant.options)), mutant.language, mutant.shown_by


def _control(options: str, language: str, shown_by: str, *, shared: tuple[str, ...]) -> Trial:
    said = [text for text in (options if options != "{}" else "", language, shown_by.rpartition("::")[2]) if text]
    arguments = (CONTROL, "--options", options, "--language", language, "--shown-by", shown_by, *shared)
    return Trial(f"{CONTROL} ({', '.join(said)})", arguments)


class Campaign:
    """What came of trials, kept in a file.

    Args:
        file: where; results in it that the same sources gave with the same effort are not made again.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._sources = sources()
        self.results: dict[str, Result] = {}
        self._known: dict[str, Any] = self._read()

    def run(self, all_trials: Iterable[Trial], jobs: int, told: Callable[[Trial, Result], None]) -> None:
        """Try all that is not known yet, so many at once; *told* hears of each as it is over."""
        waiting = []
        for trial in all_trials:
            known = self._known.get(_key(trial))
            if known is None:
                waiting.append(trial)
            else:
                self._add(trial, known, told)
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(trial.run): trial for trial in waiting}
            for future in as_completed(running):
                self._add(running[future], future.result(), told)

    def _add(self, trial: Trial, result: Result, told: Callable[[Trial, Result], None]) -> None:
        self.results[trial.name] = result
        if "error" not in result:
            self._known[_key(trial)] = result
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps({"sources": self._sources, "results": self._known}, indent=1), "utf-8")
        told(trial, result)

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return dict(kept["results"]) if kept["sources"] == self._sources else {}
        except (OSError, ValueError, KeyError, TypeError):
            # There is none, or it is none of ours: all is tried anew.
            return {}


def _key(trial: Trial) -> str:
    return " ".join(trial.arguments)


def sources() -> str:
    """Return the digest of all that decides what comes of a mutant."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
