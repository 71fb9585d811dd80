"""The determinism check: each seed in two interpreters with different hash seeds, and where they first differ."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from simcore.limits.limit import OPTION
from simcore.model.errors import InternalError
from simcore.model.written import to_json
from simcore.runner.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simcore.catalog.item import Item
    from simcore.limits.limit import Limit
    from simcore.model.run import Run
    from simcore.runner.plan import Plan

HASH_SEEDS = ("0", "1")
TIMEOUT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the two sides of one seed said.

    Args:
        item: what was run.
        schedule, seed: how.
        difference: the first difference in lines, with both sides; empty where they are the same.
    """

    item: Item
    schedule: int
    seed: int
    difference: list[str]

    @property
    def same(self) -> bool:
        """Whether both sides saw the same run."""
        return not self.difference


def check(items: Sequence[Item], plan: Plan, *, limit: Limit, environment: Mapping[str, str]) -> Iterator[Checked]:
    """Run each schedule of each item twice and compare verdict, number of choices, digest, and the traces line by line.

    Args:
        items: scenarios and tests; a property draws its own programs and is left out.
        plan: how many schedules, from which seed.
        limit: how long one step may take.
        environment: of the two interpreters, but for ``PYTHONHASHSEED``.

    Raises:
        InternalError: an interpreter failed.
    """
    for item in items:
        if item.kind == "property" or item.error:
            continue
        schedules = range(1, (plan.schedules or 1) + 1)
        for schedule, run in zip(schedules, plan.runs(item, plan.search(), schedules), strict=True):
            yield Checked(item=item, schedule=schedule, seed=run.seed, difference=compare(run, limit, environment))


def compare(run: Run, limit: Limit, environment: Mapping[str, str]) -> list[str]:
    """Return the first difference between two interpreters that play *run*, or nothing."""
    one, other = (_play(run, limit, {**environment, "PYTHONHASHSEED": seed}) for seed in HASH_SEEDS)
    if one.outcome.property == other.outcome.property == OPTION:
        # At which line each was stopped is not the program's to decide.
        return []
    for number, (left, right) in enumerate(zip_longest(one.lines, other.lines), 1):
        if left != right:
            sides = (f"  PYTHONHASHSEED={seed}: {line}" for seed, line in zip(HASH_SEEDS, (left, right), strict=True))
            return [f"line {number} of the traces differs:", *sides]
    if one.outcome != other.outcome:
        fields = one.outcome.__struct_fields__
        differing = [name for name in fields if getattr(one.outcome, name) != getattr(other.outcome, name)]
        return [
            f"the traces are the same, but not: {', '.join(differing)}",
            *(f"  {name}: {getattr(one.outcome, name)} and {getattr(other.outcome, name)}" for name in differing),
        ]
    return []


def _play(run: Run, limit: Limit, environment: Mapping[str, str]) -> Side:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "simcore.runner.side", str(limit.cpu_ns)],
        input=to_json(run),
        capture_output=True,
        env=dict(environment),
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise InternalError(f"the interpreter of one side failed:\n{done.stderr.decode(errors='replace')[-2_000:]}")
    return msgspec.json.decode(done.stdout, type=Side)
