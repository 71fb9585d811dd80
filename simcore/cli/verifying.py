"""Replaying in two more processes with different hash seeds: their digests must be the same, and what they tell."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

from simcore.cli import machine
from simcore.model.text import cut

if TYPE_CHECKING:
    from collections.abc import Mapping

HASH_SEEDS: Final = ("0", "1")
COMPARED: Final = ("verdict", "property", "message", "traceback", "remarks", "story")
"""What has to be the same besides the digest: a text may depend on the hash seed where what happened does not."""


def disagreement(case: str, target: str | None, here: Mapping[str, Any]) -> str | None:
    """Return how a replay of *case* in another process differs, or None where none does.

    Args:
        case, target: what is replayed.
        here: what was told of the replay in this process, as ``--format jsonl`` has it.
    """
    for hash_seed in HASH_SEEDS:
        there = _told_elsewhere(case, target, hash_seed)
        where = f"in a process with PYTHONHASHSEED={hash_seed}"
        if there["digest"] != here["digest"]:
            return f"{where} the digest is {there['digest']}, here it is {here['digest']}"
        for what in COMPARED:
            if there[what] != here[what]:
                return f"{where} the digest is the same, but not the {what}: {cut(str(there[what]), 500)}"
    return None


def _told_elsewhere(case: str, target: str | None, hash_seed: str) -> Mapping[str, Any]:
    command = [
        *machine.python(),
        "-m",
        "simcore",
        "replay",
        case,
        "--format",
        "jsonl",
        "--search",
        "off",
        "--jobs",
        "0",
    ]
    done = subprocess.run(
        command if target is None else [*command, "--target", target],
        env={**machine.environment(), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        return {"digest": f"unknown ({' '.join(done.stderr.split()) or 'no answer'})"}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
