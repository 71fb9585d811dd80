"""Replaying in two more processes with different hash seeds: their digests must be the same."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

from simcore.cli import machine

HASH_SEEDS: Final = ("0", "1")


def disagreement(case: str, target: str | None, digest: str) -> str | None:
    """Return how a replay of *case* in another process differs from *digest*, or None where none does."""
    for hash_seed in HASH_SEEDS:
        other = _digest_elsewhere(case, target, hash_seed)
        if other != digest:
            return f"in a process with PYTHONHASHSEED={hash_seed} the digest is {other}, here it is {digest}"
    return None


def _digest_elsewhere(case: str, target: str | None, hash_seed: str) -> str:
    command = [sys.executable, "-m", "simcore", "replay", case, "--format", "jsonl"]
    done = subprocess.run(
        command if target is None else [*command, "--target", target],
        env={**machine.environment(), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        return f"unknown ({' '.join(done.stderr.split()) or 'no answer'})"
    return str(json.loads(done.stdout.splitlines()[-1])["digest"])
