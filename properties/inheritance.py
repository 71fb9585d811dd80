"""As whom what was started acts: as who has started it, in whatever way, unless that one may choose another."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simcore import Actor, Changes, PermissionDenied, Pid, Process, Scope, World, always, run, sometimes
from simcore.words import Born

from ._permissions.deeds import SECURITY
from ._permissions.rules import Rule, passes, scope_of, verdict
from ._permissions.trial import FREE, HOST, ONCE, has_met, meet

ROOTS = ("spawned", "a service", "a function")
STARTS = (
    *("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "call", "exec", "upgrade"),
    *("a builder", "a builder that was denied", "exec of a builder"),
)
PROBES = ("process.send", "process.link", "process.cancel")
DENIALS = tuple(Rule("deny", action, resource) for action in PROBES for resource in ("*", "{app:other|*"))
BASIS = (Rule("allow", "*", "*"), Rule("deny", *SECURITY))
"""All else may be done; but nobody may act as another."""
ADA = Actor("ada", {"team": "one"})


@given(
    st.sampled_from(ROOTS),
    st.lists(st.sampled_from(STARTS), max_size=4),
    st.lists(st.sampled_from(DENIALS), max_size=3, unique=True),
)
def test_whatever_was_started_acts_as_who_has_started_it(root: str, starts: list[str], denials: list[Rule]) -> None:
    """Children, grandchildren, those that are called, services, functions and upgraded code, which all are denied what
    their root is denied (I80: without process.security no child runs with another actor or scope; I65)."""
    rules = [*BASIS, *denials]
    scope, told = scope_of(rules), list[Any]()

    def scenario(world: World) -> None:
        define(world, told)
        target = world.spawn("app:target", HOST, **FREE)
        begin(world, root, scope, starts, target)
        world.run()
        expected = {action: passes(verdict(rules, action, str(target))) for action in PROBES}
        assert len(told) == len(starts) + 1, f"I80: {len(told)} of {len(starts) + 1} generations have begun"
        for number, (actor, bound, may, could) in enumerate(told):
            how = ", ".join((root, *starts[:number]))
            assert (actor, bound) == (ADA, scope), f"I80: who was started by {how} acts as {actor} under {bound}"
            assert may == could == expected, f"I80: who was started by {how} may {may}, and could {could}"
        if len(starts) > 1 and not all(expected.values()):
            meet(world, "a grandchild is denied")
        meet(world, f"begun by {root}")

    run(scenario)


def define(world: World, told: list[Any]) -> None:
    """Define a generation, which tells as whom it acts, and starts the next one; and what it tries things on."""

    async def one(process: Process, starts: list[str], target: str) -> None:
        told.append((process.actor, process.scope, *await tried(process, target)))
        if starts:
            await start(process, starts[0], starts[1:], target)

    async def target(process: Process) -> None:
        while True:
            await process.inbox.receive()

    world.define("app:one", one)
    world.define("app:target", target)


async def tried(process: Process, target: str) -> tuple[dict[str, bool], dict[str, bool]]:
    """Return what the policies say of each probe, and what could be done."""
    may, could = {action: process.can(action, target) for action in PROBES}, dict[str, bool]()
    for action in PROBES:
        verb, more = action.removeprefix("process."), ("probe",) if action == "process.send" else ()
        try:
            await getattr(process, verb)(target, *more)
        except PermissionDenied:
            could[action] = False
        else:
            could[action] = True
    return may, could


def begin(world: World, root: str, scope: Scope, starts: list[str], target: Pid) -> None:
    """Start the first generation, from outside."""
    given: Any = {"actor": ADA, "scope": scope}
    if root == "a service":
        more: Any = {"args": (starts, target), "auto_start": True, "restart": ONCE}
        world.service("app:service", process="app:one", host=HOST, **more, **given)
    elif root == "a function":
        world.call("app:one", starts, target, **given)
    else:
        world.spawn("app:one", HOST, starts, target, **given)


async def start(process: Process, how: str, *args: Any) -> None:
    """Start the next generation."""
    if how == "upgrade":
        process.upgrade(None, *args)
    if how in ("a builder", "a builder that was denied", "exec of a builder"):
        builder = process.with_context({"how": how})
        if how == "a builder that was denied":
            for choose in (lambda: builder.with_actor(Actor("boss")), lambda: builder.with_scope(Scope())):
                refused(choose)
        await (builder.exec if how == "exec of a builder" else builder.spawn)("app:one", HOST, *args)
    else:
        await getattr(process, how)("app:one", HOST, *args)


def refused(choose: Any) -> None:
    """Let *choose* be denied."""
    try:
        choose()
    except PermissionDenied:
        return
    raise AssertionError("I80: a builder takes another actor or scope of who has no process.security")


@always
def nobody_starts_who_may_more_without_process_security(world: World, changes: Changes) -> None:
    """I80: What a process starts acts as itself, unless it may choose another actor or scope."""
    if not changes.at_the_end:
        return
    held: dict[Pid, tuple[Any, Any]] = {}
    for entry in world.log:
        for each in (effect for effect in entry.effects if isinstance(effect, Born)):
            held[each.pid] = (each.actor, each.scope)
            starter = held.get(entry.actor) if entry.actor is not None else None
            if starter is not None and starter != held[each.pid]:
                action = "funcs.security" if entry.action.startswith("do:funcs.") else "process.security"
                check = (action, str(entry.actor))
                assert may_choose(*starter, *check, strict=world.log.options.strict_mode), f"{each.pid} is {each.actor}"
                meet(world, "somebody acts as another")


def may_choose(actor: Actor | None, scope: Scope | None, action: str, pid: str, *, strict: bool) -> bool:
    """Tell whether somebody may choose as whom what it starts acts."""
    if actor is None or scope is None:
        return not strict
    return scope.evaluate(actor, action, "security", {"pid": pid}) == "allow"


@sometimes
def somebody_acts_as_another(world: World) -> None:
    """A builder has given what it started another actor or scope, with the permission for it."""
    assert has_met(world, "somebody acts as another")


@sometimes
def a_grandchild_is_denied_what_its_root_is_denied(world: World) -> None:
    """Somebody of the third generation or later is denied something."""
    assert has_met(world, "a grandchild is denied")


@sometimes
def a_service_starts_others(world: World) -> None:
    """What a service is bound by binds what it starts."""
    assert has_met(world, "begun by a service")
