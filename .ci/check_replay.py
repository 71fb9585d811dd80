"""Replays everything that a run offers for replay, in new processes and under different hash seeds.

Runs the catalogue, then replays each case and token that it printed, and each token that the pages print. A replay
must give the verdict of the run and, whatever PYTHONHASHSEED, one digest and the same texts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HASH_SEEDS = ("0", "1", "2")
TIMEOUT_S = 600
PAGES = ("README.md", "docs/your-app.md")
PRINTED = re.compile(r"simcore replay (?!TOKEN\b|CASE\b)'?([^\s'`]+)")


@dataclass(frozen=True, slots=True)
class Replayable:
    """A case or token, and what its replay must say; a token on a page promises no verdict but its own repetition."""

    key: str
    verdict: str | None


def main() -> int:
    """Replay all that there is; the exit code is 1 if any replay differs or if there was nothing to replay."""
    found = list(dict.fromkeys([*from_run(), *from_pages()]))
    with ThreadPoolExecutor(max_workers=2) as pool:
        complaints = [text for texts in pool.map(check, found) for text in texts]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(found)} cases and tokens, each under {len(HASH_SEEDS)} hash seeds, {len(complaints)} complaints")
    return 1 if complaints or not found else 0


def from_run() -> Iterator[Replayable]:
    """Run the project's catalogue and give the cases and tokens of its items."""
    done = simcore("run", "--format", "jsonl")
    if done.returncode != 0:
        sys.exit(f"simcore run ended with exit code {done.returncode}\n{done.stdout}{done.stderr}")
    for result in objects(done.stdout.splitlines()):
        for key in ("case", "token"):
            if result.get(key):
                yield Replayable(result[key], result["verdict"])


def from_pages() -> Iterator[Replayable]:
    """Give the tokens that the pages print; a case of theirs lies in the run folder of another day, or in a folder of
    whoever reads them."""
    for page in PAGES:
        for key in PRINTED.findall(Path(page).read_text(encoding="utf-8")):
            if key.startswith("simcore"):
                yield Replayable(key, None)


def check(item: Replayable) -> list[str]:
    """Replay *item* once per hash seed and give the complaints."""
    answers = [replay(item.key, seed) for seed in HASH_SEEDS]
    complaints = [f"{item.key}: {answer}" for answer in answers if not holds(item, answer)]
    if not complaints:
        complaints += [f"{item.key}: {text}" for text in differences(answers)]
    return complaints


def differences(answers: list[dict[str, Any]]) -> Iterator[str]:
    """Say what of several answers depends on the hash seed: what happened, or only what is told of it."""
    for key in ("digest", "message", "traceback", "story"):
        told = [answer[key] for answer in answers]
        if any(each != told[0] for each in told):
            yield f"the {key} depends on PYTHONHASHSEED: {told}"


def holds(item: Replayable, answer: dict[str, Any]) -> bool:
    """Tell whether a replay reproduced, with the promised verdict and the exit code that belongs to it."""
    expected_exit = 0 if answer.get("verdict") == "passed" else 1
    return (
        bool(answer.get("digest"))
        and answer.get("reproduced") is True
        and answer.get("verdict") == (item.verdict or answer.get("verdict"))
        and answer["exit"] == expected_exit
    )


def replay(key: str, hash_seed: str) -> dict[str, Any]:
    """Replay in a new process; give its answer with the exit code, or its error output where it gave none."""
    done = simcore("replay", key, "--format", "jsonl", hash_seed=hash_seed)
    answer = next((each for each in objects(done.stdout.splitlines()) if "reproduced" in each), {"error": done.stderr})
    return {**answer, "exit": done.returncode, "PYTHONHASHSEED": hash_seed}


def objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read the JSON objects, one a line, without the summary."""
    for line in lines:
        if line.startswith("{"):
            parsed: dict[str, Any] = json.loads(line)
            if "summary" not in parsed:
                yield parsed


def simcore(*arguments: str, hash_seed: str = "random") -> subprocess.CompletedProcess[str]:
    """Call the installed command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_STEP_SUMMARY"}
    return subprocess.run(
        [str(Path(sys.executable).with_name("simcore")), *arguments],
        env={**environment, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
