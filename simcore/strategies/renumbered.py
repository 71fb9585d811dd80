"""Programs without some of their parts: the members that are left get the numbers that theirs are then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from simcore.model.programs import OUTSIDE, Program, Step
from simcore.programs.errand import ABOUT_TARGET

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from simcore.model.programs import ServiceRule


def without_steps(program: Program, places: Iterable[int]) -> Program:
    """Return *program* without the steps at these places, without whom they start, and without what these do."""
    return _without(program, set(places), set())


def without_member(program: Program, member: int) -> Program:
    """Return *program* without this member of the start, and without what it does and starts."""
    return _without(program, set(), {member})


def without_service(program: Program, place: int) -> Program:
    """Return *program* without the service at this place, and without what it does and starts."""
    return _without(program, set(), {program.service(place)})


def as_member(program: Program, number: int) -> Program:
    """Return *program* where the member *number*, who is started by another or is a service, is there from the start,
    the last of those; what started it is gone."""
    started = [place for place, child in program.children().items() if child == number]
    return _without(program, set(started), {number} - set(program.children().values()), promoted=number)


def _without(program: Program, places: set[int], members: set[int], promoted: int | None = None) -> Program:
    children = program.children()
    gone = members - {promoted}
    while True:
        gone |= {children[place] for place in places if place in children} - {promoted}
        more = {place for place, step in enumerate(program.steps) if step.process in gone} - places
        if not more:
            break
        places |= more
    services = [place for place in range(len(program.services)) if program.service(place) not in gone | {promoted}]
    numbers = _numbers(program, places, gone, services, promoted)
    steps = [_step(step, numbers, services) for place, step in enumerate(program.steps) if place not in places]
    starting = [member for member in range(program.processes) if member not in gone]
    return msgspec.structs.replace(
        program,
        processes=len(starting) + (promoted is not None),
        steps=tuple(steps),
        scopes=tuple(program.scopes[member] for member in starting if member < len(program.scopes)),
        services=tuple(_service(program.services[place], services) for place in services),
        roles=(),
    )


def _numbers(
    program: Program, places: Container[int], gone: Container[int], services: Iterable[int], promoted: int | None
) -> dict[int, int]:
    """Return the new number of each member that is left; all others are nobody's."""
    children = program.children()
    order = [member for member in range(program.processes) if member not in gone]
    order += [] if promoted is None else [promoted]
    order += [child for place, child in children.items() if place not in places]
    order += [program.service(place) for place in services]
    return {member: number for number, member in enumerate(order)} | {OUTSIDE: OUTSIDE}


def _step(step: Step, numbers: dict[int, int], services: list[int]) -> Step:
    """Return a step in the new numbers."""
    target = step.target
    if step.verb in ("start_service", "stop_service"):
        target = services.index(target) if target in services else len(services)
    elif step.verb in ABOUT_TARGET:
        # The first number that no member has.
        target = numbers.get(target, len(numbers) - 1)
    return msgspec.structs.replace(step, process=numbers[step.process], target=target)


def _service(rule: ServiceRule, services: list[int]) -> ServiceRule:
    needs = services.index(rule.depends_on) if rule.depends_on in services else None
    return msgspec.structs.replace(rule, depends_on=needs)
