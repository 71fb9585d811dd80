"""One who tries every verb, in one of several states and under given policies, and what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from simcore import (
    Actor,
    Cancel,
    Change,
    Denial,
    Effect,
    Options,
    PermissionDenied,
    Process,
    ProcessError,
    Scope,
    Sent,
    World,
    allow,
    run,
)
from simcore.words import Born, Ended

from .deeds import CONTEXT, DEEDS, HOLDS_A_NAME, SECURITY, Deed, Subject
from .rules import Rule, passes, scope_of, verdict

HOST: Final = "app:processes"
CALLER: Final = "app:caller"
STATES: Final = (
    "just started",
    "with names",
    "linked",
    "monitored",
    "after an upgrade",
    "in another coroutine",
    "in a call",
    "as a service",
    "as a function",
)
"""How whoever tries it all came to be, and what it has."""
ONCE: Final = {"max_attempts": 1}
FREE: Final[Any] = {"actor": Actor("anybody"), "scope": Scope([allow("*", "*")])}
"""As whom those act who may do anything, in a strict world too."""
ENDS_AT_ONCE: Final = ("call", "exec", "async")
"""What is in the verbs that wait for the result of what they start."""
_CALLING: Final = (Rule("allow", "process.call", CALLER), Rule("allow", "process.host", HOST))
met: Final[WeakKeyDictionary[World, dict[str, None]]] = WeakKeyDictionary()
"""What happened in a world, in words, for a ``sometimes``."""


def meet(world: World, what: str) -> None:
    """Note that *what* has happened in *world*."""
    met.setdefault(world, {})[what] = None


def has_met(world: World, what: str) -> bool:
    """Tell whether *what* has happened in *world*."""
    return what in met.get(world, {})


@dataclass
class Tried:
    """One verb that was tried, and what came of it. It began and was over at places in the log: so many actions, and so
    many effects of the last of them."""

    deed: Deed
    subject: Subject
    error: ProcessError | None
    began: tuple[int, int]
    over: tuple[int, int]
    denials: list[Denial]
    effects: set[str] = field(default_factory=set)
    """What its subject has met of it."""
    meanwhile: list[Effect] = field(default_factory=list)
    """All that was done until it was over."""


class Plan(NamedTuple):
    """Who tries what, and what it is to come to.

    Args:
        state: one of ``STATES``.
        choices: what is to become of each deed, and last of the two rows that are everybody's: 0 is allowed, an odd
            number has a row denied by a deny, an even one has none that matches; the greater, the later the row. None
            is an incomplete context.
        strict: whether the world is strict.
        has_actor: whether an incomplete context has an actor and no scope, or a scope and no actor.
        part: which quarter of all verbs is tried; None for all of them.
    """

    state: str
    choices: tuple[int, ...] | None
    strict: bool = False
    has_actor: bool = True
    part: int | None = None

    def play(self) -> Trial:
        """Try it all; the schedule is that of the example."""
        trial = self.trial()
        run(trial.scenario, options=Options(strict_mode=self.strict, foreign_register_permission=True))
        return trial

    def trial(self) -> Trial:
        """Return who tries it."""
        return Trial(self)

    @property
    def deeds(self) -> Sequence[Deed]:
        """What is tried, in this order."""
        return DEEDS if self.part is None else DEEDS[self.part :: 4]

    @property
    def is_never_called(self) -> bool:
        """Whether who tries is called by one who may not call."""
        return self.state == "in a call" and self.choices is None and self.strict


@dataclass
class Trial:
    """All verbs of a plan, tried once."""

    plan: Plan
    tried: list[Tried] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    rules: list[Rule] | None = None
    pid: str = ""
    began: tuple[int, int] = (1, 0)

    def expected(self, tried: Tried) -> tuple[str, tuple[str, str] | None]:
        """Return the verdict, and the check that is denied first (I72, I74)."""
        last = ""
        for action, resource in tried.deed.checks(tried.subject):
            last = verdict(self.rules, action, resource, strict=self.plan.strict)
            if not passes(last):
                return last, (action, resource)
        return last, None

    def _rules(self, choices: Sequence[int]) -> list[Rule]:
        """Return the policies under which everything comes to what was chosen."""
        rules = list(_CALLING)
        for deed, choice in zip(self.plan.deeds, choices, strict=False):
            subject = self.subjects[deed.verb]
            checks = deed.own_checks(subject)
            if deed.before:
                rules.append(Rule("allow", f"process.{deed.before}", subject.pid))
            rules.extend(_chosen(checks, choice))
        for check, choice in zip((CONTEXT, SECURITY), choices[len(DEEDS) :], strict=True):
            rules.extend(_chosen([check], choice))
        return rules

    # -- the world

    def scenario(self, world: World) -> None:
        assert not world.log, "it is written from here on"
        self._furnish(world)
        world.run()
        self.define_caller(world)
        world.define("app:friend", _friend)
        world.define("app:outer", _outer)
        self.began = _place(world)
        self._start(world)
        world.run()
        self.collect(world)
        for each in self.tried:
            each.effects = self._effects(world, each)
            each.meanwhile = list(_effects(world, each.began, each.over))
        for each in self.tried:
            meet(world, f"{self.expected(each)[0]} {self.plan.state}")

    def define_caller(self, world: World) -> None:
        """Let there be who tries it all."""
        world.define(CALLER, self._caller(world))

    def arguments(self) -> tuple[Any, ...]:
        """Return what that is started with."""
        return ()

    def collect(self, world: World) -> None:
        """Take what it leaves behind, where it has not told it while it tried."""

    def _furnish(self, world: World) -> None:
        """Let there be a subject of its own for each deed."""
        world.host(HOST)
        world.define("app:subject", _subject)
        for number, deed in enumerate(self.plan.deeds):
            name, id, host = f"name{number}", f"app:deed{number}", f"app:host{number}"
            held = name if deed.verb.endswith(HOLDS_A_NAME) else ""
            pid = world.spawn("app:subject", HOST, held, **FREE)
            world.define(id, _returns if any(word in deed.verb for word in ENDS_AT_ONCE) else _waits)
            world.host(host)
            world.policies.add(allow("nothing", "nothing", id=id))
            world.policies.grant(id, id)
            self.subjects[deed.verb] = Subject(pid, name, id, host)

    def _start(self, world: World) -> None:
        self.rules = None if self.plan.choices is None else self._rules(self.plan.choices)
        actor = Actor("tester") if self.rules is not None or self.plan.has_actor else None
        scope = scope_of(() if self.rules is None else self.rules) if self.rules is not None or not actor else None
        if self.plan.state == "as a service":
            given: Any = {"args": self.arguments(), "actor": actor, "scope": scope}
            world.service("app:service", process=CALLER, host=HOST, auto_start=True, restart=ONCE, **given)
        elif self.plan.state == "as a function":
            world.call(CALLER, *self.arguments(), actor=actor, scope=scope)
        elif self.plan.state == "in a call":
            world.spawn("app:outer", HOST, *self.arguments(), actor=actor, scope=scope)
        else:
            pid = world.spawn(CALLER, HOST, *self.arguments(), actor=actor, scope=scope)
            if self.plan.state in ("with names", "linked", "monitored"):
                world.spawn("app:friend", HOST, pid, self.plan.state, **FREE)

    # -- who tries

    def _caller(self, world: World) -> Any:
        async def caller(process: Process, begun: str = "") -> None:
            if self.plan.state == "after an upgrade" and not begun:
                process.upgrade(None, "again")
            if self.plan.state in ("with names", "linked", "monitored"):
                await process.inbox.receive()
            if self.plan.state == "in another coroutine":
                done = process.channel(1)
                process.go(another, done)
                await done.receive()
            else:
                await self._all(world, process)

        async def another(process: Process, done: Any) -> None:
            await self._all(world, process)
            await done.send("done")

        return caller

    async def _all(self, world: World, process: Process) -> None:
        self.pid = process.pid
        for deed in self.plan.deeds:
            self.tried.append(await self._one(world, process, deed))

    async def _one(self, world: World, process: Process, deed: Deed) -> Tried:
        subject, error = self.subjects[deed.verb], None
        if deed.before:
            try:
                await getattr(process, deed.before)(subject.pid)
            except ProcessError:
                assert self.rules is None, "what comes before is allowed"
        began, denials = _place(world), len(world.denials)
        try:
            await deed.do(process, subject)
        except ProcessError as problem:
            error = problem
        return Tried(deed, subject, error, began, _place(world), list(world.denials[denials:]))

    # -- what came of it

    def _effects(self, world: World, tried: Tried) -> set[str]:
        """Return what the subject of a deed has met of whoever tried it, until that one ended."""
        pids = {str(each.pid) for each in world.log.of(Born) if each.id == tried.subject.id} | {str(tried.subject.pid)}
        found: set[str] = set()
        is_over = False
        for effect in _effects(world, tried.began):
            if isinstance(effect, Ended):
                is_over = is_over or effect.pid == self.pid
                if effect.pid == tried.subject.pid:
                    found.add("ended")
            elif not is_over:
                found.update(_met_by(effect, pids, tried.subject.name))
        # Who ends loses its name.
        return found - {"unnamed"} if "ended" in found else found


def _place(world: World) -> tuple[int, int]:
    """Return how far the log is: its last action may not be over yet."""
    return len(world.log), len(world.log[-1].effects)


def _effects(world: World, begin: tuple[int, int], end: tuple[int, int] | None = None) -> Iterator[Effect]:
    """Give all effects from one place in the log to another, or to its end."""
    last = len(world.log) if end is None else end[0]
    for place in range(begin[0] - 1, last):
        first = begin[1] if place == begin[0] - 1 else 0
        yield from world.log[place].effects[first : None if end is None or place < last - 1 else end[1]]


def _chosen(checks: Sequence[tuple[str, str]], choice: int) -> Iterator[Rule]:
    """Give the rules under which the last of *checks* that fails is the one that *choice* means."""
    denied = (choice - 1) // 2 % max(len(checks), 1) if choice else None
    for place, (action, resource) in enumerate(checks):
        if place != denied or choice % 2:
            yield Rule("allow", action, resource)
        if place == denied and choice % 2:
            yield Rule("deny", action, resource)


def _met_by(effect: Any, pids: set[str], name: str) -> set[str]:
    """Return what an effect is for those of these pids, or of this name."""
    if isinstance(effect, Sent) and effect.receiver in pids:
        return {"cancelled" if isinstance(effect.event, Cancel) else "sent"}
    if not isinstance(effect, Change):
        return set()
    if effect.kind == "spawned":
        return {"spawned"} if effect.pid in pids else set()
    if effect.kind in ("named", "unnamed"):
        return {effect.kind} if effect.name == name else set()
    is_between = effect.kind in ("monitored", "unmonitored", "linked", "unlinked")
    return {effect.kind} if is_between and {effect.pid, effect.other} & pids else set()


# -- who there is besides


async def _subject(process: Process, name: str) -> None:
    if name:
        await process.registry.register(name)
    await process.inbox.receive()
    await process.inbox.receive()


async def _waits(process: Process) -> None:
    await process.inbox.receive()


async def _returns(process: Process) -> int:
    return 1


async def _outer(process: Process, *args: Any) -> None:
    with suppress(PermissionDenied):
        await process.call(CALLER, HOST, *args)


async def _friend(process: Process, other: str, state: str) -> None:
    if state == "with names":
        await process.registry.register("a name of the caller", other)
        await process.registry.register("another name of the caller", other)
    else:
        await getattr(process, state.replace("ed", ""))(other)
    await process.send(other, "go on")
