"""A few of all mutants, others on every day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from tests.mutants.mutant import Mutant


def sample(mutants: Iterable[Mutant], amount: int, day: date) -> list[Mutant]:
    """Return so many of those that programs are to kill: the same all *day*, and one day after the other all."""
    # By a digest, so that a day's are of many kinds.
    mixed = sorted(
        (each for each in mutants if each.is_to_be_killed and not each.tests), key=lambda each: _digest(each.name)
    )
    if not mixed:
        return []
    begin = day.toordinal() * amount % len(mixed)
    return sorted((mixed + mixed)[begin : begin + min(amount, len(mixed))], key=lambda each: each.name)


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
