"""Making a program that fails smaller than Hypothesis can, which sees no more of it than the bytes it was drawn from:
by its members, steps, policies and deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.model.programs import LUA_VERBS, Program, Step
from simcore.programs.errand import BY_NAME
from simcore.strategies.bounds import DEVIATIONS_MAX
from simcore.strategies.renumbered import as_member, without_member, without_service, without_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simcore.model.programs import PolicyRule, ServiceRule, Verb

CALLS_MAX: Final = 500
"""After so many tries it is small enough."""

Picks = tuple[tuple[int, int], ...]
"""The numbers of decisions, and which of what is enabled each takes."""


class Smaller:
    """Looks for the smallest program that fails as one does.

    Args:
        fails: tells whether a program does.
        picks: tells how the schedule of a program deviates from the oldest first.
    """

    def __init__(self, fails: Callable[[Program], bool], picks: Callable[[Program], Picks]) -> None:
        self._fails = fails
        self._picks = picks
        self._tried: set[bytes] = set()

    def of(self, program: Program) -> Program:
        """Return the smallest that was found; *program* itself where all others hold."""
        best = program
        while (better := self._first(_simpler(best))) is not None:
            best = better
        return self._with_few_deviations(best)

    def _first(self, programs: Iterable[Program]) -> Program | None:
        """Return the first of *programs* that fails."""
        return next(filter(self._is_one, programs), None)

    def _is_one(self, program: Program) -> bool:
        key = msgspec.json.encode(program)
        if key in self._tried or len(self._tried) >= CALLS_MAX:
            return False
        self._tried.add(key)
        return self._fails(program)

    def _with_few_deviations(self, program: Program) -> Program:
        """Return *program* with the oldest first and a few deviations in place of a uniform schedule, if that fails as
        well: where it deviates is what it needs."""
        if not program.seed:
            return program
        written = msgspec.structs.replace(program, seed=0, deviations=self._picks(program))
        if not self._is_one(written):
            return program
        while (fewer := self._first(_with_less(written, written.deviations))) is not None:
            written = fewer
        if len(written.deviations) > DEVIATIONS_MAX:
            return program
        # What had its reason in that schedule may have none any more.
        return self.of(written)


def _simpler(program: Program) -> Iterator[Program]:
    """Give programs that are simpler, those that leave out most first."""
    yield from _in_another_world(program)
    yield from _with_fewer_members(program)
    for part in _parts(len(program.steps)):
        yield without_steps(program, part)
    yield from _with_less_to_heed(program)
    for place, step in enumerate(program.steps):
        for simpler in _simpler_steps(step):
            steps = (*program.steps[:place], simpler, *program.steps[place + 1 :])
            yield msgspec.structs.replace(program, steps=steps)
    yield from _with_less(program, program.deviations)


def _in_another_world(program: Program) -> Iterator[Program]:
    """Give it with a schedule, options and a language that say less."""
    changed: dict[str, Any] = {"roles": (), "options": None, "seed": 0, "deviations": (), "hosts": ()}
    if not any(step.verb in LUA_VERBS for step in program.steps):
        changed["language"] = "python"
    for name, value in changed.items():
        if getattr(program, name) != value:
            yield msgspec.structs.replace(program, **{name: value})


def _with_fewer_members(program: Program) -> Iterator[Program]:
    """Give it without a service or a member, or with one there from the start that another starts."""
    services = range(len(program.services))
    for place in services:
        yield without_service(program, place)
    for member in range(program.processes if program.processes > 1 else 0):
        yield without_member(program, member)
    for place in services:
        yield as_member(program, program.service(place))
    for child in program.children().values():
        yield as_member(program, child)


def _parts(size: int) -> Iterator[range]:
    """Give the parts of so many things: halves, quarters and so on to each single one, the last first."""
    length = size
    while length:
        yield from (range(max(0, end - length), end) for end in range(size, 0, -length))
        length //= 2


def _with_less(program: Program, deviations: Picks) -> Iterator[Program]:
    """Give it with fewer deviations of its schedule, then with simpler ones."""
    for part in _parts(len(deviations)):
        left = tuple(each for place, each in enumerate(deviations) if place not in part)
        yield msgspec.structs.replace(program, deviations=left)
    if len(deviations) <= DEVIATIONS_MAX:
        for place, (decision, which) in enumerate(deviations):
            for simpler in range(1, which):
                left = (*deviations[:place], (decision, simpler), *deviations[place + 1 :])
                yield msgspec.structs.replace(program, deviations=left)


# -- what binds the members


def _with_less_to_heed(program: Program) -> Iterator[Program]:
    """Give it with fewer policies, hosts without limits, and services that want less."""
    replaced = msgspec.structs.replace
    for policies in _simpler_rules(program.policies):
        yield replaced(program, policies=policies)
    for place, own in enumerate(program.scopes):
        for rules in _simpler_rules(own):
            yield replaced(program, scopes=_changed(program.scopes, place, rules))
    if program.scopes:
        yield replaced(program, scopes=())
        if program.processes == 1:
            yield replaced(program, scopes=(), policies=program.scopes[0])
        yield replaced(program, scopes=program.scopes[:-1])
    for place, limit in enumerate(program.hosts):
        if limit:
            yield replaced(program, hosts=_changed(program.hosts, place, 0))
    for place, service in enumerate(program.services):
        for simpler in _simpler_services(service):
            yield replaced(program, services=_changed(program.services, place, simpler))


def _changed(several: Sequence[Any], place: int, value: Any) -> tuple[Any, ...]:
    return (*several[:place], value, *several[place + 1 :])


def _simpler_rules(rules: tuple[PolicyRule, ...] | None) -> Iterator[tuple[PolicyRule, ...] | None]:
    if rules is None:
        return
    yield None
    for part in _parts(len(rules)):
        yield tuple(each for place, each in enumerate(rules) if place not in part)
    for place, rule in enumerate(rules):
        if rule.resource != "*":
            yield _changed(rules, place, msgspec.structs.replace(rule, resource="*"))


def _simpler_services(service: ServiceRule) -> Iterator[ServiceRule]:
    for name, value in (("depends_on", None), ("host", 0), ("auto_start", True), ("max_attempts", 1)):
        if getattr(service, name) != value:
            yield msgspec.structs.replace(service, **{name: value})


# -- single steps


def _simpler_steps(step: Step) -> Iterator[Step]:
    """Give steps that do less, or the same with less to read."""
    replaced = msgspec.structs.replace
    for verb in _simpler_verbs(step.verb):
        yield replaced(step, verb=verb, builder=())
    for place in range(len(step.builder)):
        yield replaced(step, builder=(*step.builder[:place], *step.builder[place + 1 :]))
    for name in ("value", "name", "target"):
        if getattr(step, name):
            yield replaced(step, **{name: 0})
    if step.value > 1:
        yield replaced(step, value=1)


def _simpler_verbs(verb: Verb) -> Iterator[Any]:
    """Give the verbs that do a part of what *verb* does."""
    if verb.startswith("build_") and verb != "build_wrong":
        yield verb.removeprefix("build_")
    if verb.endswith(BY_NAME):
        yield verb.removesuffix(BY_NAME)
    if verb == "exec":
        yield "call"
    for word in ("_monitored", "_linked"):
        if word in verb:
            yield verb.replace(word, "")
