"""Confused deputies: whom a check is about, however the destination is spelt, while names move and others start."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from simcore import (
    Actor,
    AlreadyExists,
    Change,
    InvalidArgument,
    Options,
    PermissionDenied,
    Pid,
    Process,
    ProcessError,
    Scope,
    Sent,
    SpawnBuilder,
    World,
    run,
    sometimes,
)
from simcore.words import Asked, Born

from ._permissions.rules import Rule, scope_of
from ._permissions.trial import FREE, HOST, has_met, meet

VERBS = ("send", "cancel", "terminate", "monitor", "link", "unmonitor", "unlink")
SPELLINGS: dict[str, Callable[[Pid], str]] = {
    "as it is": str,
    "with its node": lambda pid: f"{{local@{pid.host}|{pid.unique}}}",
    "in the old form": lambda pid: f"{{{pid.host}|app:old|{pid.unique}}}",
    "in the old form with its node": lambda pid: f"{{local@{pid.host}|app:old|{pid.unique}}}",
}
"""How the pid of a process may be typed (process 1.2, 1.4)."""
NAME = "desk"


async def waits(process: Process) -> None:
    """Take whatever comes."""
    while True:
        await process.inbox.receive()


async def does(process: Process, verb: str, destination: str) -> str:
    """Do *verb*, and return how it was answered: ``done``, or with which kind of error and about what."""
    try:
        await getattr(process, verb)(destination, *(("work",) if verb == "send" else ()))
    except PermissionDenied as denied:
        return f"denied {(denied.details or {}).get('resource')}: {denied.message}"
    except ProcessError as error:
        return error.kind
    return "done"


def touched(world: World, pid: Pid, by: Pid) -> bool:
    """Tell whether *by* has done anything to *pid*."""
    for effect in (effect for entry in world.log for effect in entry.effects):
        if isinstance(effect, Sent) and effect.receiver == pid and effect.sender == by:
            return True
        if isinstance(effect, Change) and effect.other and {effect.pid, effect.other} == {pid, by}:
            return True
    return any(entry.action == "do:terminate" and (entry.actor, entry.receiver) == (by, pid) for entry in world.log)


# -- by whatever is typed (process 12.6)


@given(st.sampled_from(VERBS), st.sampled_from(tuple(SPELLINGS)), st.sampled_from(("pid", "typed", "name", "other")))
def test_a_check_is_on_the_canonical_text_of_the_pid(verb: str, spelt: str, allowed: str) -> None:
    """However a pid is typed (I81: the resource is the text of the resolved pid, not what was typed, and no name)."""

    def scenario(world: World) -> None:
        assert not world.log
        world.define("app:waits", waits)
        pid = world.spawn("app:waits", HOST, **FREE)
        typed = SPELLINGS[spelt](pid)
        resource = {"pid": str(pid), "typed": typed, "name": NAME, "other": "{app:processes|0x00099}"}[allowed]
        answer, by = tries(world, verb, typed, [Rule("allow", f"process.{verb}", resource)])
        if resource == pid:
            assert answer == "done", f"I81: {verb} of {typed} was answered {answer}, with {pid} allowed"
        else:
            told = f"denied {pid}: not allowed to {verb}: {typed}"
            assert answer == told, f"I81: {verb} of {typed} was answered {answer} and not {told}"
            assert not touched(world, pid, by), f"I73: {verb} of {typed} was denied and done"
        meet(world, "a pid is typed in another way" if typed != pid else "a pid is typed as it is")

    run(scenario)


def tries(world: World, verb: str, destination: str, rules: Sequence[Rule]) -> tuple[str, Pid]:
    """Let somebody of these policies do *verb*; return how it was answered, and who it was."""
    answers: list[str] = []

    async def deputy(process: Process) -> None:
        answers.append(await does(process, verb, destination))

    world.define("app:deputy", deputy)
    by = world.spawn("app:deputy", HOST, actor=Actor("deputy"), scope=scope_of(rules))
    world.run()
    return answers[0], by


@given(st.sampled_from(VERBS), st.sampled_from(tuple(SPELLINGS)), st.sampled_from(("lives", "has ended", "never was")))
def test_a_denial_does_not_tell_whether_anybody_is_there(verb: str, spelt: str, target: str) -> None:
    """(I73: a denied operation gives nothing away: by a pid the permission comes before the look-up; process 3.1.)"""

    def scenario(world: World) -> None:
        assert not world.log
        world.define("app:waits", waits)
        pid = world.spawn("app:waits", HOST, **FREE)
        if target == "has ended":
            tries(world, "terminate", pid, [Rule("allow", "*", "*")])
        typed = SPELLINGS[spelt](Pid("{app:processes|0x00099}") if target == "never was" else pid)
        answer, by = tries(world, verb, typed, [Rule("deny", f"process.{verb}", "*"), Rule("allow", "*", "*")])
        meant = spelling(typed)
        assert answer == f"denied {meant}: not allowed to {verb}: {typed}", f"I73, I83: one who {target}: {answer}"
        actions = [entry.action for entry in world.log if entry.actor == by]
        assert actions == ["step", "end", "leave"], f"I73: {actions} with one who {target}"

    run(scenario)


def spelling(typed: str) -> str:
    """Return the canonical text of a pid."""
    head, _, tail = typed[1:-1].partition("|")
    return f"{{{head.removeprefix('local@')}|{tail.rpartition('|')[2]}}}"


# -- by a name that moves


@given(st.sampled_from(VERBS), st.integers(0, 2))
def test_a_name_that_moves_leads_nobody_to_whom_he_may_not(verb: str, rounds: int) -> None:
    """The name goes from one to another at any moment of the check, the operation and its effect (I81: the check is on
    the pid that the name means then, and so is the effect; I72)."""

    def scenario(world: World) -> None:
        assert not world.log
        answers: list[str] = []

        async def deputy(process: Process) -> None:
            for _ in range(2 + rounds):
                answers.append(await does(process, verb, NAME))

        async def mover(process: Process) -> None:
            await process.registry.register(NAME, mine)
            await process.registry.unregister(NAME)
            await process.registry.register(NAME, vault)

        for name, behaviour in (("waits", waits), ("deputy", deputy), ("mover", mover)):
            world.define(f"app:{name}", behaviour)
        mine, vault = (world.spawn("app:waits", HOST, **FREE) for _ in range(2))
        rules = [Rule("allow", f"process.{verb}", mine)]
        world.spawn("app:mover", HOST, **FREE)
        by = world.spawn("app:deputy", HOST, actor=Actor("deputy"), scope=scope_of(rules))
        world.run()
        assert not touched(world, vault, by), f"I81: {verb} of a name reached {vault}, and {mine} alone is allowed"
        for answer in answers:
            told = f"denied {vault}: not allowed to {verb}: {NAME}"
            assert not answer.startswith("denied") or answer == told, f"I81: {answer}"
        if "done" in answers:
            assert verb[:2] == "un" or touched(world, mine, by), f"I72: {verb} was done, and {mine} has not met it"
        remember_race(world, by, answers)

    run(scenario)


def remember_race(world: World, by: Pid, answers: Sequence[str]) -> None:
    """Note what the race has come to."""
    asked = False
    for entry in world.log:
        for effect in entry.effects:
            if isinstance(effect, Asked) and effect.pid == by:
                asked = True
            if asked and isinstance(effect, Change) and effect.kind in ("named", "unnamed"):
                meet(world, "a name moves between a check and its effect")
        if entry.actor == by and entry.action.startswith("do:"):
            asked = False
    if any(answer.startswith("denied") for answer in answers):
        meet(world, "a name leads to whom one may not")


# -- by others

DETOURS = ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "call", "exec", "upgrade", "a builder")


@settings(max_examples=80)
@given(st.lists(st.sampled_from(DETOURS), min_size=1, max_size=3), st.sampled_from(("pid", "name")))
def test_who_may_not_touch_somebody_does_not_by_others(detours: list[str], by: str) -> None:
    """Neither by those whom it starts, in whatever way, nor by the name, nor by links and its own failure: whom it may
    not touch lives, and has heard nothing (I72, I80: what is started may no more than its starter)."""

    def scenario(world: World) -> None:
        assert not world.log
        answers: list[str] = []

        async def attacker(process: Process, ways: list[str]) -> None:
            await process.set_options(trap_links=True)
            destination = victim if by == "pid" else NAME
            answers.extend([await does(process, verb, destination) for verb in TOUCHES])
            if ways:
                await goes_on(process, ways[0], ways[1:])
            raise RuntimeError("it fails as it should")

        for name, behaviour in (("victim", holds), ("attacker", attacker)):
            world.define(f"app:{name}", behaviour)
        victim = world.spawn("app:victim", HOST, **FREE)
        world.run()
        rules = [Rule("allow", "*", "*"), *(Rule("deny", f"process.{verb}", victim) for verb in TOUCHES)]
        world.spawn("app:attacker", HOST, detours, actor=Actor("attacker"), scope=scope_of(rules))
        world.run()
        for each in world.log.of(Born):
            # So that nobody is told to have failed unseen.
            world.outcome(each.pid)
        assert world.alive(victim), "I72: whom nobody may touch has ended"
        assert not world.mailbox(victim), f"I72: whom nobody may touch has {world.mailbox(victim)}"
        reached = [each for each in world.log.of(Born) if touched(world, victim, each.pid)]
        assert not reached, f"I72, I80: {reached[0].pid}, under {reached[0].scope}, has touched {victim}"
        assert len(answers) > len(TOUCHES), "I80: nobody else has tried"
        assert all(each.startswith("denied") for each in answers), f"I72, I80: {answers}"

    run(scenario)


TOUCHES = ("send", "cancel", "terminate", "monitor", "link")


async def goes_on(process: Process, way: str, ways: list[str]) -> None:
    """Let another try it, or the same process as other code."""
    with suppress(ProcessError):
        if way == "upgrade":
            process.upgrade(None, ways)
        elif way == "a builder":
            await process.with_context({}).spawn_linked("app:attacker", HOST, ways)
        else:
            await getattr(process, way)("app:attacker", HOST, ways)


# -- by a builder (process 7.6)


class Build(NamedTuple):
    """What is started, and by whom.

    Args:
        verb: of the builder: a spawn, or ``exec``.
        denied: which of the rows is denied, or nothing: an action, in the order of the checks.
        is_strict: whether the world has ``strict_builder_permissions``.
        holder: whether the name is held: not at all, from the start, or by one who comes at any moment.
        has_message: whether the builder has a message for who gets the name.
    """

    verb: str
    denied: str
    is_strict: bool
    holder: str
    has_message: bool


STARTED = ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "exec")
ROWS = {
    "spawn": ("process.spawn",),
    "spawn_monitored": ("process.spawn", "process.spawn.monitored"),
    "spawn_linked": ("process.spawn", "process.spawn.linked"),
    "spawn_linked_monitored": ("process.spawn", "process.spawn.monitored", "process.spawn.linked"),
    "exec": ("process.exec",),
}
MORE = ("process.host", "process.registry.register", "process.send")
BUILDS = st.builds(
    lambda verb, row, *more: Build(verb, ("", *MORE, *ROWS[verb])[row % (len(ROWS[verb]) + len(MORE) + 1)], *more),
    st.sampled_from(STARTED),
    st.integers(0, 6),
    st.sampled_from((True, False)),
    st.sampled_from(("nobody", "somebody", "who comes")),
    st.sampled_from((True, False)),
)


@settings(max_examples=150)
@given(BUILDS)
@example(Build("spawn", "process.send", is_strict=True, holder="somebody", has_message=True))
@example(Build("spawn", "", is_strict=True, holder="somebody", has_message=True))
def test_a_builder_does_nothing_that_its_process_may_not(build: Build) -> None:
    """Under ``strict_builder_permissions`` a name needs what a register needs, and a message to its holder what a send
    needs; without it neither does (I72, I73, process 7.6)."""

    def scenario(world: World) -> None:
        answer, by, holder = built(world, build)
        children = [each.pid for each in world.log.of(Born) if each.id == "app:child"]
        to_holder = [each for each in world.log.of(Sent) if each.receiver == holder and each.topic == "first"]
        denied = denied_by(build, is_held=bool(holder and not children))
        assert answer.startswith("denied") == denied or build.holder == "who comes", f"I72: {build}: {answer}"
        if answer.startswith("denied"):
            assert answer == f"denied {build.denied}", f"I74: {build}: {answer}"
            assert not children, f"I73: {build} was denied, and {children} have begun"
            assert not to_holder, f"I73: {build} was denied, and {holder} has its message"
        named = [each.pid for each in changes(world, "named") if each.pid in children]
        if build.is_strict and build.denied == "process.registry.register":
            assert not named, f"I72: {named} got the name, and {by} may not register it"
        if build.is_strict and build.denied == "process.send":
            assert not to_holder, f"I72: {holder} got a message, and {by} may not send to it"
        if to_holder:
            meet(world, "a builder signals a holder")
        if answer.startswith("denied process.send"):
            meet(world, "a builder may not signal a holder")

    run(scenario, options=Options(strict_builder_permissions=build.is_strict))


def denied_by(build: Build, *, is_held: bool) -> bool:
    """Tell whether a build is denied, where it is known whether the name is held."""
    if build.denied in ("", *ROWS[build.verb], "process.host"):
        return bool(build.denied)
    if build.denied == "process.registry.register":
        return build.is_strict
    # What is called has to be started, so nobody else is signalled.
    return build.is_strict and is_held and build.has_message and build.verb != "exec"


def changes(world: World, kind: str) -> list[Change]:
    """Return the changes of one kind that the log has."""
    return [each for each in world.log.of(Change) if each.kind == kind]


def built(world: World, build: Build) -> tuple[str, Pid, Pid | None]:
    """Play a build; return how it was answered, who has built, and who has held the name."""
    assert not world.log
    answers: list[str] = []
    rules = [Rule("allow", "*", "*"), *([Rule("deny", build.denied, "*")] if build.denied else [])]

    async def deputy(process: Process) -> None:
        builder = process.with_context({}).with_name(NAME)
        builder = builder.with_message("first", "of the builder") if build.has_message else builder
        try:
            await getattr(builder, build.verb)("app:child", HOST)
        except PermissionDenied as denied:
            answers.append(f"denied {(denied.details or {}).get('action')}")
        except AlreadyExists:
            answers.append("held")
        else:
            answers.append("done")

    world.define("app:deputy", deputy)
    world.define("app:child", ends)
    world.define("app:holder", holds)
    holder = None if build.holder == "nobody" else world.spawn("app:holder", HOST, **FREE)
    if build.holder == "somebody":
        world.run()
    by = world.spawn("app:deputy", HOST, actor=Actor("deputy"), scope=scope_of(rules))
    world.run()
    return answers[0], by, holder


async def ends(process: Process) -> None:
    """End at once."""


async def holds(process: Process) -> None:
    """Take the name, if it is free, and whatever comes."""
    try:
        await process.registry.register(NAME)
    except AlreadyExists:
        return
    await waits(process)


@settings(max_examples=80)
@given(BUILDS.filter(lambda build: build.is_strict and build.holder != "who comes"))
def test_a_strict_builder_is_denied_what_its_process_is_denied_step_by_step(build: Build) -> None:
    """The same with and without a builder: to start, to register, and where somebody has the name to send to that one
    (I72, process 7.6: what a builder does is checked as if its process did it)."""
    answers: list[str] = []

    def by_a_builder(world: World) -> None:
        answers.append(built(world, build)[0])
        if answers[0].startswith("denied"):
            meet(world, f"a builder is {answers[0]}")

    def step_by_step(world: World) -> None:
        answers.append(plainly(world, build))

    options = Options(strict_builder_permissions=True)
    run(by_a_builder, options=options)
    run(step_by_step, options=options)
    assert answers[0] == answers[1], f"I72: {build} is {answers[0]} by a builder, and {answers[1]} step by step"


def plainly(world: World, build: Build) -> str:
    """Let a process do step by step what a builder does; return how that was answered."""
    answers: list[str] = []
    rules = [Rule("allow", "*", "*"), *([Rule("deny", build.denied, "*")] if build.denied else [])]

    async def deputy(process: Process) -> None:
        try:
            await getattr(process, build.verb)("app:child", HOST)
            await process.registry.register(NAME)
        except PermissionDenied as denied:
            answers.append(f"denied {(denied.details or {}).get('action')}")
        except AlreadyExists:
            answers.append("held" if build.verb == "exec" else await signals(process, build))
        else:
            answers.append("done")

    for name, behaviour in (("deputy", deputy), ("child", ends), ("holder", holds)):
        world.define(f"app:{name}", behaviour)
    if build.holder == "somebody":
        world.spawn("app:holder", HOST, **FREE)
        world.run()
    world.spawn("app:deputy", HOST, actor=Actor("deputy"), scope=scope_of(rules))
    world.run()
    return answers[0]


async def signals(process: Process, build: Build) -> str:
    """Send what the builder would have had for who has the name."""
    try:
        if build.has_message:
            await process.send(NAME, "first", "of the process")
    except PermissionDenied as denied:
        return f"denied {(denied.details or {}).get('action')}"
    return "done"


@settings(max_examples=30)
@given(st.sampled_from(STARTED), st.sampled_from((True, False)))
def test_a_builder_that_was_handed_over_starts_nothing(verb: str, chooses: Any) -> None:
    """Who may nothing has the builder of one who may everything (I80: nobody acts as another by it; I72)."""

    def scenario(world: World) -> None:
        assert not world.log
        builders: list[SpawnBuilder] = []
        errors: list[ProcessError] = []

        async def owner(process: Process) -> None:
            builder = process.with_context({})
            builders.append(builder.with_actor(Actor("boss")) if chooses else builder)
            await waits(process)

        async def thief(process: Process) -> None:
            try:
                await getattr(builders[0], verb)("app:child", HOST)
            except ProcessError as error:
                errors.append(error)

        for name, behaviour in (("owner", owner), ("thief", thief), ("child", waits)):
            world.define(f"app:{name}", behaviour)
        world.spawn("app:owner", HOST, **FREE)
        world.run()
        world.spawn("app:thief", HOST, actor=Actor("thief"), scope=Scope())
        world.run()
        assert [type(each) for each in errors] == [InvalidArgument], f"I80: {verb} of another's builder: {errors}"
        assert not [each for each in world.log.of(Born) if each.id == "app:child"], "I80: a thief has started somebody"

    run(scenario)


# -- what the default run has to come to


@sometimes
def a_name_moves_between_a_check_and_its_effect(world: World) -> None:
    """Somebody else has the name by the time that what was asked of it is done."""
    assert has_met(world, "a name moves between a check and its effect")


@sometimes
def a_name_leads_to_whom_one_may_not(world: World) -> None:
    """The name has gone to one who is not allowed."""
    assert has_met(world, "a name leads to whom one may not")


@sometimes
def a_pid_is_typed_in_another_way(world: World) -> None:
    """A destination is no canonical pid."""
    assert has_met(world, "a pid is typed in another way")


@sometimes
def a_builder_signals_a_holder(world: World) -> None:
    """A builder's message goes to one who has its name."""
    assert has_met(world, "a builder signals a holder")


@sometimes
def a_builder_may_not_signal_a_holder(world: World) -> None:
    """A builder's message may not go to one who has its name."""
    assert has_met(world, "a builder may not signal a holder")


@sometimes
def a_strict_builder_may_not_take_its_name(world: World) -> None:
    """A builder's process may not register the name."""
    assert has_met(world, "a builder is denied process.registry.register")
