"""One mutant in a process of its own: ``python -m tests.mutants.trial M01`` becomes it and plays.

It prints what came of it, one line of JSON with the program that fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from tests.mutants.all import CONTROL, MUTANTS
from tests.mutants.loading import become
from tests.mutants.mutant import Mutant


def trial(mutant: Mutant, *, schedules: int, cpu_s: float, shrink: bool) -> dict[str, Any]:
    """Become *mutant*, play, and return what came of it. The unchanged kernel plays what its kind of mutant does."""
    become(mutant)
    # Late: from here on simcore is the mutant.
    from tests.mutants.playing import Hunt, Player

    player = Player(mutant.options)
    begun_s = time.process_time()
    hunt = Hunt(player, mutant.language, schedules=schedules, cpu_s=cpu_s)
    hunt.go(mutant.shown_by, others=bool(mutant.changes))
    result: dict[str, Any] = {
        "mutant": mutant.name,
        "killed_by": "",
        "schedules": hunt.of_last if hunt.failed else hunt.played,
        "cpu_s": round(time.process_time() - begun_s, 2),
    }
    if hunt.example is None or hunt.failed is None:
        return result
    if hunt.failed.is_error:
        said = hunt.failed.message.partition("\n")[0]
        return result | {"error": f"no property fails, but {hunt.failed.name}: {said}"}
    example = player.small(hunt.example) if shrink else hunt.example
    failed, program = player.play(example) or hunt.failed, example.program
    return result | {
        "killed_by": failed.name,
        "rules": failed.rules,
        "item": example.item,
        "played": hunt.played,
        "members": program.service(len(program.services)),
        "steps": len(program.steps),
        "deviations": len(program.deviations),
        "is_small": shrink,
        "message": failed.message,
        "program": repr(program),
        "all_cpu_s": round(time.process_time() - begun_s, 2),
    }


def tested(mutant: Mutant) -> dict[str, Any]:
    """Become *mutant*, run the tests that have to notice it, and return what came of it."""
    become(mutant)
    from tests.mutants.asking import ask

    begun_s = time.process_time()
    asked = ask(mutant.tests)
    result = {
        "mutant": mutant.name,
        "killed_by": asked.failed,
        "rules": "",
        "schedules": asked.amount,
        "cpu_s": round(time.process_time() - begun_s, 2),
        "message": asked.message,
    }
    return result | ({"error": asked.error} if asked.error else {})


def main(arguments: list[str]) -> int:
    """Try one mutant, or the unchanged kernel under the name of the control."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants.trial", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("mutant", choices=[*MUTANTS, CONTROL], metavar="MUTANT")
    parser.add_argument("--options", type=json.loads, default={}, help="of the worlds of the unchanged kernel, in JSON")
    parser.add_argument("--language", choices=["python", "lua"], default="python", help="of its programs")
    parser.add_argument(
        "--tests", nargs="+", default=[], help="that the unchanged kernel is to pass, in place of programs"
    )
    parser.add_argument("--shown-by", default="", help="the property that is played first")
    parser.add_argument("--schedules", type=int, default=2_000)
    parser.add_argument("--cpu", type=float, default=60.0)
    parser.add_argument("--no-shrink", action="store_true")
    wish = parser.parse_args(arguments)
    control = Mutant(
        name=CONTROL,
        wrong="",
        changes=(),
        options=wish.options,
        language=wish.language,
        shown_by=wish.shown_by,
        tests=tuple(wish.tests),
    )
    mutant = MUTANTS.get(wish.mutant, control)
    if mutant.tests:
        result = tested(mutant)
    else:
        result = trial(mutant, schedules=wish.schedules, cpu_s=wish.cpu, shrink=not wish.no_shrink)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
