"""Bytes to a program. Hypothesis draws them all at once, and what is 0 is the simplest, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.model.programs import (
    CALLS,
    ENDS,
    OUTSIDE,
    SETTINGS,
    SPAWNS,
    PolicyRule,
    Program,
    ServiceRule,
    Setting,
    Step,
    Verb,
)
from simcore.strategies.crowd import ITSELF_FROM, Crowd
from simcore.strategies.motifs import MEMBERS, NONE_UNTIL, motif
from simcore.strategies.policies import ACTIONS, ALL, RESOURCES, RULES_MAX
from simcore.strategies.themes import Themes
from simcore.strategies.weights import BYTES, is_outside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.model.programs import Role
    from simcore.strategies.bounds import Bounds

BY_NAME: Final = "_by_name"
NAMES: Final = 2
VALUES: Final = 4
STEP_BYTES: Final = 6
DEVIATION_BYTES: Final = 2
SERVICE_BYTES: Final = 2
RULES_BYTES: Final = 1 + 3 * RULES_MAX
_SERVED: Final = -10
"""While a program is drawn its services have numbers from here on downwards: theirs come after all others."""
_OLDEST_FIRST: Final = 96
"""Up to this byte a schedule is the oldest first, with deviations; else a uniform one."""


class Decoding:
    """What the bytes of programs within the same bounds mean.

    Args:
        bounds: of the programs.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._themes = Themes(bounds.verbs, are_mixed=not bounds.are_all)
        self.size: int = (
            5
            + bounds.max_processes
            + (1 + DEVIATION_BYTES * bounds.max_deviations)
            + (1 + bounds.max_hosts)
            + (1 + SERVICE_BYTES * bounds.max_services)
            + RULES_BYTES * (1 + bounds.max_scopes)
            + 1
            + STEP_BYTES * bounds.max_operations
        )
        """How many bytes a program has."""

    def program(self, data: bytes, seed: int) -> Program:
        """Return the program that *data* means, with this *seed* if the schedule is to be a uniform one."""
        bounds, read = self._bounds, DrawnBytes(data)
        operations = _longer(read.byte(), bounds.min_operations, bounds.max_operations)
        processes = read.between(bounds.min_processes, bounds.max_processes)
        schedule = read.byte()
        verbs = self._themes.table(read.byte())
        begins = read.byte() if bounds.are_all else _unused(read.byte())
        if begins >= NONE_UNTIL:
            processes = max(processes, min(MEMBERS, bounds.max_processes))
        roles = tuple(read.choice(bounds.roles) for _ in range(bounds.max_processes))
        deviations = self._deviations(read)
        hosts = tuple(self._limits(read))
        services = tuple(self._services(read, len(hosts)))
        policies = _policies(read)
        scopes = self._scopes(read)
        return Program(
            processes,
            self._steps(read, verbs, motif(begins, processes), operations, processes, roles, len(hosts), len(services)),
            policies,
            0 if schedule < _OLDEST_FIRST else seed,
            deviations,
            scopes,
            hosts,
            services,
            roles[:processes] if any(role != bounds.roles[0] for role in roles[:processes]) else (),
            language=bounds.language,
        )

    def _deviations(self, read: DrawnBytes) -> tuple[tuple[int, int], ...]:
        bounds = self._bounds
        count = read.between(bounds.min_deviations, bounds.max_deviations)
        drawn = [(read.byte(), 1 + read.byte() % 7) for _ in range(bounds.max_deviations)]
        return tuple(sorted(dict(drawn[:count]).items()))

    def _limits(self, read: DrawnBytes) -> Iterator[int]:
        bounds = self._bounds
        count = read.between(bounds.min_hosts, bounds.max_hosts)
        drawn = [read.byte() for _ in range(bounds.max_hosts)]
        # A limit of a few is met by programs of this size; without one a host is only another place.
        return (byte % 4 for byte in drawn[:count])

    def _services(self, read: DrawnBytes, hosts: int) -> Iterator[ServiceRule]:
        bounds = self._bounds
        count = read.between(bounds.min_services, bounds.max_services)
        drawn = [(read.byte(), read.byte()) for _ in range(bounds.max_services)]
        for place, (first, second) in enumerate(drawn[:count]):
            needs = place - 1 if place and second % 4 == 3 else None
            yield ServiceRule(1 + first % 3, first // 4 % (hosts + 1), second % 3 != 2, needs)

    def _scopes(self, read: DrawnBytes) -> tuple[tuple[PolicyRule, ...] | None, ...]:
        count = read.byte()
        drawn = [_policies(read) for _ in range(self._bounds.max_scopes)]
        # Half of the programs bind all alike.
        return tuple(drawn[: max(0, count - BYTES // 2) * (len(drawn) + 1) * 2 // BYTES])

    # -- steps

    def _steps(
        self,
        read: DrawnBytes,
        verbs: tuple[Verb, ...],
        begun: Sequence[Step],
        operations: int,
        processes: int,
        roles: tuple[Role, ...],
        hosts: int,
        services: int,
    ) -> tuple[Step, ...]:
        """Return the steps, each of one who is there and can act, and concerning one who is there."""
        served = [_SERVED - place for place in range(services)]
        crowd, steps, born = Crowd([*range(processes), *served], roles), list[Step](), processes
        for place in range(operations):
            verb = self._verb(read.byte(), verbs, place)
            rest = read.bytes(STEP_BYTES - 1)
            if verb is None or (crowd.is_empty and not is_outside(verb)):
                continue
            if place < len(begun):
                step = begun[place]
            else:
                step = _step(self._instead(verb, rest, crowd), rest, crowd, born, hosts, services)
            if (
                step.verb in ENDS
                and place >= len(begun)
                and rest[2] % 2
                and len(steps) + operations - place < self._bounds.max_operations
            ):
                steps.extend(self._waits(step.process))
            steps.append(step)
            _follow(crowd, step, born)
            born += step.verb in SPAWNS
        return tuple(_numbered(step, born) for step in steps)

    def _waits(self, member: int) -> Iterator[Step]:
        """Give what a member waits with before it ends, so that others come to what they want of it."""
        for verb in ("sleep", "receive"):
            if verb in self._bounds.verbs:
                yield Step(member, verb, value=1)
                return

    def _instead(self, verb: Verb, rest: bytes, crowd: Crowd) -> Verb:
        """Return *verb*, or where it needs a name and there is none mostly what makes one."""
        if crowd.has_names or rest[2] >= ITSELF_FROM or "register" not in self._bounds.verbs:
            return verb
        return "register" if verb.endswith(BY_NAME) or verb in ("lookup", "unregister") else verb

    def _verb(self, byte: int, verbs: tuple[Verb, ...], place: int) -> Verb | None:
        if byte:
            return verbs[byte - 1]
        return verbs[0] if place < self._bounds.min_operations else None


def _follow(crowd: Crowd, step: Step, born: int) -> None:
    """Let *crowd* be as it will be after *step*; *born* is the number of who is started by it."""
    spawns = step.verb in SPAWNS
    crowd.touch(step.process, *(() if spawns else (step.target,)))
    if spawns:
        crowd.join(born, step.process)
    if step.verb in ("register", "register_other") or "name" in step.builder:
        crowd.hold(step.name)
    elif step.verb == "unregister":
        crowd.free(step.name)
    _relate(crowd, step, born)
    if step.verb in ENDS:
        crowd.leave(step.process)
    elif step.verb.startswith("terminate") and step.value % 2:
        crowd.leave(step.target)


def _relate(crowd: Crowd, step: Step, born: int) -> None:
    if step.verb in ("trap", "untrap"):
        crowd.trap(step.process, on=step.verb == "trap")
    parent = step.process
    if step.verb in CALLS:
        crowd.hear(born)
    for kind, word in (("monitor", "monitored"), ("link", "linked")):
        if step.verb == kind:
            crowd.relate(kind, step.process, step.target)
        elif step.verb in SPAWNS and word in step.verb:
            crowd.relate(kind, parent, born)


def _step(verb: Verb, rest: bytes, crowd: Crowd, born: int, hosts: int, services: int) -> Step:
    who, whom, name, value, held = rest
    actor = OUTSIDE if is_outside(verb) else crowd.actor(who, verb)
    if verb in SPAWNS:
        target = whom % (hosts + 1)
    elif verb == "stop_host":
        # The first host is everybody's: without it little is left.
        target = 1 + whom % hosts if hosts and whom < BYTES - BYTES // 8 else 0
    elif verb in ("start_service", "stop_service"):
        target = whom % (services + 1)
    elif (pair := crowd.pair(verb, whom)) is not None:
        actor, target = pair
    elif verb in ("spawn_nowhere", "shut_down", "grant", "revoke"):
        target = 0
    else:
        target = crowd.target(whom, actor, born)
        # The outside is no target of itself.
        target = 0 if target == OUTSIDE else target
    builder = _settings(held) if verb.startswith("build_") and verb != "build_wrong" else ()
    values = 2 * VALUES if verb.startswith("cancel") else VALUES
    is_about_name = verb.endswith(BY_NAME) or verb in ("lookup", "unregister")
    number = crowd.name(name, NAMES) if is_about_name else name % NAMES
    return Step(actor, verb, target, number, value % values, builder)


def _unused(_byte: int) -> int:
    """Return what means nothing, in place of a byte that is there all the same."""
    return 0


def _settings(byte: int) -> tuple[Setting, ...]:
    return tuple(setting for place, setting in enumerate(SETTINGS) if byte >> place & 1)


def _numbered(step: Step, born: int) -> Step:
    """Return *step* with the real numbers of the services, which come after all that was born."""
    if step.process > _SERVED and step.target > _SERVED:
        return step
    process, target = (_SERVED - each + born if each <= _SERVED else each for each in (step.process, step.target))
    return msgspec.structs.replace(step, process=process, target=target)


def _policies(read: DrawnBytes) -> tuple[PolicyRule, ...] | None:
    """Return policies: none at all, or some rules, mostly behind one that allows everything."""
    kind = read.byte()
    drawn = [(read.byte(), read.byte(), read.byte()) for _ in range(RULES_MAX)]
    if kind < BYTES // 2:
        return None
    rules = [PolicyRule(*parts) for parts in map(_rule, drawn[: (kind - BYTES // 2) % (RULES_MAX + 1)])]
    return tuple(rules) if kind < BYTES * 5 // 8 else (ALL, *rules)


def _rule(parts: tuple[int, int, int]) -> tuple[Any, str, str]:
    effect, action, resource = parts
    # Since most begin with what allows everything, a rule more that allows says little.
    return ("allow" if effect < BYTES // 4 else "deny"), ACTIONS[action % len(ACTIONS)], _resource(resource)


def _resource(byte: int) -> str:
    return "*" if byte < BYTES // 2 else RESOURCES[byte % len(RESOURCES)]


def _longer(byte: int, least: int, most: int) -> int:
    """Return a number of operations: as often many as few would leave most programs with little to do."""
    short = BYTES - 1 - byte
    return most - (most - least) * short * short // (BYTES - 1) ** 2


class DrawnBytes:
    """Bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def byte(self) -> int:
        """Return the next one."""
        self._place += 1
        return self._data[self._place - 1]

    def bytes(self, count: int) -> bytes:
        """Return the next *count*."""
        self._place += count
        return self._data[self._place - count : self._place]

    def between(self, least: int, most: int) -> int:
        """Return a number within these bounds, the least for 0."""
        return least + self.byte() * (most - least + 1) // BYTES

    def choice(self, options: tuple[Any, ...]) -> Any:
        """Return one of *options*, the first for 0."""
        return options[self.byte() * len(options) // BYTES]
