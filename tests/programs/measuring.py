"""What drawn programs do, in figures: ``python -m tests.programs.measuring 1500`` prints them.

How many calls are made in a program and by which verbs, how often nobody lives at its end, and which situations are
rarest.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from simcore import run
from simcore.programs.situations import SITUATIONS
from simcore.strategies import program_of, seen

RAREST = 20


@dataclass
class Measure:
    """The figures of some programs."""

    programs: int = 0
    steps: int = 0
    calls: int = 0
    deserted: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    situations: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Return them as a person reads them."""
        each = [f"{value / self.programs:.1f} {what}" for value, what in ((self.steps, "steps"), (self.calls, "calls"))]
        rare = sorted(SITUATIONS, key=lambda name: self.situations[name])[:RAREST]
        return [
            f"{self.programs:,} programs, {' and '.join(each)} in each; nobody lives at the end of "
            f"{100 * self.deserted / self.programs:.1f} %",
            f"{len(self.verbs)} verbs: {', '.join(f'{verb} {times}' for verb, times in self.verbs.most_common())}",
            "the rarest situations:",
            *(f"  {self.situations[name]:6,}  {name}" for name in rare),
        ]


def measure(amount: int) -> Measure:
    """Play the programs of so many seeds."""
    found = Measure()
    for seed in range(amount):
        program = program_of(seed)
        outcome = run(program)
        found.programs += 1
        found.steps += len(program.steps)
        found.calls += len(outcome.calls)
        found.deserted += not any(outcome.lives(member) for member in outcome.pids)
        found.verbs.update(call.verb for call in outcome.calls)
        found.situations.update(list(seen(outcome.world)))
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join([*measure(int(sys.argv[1])).lines(), ""]))
