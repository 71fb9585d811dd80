"""What must hold of permissions: who may not, changes nothing; a denial beats every permission."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import Options, PermissionDenied, World, run, sometimes
from simcore.strategies import VERBS, Call, PolicyRule, Program, policies, programs, seen, worlds

MEMBER, HOST, UNKNOWN, GROUP = "app:member", "app:processes", "app:unknown", "program:members"
TARGETED = {
    verb: f"process.{verb}" for verb in ("send", "monitor", "unmonitor", "link", "unlink", "cancel", "terminate")
} | {"cancel_wrong": "process.cancel"}
REGISTER, UNREGISTER = "process.registry.register", "process.registry.unregister"
NAMED = {"register": REGISTER, "register_other": REGISTER, "unregister": UNREGISTER}
SPAWNED = {
    "spawn": ("process.spawn",),
    "spawn_unknown": ("process.spawn",),
    "spawn_nowhere": ("process.spawn",),
    "spawn_monitored": ("process.spawn", "process.spawn.monitored"),
    "spawn_linked": ("process.spawn", "process.spawn.linked"),
    "spawn_linked_monitored": ("process.spawn", "process.spawn.monitored", "process.spawn.linked"),
    "call": ("process.call",),
    "call_unknown": ("process.call",),
    "exec": ("process.exec",),
}
CONTEXT, SECURITY = ("process.context", "context"), ("process.security", "security")
# To look up a scope needs a permission of its own, whose denial is no PermissionDenied (process 12.10).
HELD = {"context": [CONTEXT], "actor": [SECURITY], "scope": [("security.policy_group.get", GROUP), SECURITY]}
ACTIONS = sorted(
    {*TARGETED.values(), *NAMED.values(), *(action for actions in SPAWNED.values() for action in actions)}
    | {"process.host", CONTEXT[0], SECURITY[0]}
)
EVERYTHING = PolicyRule("allow", "*")
# What a builder's scope is then follows from the program alone.
UNCHANGED = VERBS[: VERBS.index("grant")]
BOUND = st.one_of(
    programs(policies=policies(context=True), verbs=UNCHANGED, max_hosts=1),
    # Short of other verbs, names are held, and what is checked is who holds them.
    programs(max_processes=2, policies=policies(context=True), verbs=("register", "send_by_name", "link_by_name")),
)


@sometimes
def a_denial_happens(world: World) -> None:
    """A process is not allowed to do what it tries to do."""
    assert any(what.endswith(" PermissionDenied") for what in seen(world))


@sometimes
def a_spawn_is_denied(world: World) -> None:
    """A process is not allowed to start another."""
    assert any(what.startswith("spawn") and what.endswith(" PermissionDenied") for what in seen(world))


@given(programs())
def test_a_denied_operation_changes_nothing(program: Program) -> None:
    """(I73: a denied operation changes no mailbox, registry, topology, process or builder.)"""
    outcome = run(program)

    for call in outcome.calls:
        assert not (call.denied and call.changes), f"{call.verb} was denied, and {call.changes}"
    arrived = {receipt.index for receipts in outcome.received.values() for receipt in receipts}
    assert not [call for call in outcome.calls if call.denied and call.index in arrived]
    assert not [call for call in outcome.calls if call.denied and call.verb in SPAWNED and call.target in outcome.pids]


@given(programs())
def test_any_other_refusal_changes_nothing_either(program: Program) -> None:
    """(I86: a failed validation has no side effect; I19.)"""
    outcome = run(program)

    for call in outcome.calls:
        assert not (call.error is not None and call.changes), f"{call.verb}: {call.error}, and {call.changes}"


@given(BOUND)
def test_an_operation_is_denied_exactly_where_the_policies_say_so(program: Program) -> None:
    """(I72: an operation takes effect only where all its rows are allowed.)"""
    for call in run(program).calls:
        denied = first_denied(program, call)
        if call.error is None:
            assert denied is None, f"{call} although {denied} is not allowed"
        elif call.denied:
            assert denied is not None, f"{call} although all of it is allowed"


@given(programs(policies=st.just((EVERYTHING,)), verbs=UNCHANGED), st.sampled_from(ACTIONS))
def test_deny_overrides_allow(program: Program, action: str) -> None:
    """(I75: a deny that applies denies, whatever allows there are, and wherever it stands.)"""
    deny = PolicyRule("deny", action)
    for rules in ((EVERYTHING, deny), (deny, EVERYTHING)):
        for call in run(msgspec.structs.replace(program, policies=rules)).calls:
            if call.denied:
                assert asked(call)[0] == action, f"{call} although only {action} is denied"
            elif call.error is None:
                assert action not in [each for each, _ in needs(call)], f"{call} although {action} is denied"


@given(programs(policies=st.just(())), worlds())
def test_no_policy_and_a_complete_context_means_denied(program: Program, options: Options) -> None:
    """(I76: a complete context and no policy that matches is denied.)"""
    outcome = run(program, options=options)

    guarded = [call for call in outcome.calls if needs(call)]
    assert not [call for call in guarded if call.error is None]
    assert not [member for member in outcome.pids if program.processes <= member < program.service(0)]
    assert not outcome.world.names


@given(programs(policies=st.none(), verbs=UNCHANGED), worlds())
def test_no_context_means_allowed_unless_strict(program: Program, options: Options) -> None:
    """(I77: with an incomplete context the decision is "not strict".)"""
    outcome = run(program, options=options)

    for call in outcome.calls:
        if options.strict_mode and needs(call):
            assert call.error is not None, f"{call} in strict mode"
        elif not options.strict_mode:
            assert not call.denied, f"{call} without any policy"


@settings(max_examples=60)
@given(
    programs(verbs=UNCHANGED, policies=policies(context=True), max_hosts=1), st.sampled_from(ACTIONS), st.integers(0, 3)
)
def test_under_fewer_permissions_nothing_is_done_that_was_denied(program: Program, action: str, place: int) -> None:
    """The same program twice, the second time with a deny more and an allow less (I78: that never turns denied into
    allowed). The two are compared up to where they first differ, since from there on others meet each other."""
    rules = program.policies or ()
    allows = [rule for rule in rules if rule.effect == "allow"]
    fewer = [rule for rule in rules if not allows or rule is not allows[place % len(allows)]]
    less = msgspec.structs.replace(program, policies=(*fewer, PolicyRule("deny", action)))
    for before, after in zip(run(program).calls, run(less).calls, strict=False):
        if (before.index, before.began) != (after.index, after.began):
            break
        assert not (before.denied and after.error is None), f"I78: {after}, and before {before.error}"
        if before.denied != after.denied:
            break


@given(BOUND)
def test_a_denial_names_the_operation_and_its_subject(program: Program) -> None:
    """(I83: its kind is PermissionDenied, and its message names the operation; I74, I81.)"""
    for call in run(program).calls:
        if call.denied:
            assert isinstance(call.error, PermissionDenied)
            assert call.error.kind == "PermissionDenied"
            assert asked(call) == first_denied(program, call), f"{call} names another check than the first denied"
            assert call.error.message.startswith("not allowed to ")
            assert word(call) in call.error.message


def needs(call: Call) -> list[tuple[str, str]]:
    """Return what the contract's table asks of *call*, in its order: actions and their resources (process 12.5)."""
    verb = call.verb.removesuffix("_by_name")
    if verb in TARGETED:
        # A name that nobody holds is refused before anybody is asked (process 3.1).
        return [(TARGETED[verb], str(call.target_pid))] if call.target_pid is not None else []
    if verb in NAMED:
        return [(NAMED[verb], call.name)]
    if verb.startswith("build_"):
        held = [check for setting in call.builder for check in HELD.get(setting, ())]
        return [CONTEXT, *held, *starts(verb.removeprefix("build_"), call)]
    return starts(verb, call)


