"""Whether the reference model agrees with generated programs by the thousand.

    python -m tests.properties.agreement --programs 20000 --schedules 3 [--first 1000000] [--jobs 2] [--state FILE]
    python -m tests.properties.agreement --only 1000007

What is done goes into the file of its state, block by block, so the same command goes on where it was ended; it ends
with what was generated, what the model did not judge and where run and model have parted, and with 1 if they have.
``--only`` plays the schedules of one program and prints it as a script.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from properties._reference import agree
from simcore import Options, World
from simcore.kernel.scheduler import Scheduler
from simcore.model.options import QUIRKS
from simcore.model.programs import VERBS, Language, Program
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.programs.situations import SITUATIONS
from simcore.schedulers.deviating import Deviating
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.pct import Pct
from simcore.schedulers.uniform import Uniform
from simcore.strategies import program_of, script, seen

FIRST: Final = 1_000_000
"""The seed of the first program: far from those that tests play."""
BLOCK: Final = 200
"""So many programs are one piece of work."""
STATE: Final = Path(".simcore/agreement.jsonl")
IN_LUA: Final = 8
"""Each so many-th program has members in Lua."""
WITH_OPTIONS: Final = 4
"""Each so many-th program runs in a world with one option that is not as by default."""
DEPTH: Final = 3
OPTIONS: Final = (
    Options(strict_mode=True),
    Options(name_conflict="error"),
    Options(cancel_deadline="enforce"),
    Options(strict_builder_permissions=True),
    Options(foreign_register_permission=True),
    Options(cancel_call_child_on_caller_exit=True),
    Options(returned_error_is_terminal=False),
    *(Options(quirks=(quirk,)) for quirk in QUIRKS),
)


class Parting(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a program with which the model does not agree, or that ended otherwise than by itself."""

    program: int
    schedule: int
    says: str


@dataclass(kw_only=True)
class Found:
    """What came of some programs.

    Args:
        first: the seed of the first of them.
        programs, runs, actions, calls: how many there were.
        verbs, situations: in how many runs each was met.
        unjudged: what the model took as it came, and how often.
        partings: the runs in which they have parted.
    """

    first: int = 0
    programs: int = 0
    runs: int = 0
    actions: int = 0
    calls: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    situations: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)
    partings: list[Parting] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Count what came of others too."""
        for name in ("programs", "runs", "actions", "calls"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, more in zip(self.counters(), other.counters(), strict=True):
            mine.update(more)
        self.partings += other.partings

    def counters(self) -> tuple[Counter[str], ...]:
        """Return what is counted by name."""
        return self.verbs, self.situations, self.unjudged

    def lines(self) -> Iterator[str]:
        """Give them as a person reads them."""
        rare = sorted(SITUATIONS, key=lambda name: self.situations[name])
        met = sum(self.situations[name] > 0 for name in SITUATIONS)
        yield f"{self.programs:,} programs, {self.runs:,} runs, {self.actions:,} actions, {self.calls:,} calls"
        yield f"{len(self.verbs)} of {len(VERBS)} verbs, {met} of {len(SITUATIONS)} situations; the rarest:"
        yield from (f"  {self.situations[name]:8,}  {name}" for name in rare[:10])
        yield f"not judged: {', '.join(f'{what} ({times:,})' for what, times in self.unjudged.items()) or 'nothing'}"
        yield f"model and run have parted in {len(self.partings):,} of {self.runs:,} runs"
        for each in self.partings[:20]:
            yield f"  program {each.program}, schedule {each.schedule}: {each.says.partition(chr(10))[0]}"


def program(seed: int) -> Program:
    """Return the program of a seed, in its language and with its options."""
    language: Language = "lua" if seed % IN_LUA == IN_LUA - 1 else "python"
    options = OPTIONS[seed // WITH_OPTIONS % len(OPTIONS)] if seed % WITH_OPTIONS == WITH_OPTIONS - 2 else None
    return msgspec.structs.replace(program_of(seed, language=language), options=options)


def schedule(each: Program, number: int) -> tuple[int, Scheduler]:
    """Return the seed of the world and the schedule: the program's own first, then others."""
    if number > 1:
        return number, Uniform() if number % 2 else Pct(depth=DEPTH)
    plain: Scheduler = Uniform() if each.seed else Fifo()
    return each.seed, Deviating(plain, each.deviations) if each.deviations else plain


def play(seed: int, number: int, found: Found) -> World:
    """Play one program in one of its schedules, and let the model follow."""
    each, account = program(seed), Account()
    found.runs += 1
    world = World(*schedule(each, number), options=each.options, observers=[account])
    assert not world.log, "nothing has happened yet"
    try:
        perform(world, each, account)
        found.unjudged.update(agree(world).unjudged)
    # Whatever breaks the run or the model is to be known, and the others are played.
    except Exception as problem:
        said = str(problem) if isinstance(problem, AssertionError) else "".join(traceback.format_exception(problem))
        found.partings.append(
            Parting(program=seed, schedule=number, says=said if said.strip() else type(problem).__name__)
        )
    found.actions += world.kernel.actions
    found.calls += len(account.calls)
    found.verbs.update({call.verb for call in account.calls.values()})
    found.situations.update(list(seen(world)))
    return world


def play_all(first: int, amount: int, schedules: int) -> Found:
    """Play so many programs in so many schedules each."""
    found = Found(first=first)
    for seed in range(first, first + amount):
        found.programs += 1
        for number in range(1, schedules + 1):
            play(seed, number, found)
    return found


def agreement(first: int, programs: int, schedules: int, *, jobs: int, state: Path) -> Found:
    """Play all programs that *state* does not hold yet, and return what came of all of them."""
    whole, done = Found(first=first), set[tuple[int, int, int]]()
    for (block, amount, of_each), found in _done(state):
        if first <= block and block + amount <= first + programs and of_each == schedules:
            done.add((block, amount, of_each))
            whole.add(found)
    blocks = [(block, min(BLOCK, first + programs - block)) for block in range(first, first + programs, BLOCK)]
    left = [(block, amount) for block, amount in blocks if (block, amount, schedules) not in done]
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.open("ab") as stream, ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(play_all, block, amount, schedules) for block, amount in left]
        for future in as_completed(futures):
            found = future.result()
            whole.add(found)
            key = [found.first, found.programs, schedules]
            stream.write(msgspec.json.encode([key, found]) + b"\n")
            stream.flush()
            _tell(f"{whole.programs:,} of {programs:,} programs, {len(whole.partings):,} runs have parted")
    return whole


def _done(state: Path) -> Iterator[tuple[tuple[int, int, int], Found]]:
    """Give what was done before: which programs, and what came of them."""
    if state.exists():
        for line in state.read_bytes().splitlines():
            yield msgspec.json.decode(line, type=tuple[tuple[int, int, int], Found], dec_hook=lambda kind, it: kind(it))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def only(seed: int, schedules: int) -> Found:
    """Play one program, and say all that there is to say of it."""
    _tell(script(program(seed)))
    found = play_all(seed, 1, schedules)
    for each in found.partings:
        _tell(f"schedule {each.schedule}: {each.says}")
    return found


def main(arguments: list[str]) -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description="Does the reference model agree with generated programs?")
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--schedules", type=int, default=3)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--state", type=Path, default=STATE)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args(arguments)
    if asked.only is not None:
        found = only(asked.only, asked.schedules)
    else:
        found = agreement(asked.first, asked.programs, asked.schedules, jobs=asked.jobs, state=asked.state)
    for line in found.lines():
        _tell(line)
    return 1 if found.partings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
