"""What must hold of permissions: who may not, changes nothing; a denial beats every permission."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import Options, PermissionDenied, World, run, sometimes
from simcore.strategies import Call, PolicyRule, Program, policies, programs, seen, worlds

MEMBER, HOST, UNKNOWN = "app:member", "app:processes", "app:unknown"
TARGETED = {
    verb: f"process.{verb}" for verb in ("send", "monitor", "unmonitor", "link", "unlink", "cancel", "terminate")
} | {"send_by_name": "process.send"}
NAMED = {"register": "process.registry.register", "unregister": "process.registry.unregister"}
SPAWNED = {
    "spawn": ("process.spawn",),
    "spawn_unknown": ("process.spawn",),
    "spawn_monitored": ("process.spawn", "process.spawn.monitored"),
    "spawn_linked": ("process.spawn", "process.spawn.linked"),
    "spawn_linked_monitored": ("process.spawn", "process.spawn.monitored", "process.spawn.linked"),
}
ACTIONS = sorted({*TARGETED.values(), *NAMED.values(), *SPAWNED["spawn_linked_monitored"], "process.host"})
EVERYTHING = PolicyRule("allow", "*")
BOUND = st.one_of(
    programs(policies=policies(context=True)),
    # Short of other verbs, names are held, and what is checked is who holds them.
    programs(max_processes=2, policies=policies(context=True), verbs=("register", "send_by_name")),
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
    outcome = run(program)

    for call in outcome.calls:
        assert not (call.denied and call.changes), f"{call.verb} was denied, and {call.changes}"
    arrived = {receipt.index for receipts in outcome.received.values() for receipt in receipts}
    assert not [call for call in outcome.calls if call.denied and call.index in arrived]
    assert not [call for call in outcome.calls if call.denied and call.verb in SPAWNED and call.target in outcome.pids]


@given(programs())
def test_any_other_refusal_changes_nothing_either(program: Program) -> None:
    outcome = run(program)

    for call in outcome.calls:
        assert not (call.error is not None and call.changes), f"{call.verb}: {call.error}, and {call.changes}"


@given(BOUND)
def test_an_operation_is_denied_exactly_where_the_policies_say_so(program: Program) -> None:
    for call in run(program).calls:
        denied = first_denied(program, call)
        if call.error is None:
            assert denied is None, f"{call} although {denied} is not allowed"
        elif call.denied:
            assert denied is not None, f"{call} although all of it is allowed"


@given(programs(policies=st.just((EVERYTHING,))), st.sampled_from(ACTIONS))
def test_deny_overrides_allow(program: Program, action: str) -> None:
    deny = PolicyRule("deny", action)
    for rules in ((EVERYTHING, deny), (deny, EVERYTHING)):
        for call in run(Program(program.processes, program.steps, rules, program.seed)).calls:
            if call.denied:
                assert asked(call)[0] == action, f"{call} although only {action} is denied"
            elif call.error is None:
                assert action not in [each for each, _ in needs(call)], f"{call} although {action} is denied"


@given(programs(policies=st.just(())), worlds())
def test_no_policy_and_a_complete_context_means_denied(program: Program, options: Options) -> None:
    outcome = run(program, options=options)

    guarded = [call for call in outcome.calls if needs(call)]
    assert not [call for call in guarded if call.error is None]
    assert len(outcome.pids) == program.processes
    assert not outcome.world.names


@given(programs(policies=st.none()), worlds())
def test_no_context_means_allowed_unless_strict(program: Program, options: Options) -> None:
    outcome = run(program, options=options)

    for call in outcome.calls:
        if options.strict_mode and needs(call):
            assert call.error is not None, f"{call} in strict mode"
        elif not options.strict_mode:
            assert not call.denied, f"{call} without any policy"


@given(BOUND)
def test_a_denial_names_the_operation_and_its_subject(program: Program) -> None:
    for call in run(program).calls:
        if call.denied:
            assert isinstance(call.error, PermissionDenied)
            assert call.error.kind == "PermissionDenied"
            assert asked(call) == first_denied(program, call), f"{call} names another check than the first denied"
            assert call.error.message.startswith("not allowed to ")
            assert word(call) in call.error.message


def needs(call: Call) -> list[tuple[str, str]]:
    """Return what the contract's table asks of *call*, in its order: actions and their resources (process 12.5)."""
    if call.verb in TARGETED:
        return [(TARGETED[call.verb], str(call.target_pid))]
    if call.verb in NAMED:
        return [(NAMED[call.verb], call.name)]
    subject = UNKNOWN if call.verb == "spawn_unknown" else MEMBER
    checks = [(action, subject) for action in SPAWNED.get(call.verb, ())]
    return [*checks, ("process.host", HOST)] if checks else []


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
    """Return the word by which a denial must tell what was tried."""
    return call.verb.partition("_")[0]