def starts(verb: str, call: Call) -> list[tuple[str, str]]:
    """Return what is asked of what starts a process."""
    subject = UNKNOWN if verb.endswith("_unknown") else MEMBER
    checks = [(action, subject) for action in SPAWNED.get(verb, ())]
    return [*checks, ("process.host", call.host or HOST)] if checks else []


def first_denied(program: Program, call: Call) -> tuple[str, str] | None:
    """Return the first check of *call* that the program's policies do not allow."""
    return next((check for check in needs(call) if not allowed(program.policies or (), *check)), None)


def allowed(rules: tuple[PolicyRule, ...], action: str, resource: str) -> bool:
    effects = [rule.effect for rule in rules if matches(rule.action, action) and matches(rule.resource, resource)]
    return "allow" in effects and "deny" not in effects


def matches(pattern: str, text: str) -> bool:
    """Tell whether *pattern* means *text*: a star at its end stands for anything, a dot before it goes too
    (process 12.3.1)."""
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1].removesuffix("."))
    return pattern == text


def asked(call: Call) -> tuple[str, str]:
    """Return which check the error of *call* says was denied."""
    details = call.error.details if call.error is not None and call.error.details else {}
    return (str(details.get("action")), str(details.get("resource")))


def word(call: Call) -> str:
    """Return the word by which a denial must tell what was tried; of a builder's settings what they are for."""
    if asked(call) in (CONTEXT, SECURITY):
        return "spawn"
    return call.verb.removeprefix("build_").partition("_")[0]
