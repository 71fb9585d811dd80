"""Making a program small that fails: what it can do without is taken away, piece by piece."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from simcore.model.programs import SPAWNS, Program, Step

BARE: Final[tuple[dict[str, Any], ...]] = (
    {"seed": 0},
    {"deviations": ()},
    {"services": ()},
    {"scopes": ()},
    {"policies": None},
    {"hosts": ()},
    {"roles": ()},
)
"""What may be missing of a program as a whole."""


def smaller(program: Program, fails: Callable[[Program], bool], *, cpu_s: float) -> Program:
    """Return the smallest program that was found to fail too, in so many seconds of CPU time."""
    end_s = time.process_time() + cpu_s
    found: Program | None = program
    while found is not None:
        program, found = found, None
        for candidate in candidates(program):
            if time.process_time() > end_s:
                return program
            if fails(candidate):
                found = candidate
                break
    return program


def candidates(program: Program) -> Iterator[Program]:
    """Give programs that lack something of *program*, the largest parts first."""
    for bare in BARE:
        if any(getattr(program, name) != value for name, value in bare.items()):
            yield msgspec.structs.replace(program, **bare)
    for member in range(program.processes):
        if program.processes > 1:
            yield without_members(program, {member})
    for place in range(len(program.services)):
        yield without_service(program, place)
    size = len(program.steps) // 2
    while size:
        for place in range(0, len(program.steps), size):
            yield without_steps(program, place, place + size)
        size //= 2
    for place in range(len(program.deviations)):
        yield msgspec.structs.replace(program, deviations=program.deviations[:place] + program.deviations[place + 1 :])


def without_steps(program: Program, begin: int, end: int) -> Program:
    """Return the program without these steps, and without the members that they start."""
    gone = {child for place, child in program.children().items() if begin <= place < end}
    shorter = msgspec.structs.replace(program, steps=program.steps[:begin] + program.steps[end:])
    return renumbered(shorter, gone)


def without_members(program: Program, gone: set[int]) -> Program:
    """Return the program without these members of its start, with what they do and whom they start."""
    children = program.children()
    for place, child in children.items():
        if program.steps[place].process in gone:
            gone = gone | {child}
    fewer = sum(member < program.processes for member in gone)
    return renumbered(msgspec.structs.replace(program, processes=program.processes - fewer), gone)


def without_service(program: Program, place: int) -> Program:
    """Return the program without one of its services."""

    def needs(number: int | None) -> int | None:
        return None if number is None or number == place else number - (number > place)

    left = [each for number, each in enumerate(program.services) if number != place]
    services = tuple(msgspec.structs.replace(each, depends_on=needs(each.depends_on)) for each in left)
    return renumbered(msgspec.structs.replace(program, services=services), {program.service(place)})


def renumbered(program: Program, gone: set[int]) -> Program:
    """Return the program whose members are called as they are without those that are *gone*; what these did is gone
    too."""

    def number(member: int) -> int:
        return member - sum(each < member for each in gone)

    def step(old: Step) -> Step:
        # Of a spawn the target is a host.
        target = old.target if old.verb in SPAWNS else number(old.target)
        return msgspec.structs.replace(old, process=number(old.process), target=target)

    return msgspec.structs.replace(
        program, steps=tuple(step(each) for each in program.steps if each.process not in gone)
    )


def members_of(program: Program) -> int:
    """Return how many members a program has, with those that it starts and its services."""
    return program.service(len(program.services))
