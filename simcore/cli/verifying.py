"""Replaying in two more processes with different hash seeds: their digests must be the same, and what they tell."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

from simcore.cli import machine
from simcore.limits.limit import OPTION
from simcore.model.text import cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HASH_SEEDS: Final = ("0", "1")
COMPARED: Final = ("verdict", "property", "message", "traceback", "remarks", "story")
"""What has to be the same besides the digest: a text may depend on the hash seed where what happened does not."""


def disagreement(case: str, target: str | None, step_timeout: str | None, here: Mapping[str, Any]) -> str | None:
    """Return how a replay of *case* in another process differs, or None where none does.

    Args:
        case, target, step_timeout: what is replayed, and how long a step of it may take.
        here: what was told of the replay in this process, as ``--format jsonl`` has it.
    """
    named = [
        # What a search has found is verified by the case of that.
        *("--search", "off", "--jobs", "0"),
        *(() if target is None else ("--target", target)),
        *(() if step_timeout is None else ("--step-timeout", step_timeout)),
    ]
    # At which line a step was that takes too long differs each time, and so may how far the run came before.
    compared = ("verdict", "property") if here["property"] == OPTION else ("digest", *COMPARED)
    for hash_seed in HASH_SEEDS:
        there = _told_elsewhere(case, named, hash_seed)
        where = f"in a process with PYTHONHASHSEED={hash_seed}"
        if "digest" in compared and there["digest"] != here["digest"]:
            return f"{where} the digest is {there['digest']}, here it is {here['digest']}"
        for what in compared:
            if there.get(what) != here[what]:
                same = "the digest is the same, but not " if "digest" in compared else "it differs in "
                return f"{where} {same}the {what}: {cut(str(there.get(what)), 500)}"
    return None


def _told_elsewhere(case: str, named: Sequence[str], hash_seed: str) -> Mapping[str, Any]:
    done = subprocess.run(
        [*machine.python(), "-m", "simcore", "replay", case, "--format", "jsonl", *named],
        env={**machine.environment(), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        return {"digest": f"unknown ({' '.join(done.stderr.split()) or 'no answer'})"}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
