"""What must hold of a scope's answer, whatever policies it consists of; beside it stands a judge as naive as the words.

The policies have wildcards and conditions on the actor, the resource and the caller's pid (process 12.2, 12.3).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from simcore import Actor, Options, PermissionDenied, Pid, Policy, Process, Scope, World, allow, deny, run, sometimes

from ._permissions.rules import fits
from ._permissions.trial import HOST, has_met, meet

ACTIONS = ("process.send", "process.spawn", "process.spawn.linked", "process.spawner", "process.registry.register")
PATTERNS = ("*", "process.*", "process.spawn.*", "process.spawn*", "*.send", *ACTIONS)
RESOURCES = ("app:worker", "app:workers", "other:worker", "{app:processes|0x00001}", "{app:processes|0x00002}")
SUBJECTS = ("*", "app:*", "app:worker*", "{app:processes|*", "*worker", *RESOURCES)
ROLES = ("boss", "guest")
PIDS = RESOURCES[-2:]
CONDITIONS: Any = (
    ("actor.id", "eq", "ada"),
    ("actor.id", "ne", "ada"),
    ("actor.meta.role", "eq", "boss"),
    ("actor.meta.role", "ne", "boss"),
    ("actor.meta.none", "exists", False),
    ("meta.pid", "eq", PIDS[0]),
    ("pid", "ne", PIDS[0]),
    # Without an answer: its policy says nothing, also one that denies (process 12.3.2).
    ("actor.meta.role", "gt", 1),
)


Check = tuple[Actor, str, str, str]
RULES_MAX = 5


class Row(NamedTuple):
    """A policy in plain values; *condition* is the number of one of ``CONDITIONS``, or None."""

    effect: str
    action: str
    resource: str
    condition: int | None = None

    def policy(self, number: int) -> Policy:
        """Return it as a policy."""
        when: list[Any] = []
        if self.condition is not None:
            field, operator, value = CONDITIONS[self.condition]
            when = [{"field": field, "operator": operator, "value": value}]
        make = allow if self.effect == "allow" else deny
        return make(self.action, self.resource, id=f"drawn:{number}", when=when)


class Asked(NamedTuple):
    """A check in plain values: who, with which role, asks for what on what, and with which pid."""

    id: str
    role: str
    action: str
    resource: str
    pid: str

    def check(self) -> Check:
        """Return it as a check."""
        return Actor(self.id, {"role": self.role} if self.role else {}), self.action, self.resource, self.pid


class Drawn(NamedTuple):
    """Some policies, one more, and two checks."""

    rows: tuple[Row, ...]
    added: Row
    asked: Asked
    before: Asked

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies."""
        return tuple(row.policy(number) for number, row in enumerate(self.rows))

    @property
    def more(self) -> Policy:
        """One more."""
        return self.added.policy(RULES_MAX)

    @property
    def check(self) -> Check:
        """What is asked."""
        return self.asked.check()

    @property
    def earlier(self) -> Check:
        """What was asked before."""
        return self.before.check()


def row_of(data: bytes) -> Row:
    """Return a policy, half of those without a condition."""
    effect, action, resource, condition = data
    number = condition // 2 % len(CONDITIONS) if condition % 2 else None
    texts = PATTERNS[action % len(PATTERNS)], SUBJECTS[resource % len(SUBJECTS)]
    return Row(("allow", "deny")[effect % 2], *texts, number)


def asked_of(data: bytes) -> Asked:
    """Return a check."""
    who, role, action, resource = data
    place = resource % len(RESOURCES)
    texts = ACTIONS[action % len(ACTIONS)], RESOURCES[place], PIDS[resource // len(RESOURCES) % 2]
    return Asked(("ada", "bob", "")[who % 3], ROLES[role % 2] if role % 3 else "", *texts)


def drawn_of(data: bytes) -> Drawn:
    """Return what these bytes mean, which costs less than to draw each part."""
    fours = [data[place : place + 4] for place in range(0, len(data), 4)]
    rows = tuple(map(row_of, fours[: data[-1] % (RULES_MAX + 1)]))
    return Drawn(rows, row_of(fours[RULES_MAX]), asked_of(fours[-3]), asked_of(fours[-2]))


SIZE = 4 * (RULES_MAX + 3) + 1
DRAWN = st.binary(min_size=SIZE, max_size=SIZE).map(drawn_of)
BOTH = (False, True)


# -- a scope by itself


@settings(max_examples=300)
@given(DRAWN)
def test_a_scope_answers_as_the_words_of_the_contract_say(drawn: Drawn) -> None:
    """(I75: any deny that applies denies; I76: what no policy speaks of is denied.)"""
    effects = {policy.effect for policy in drawn.policies if applies(policy, *drawn.check)}
    expected = "deny" if "deny" in effects else "allow" if effects else None

    assert answer(drawn.policies, drawn.check) == expected, f"I75, I76: it is not {expected}"


@settings(max_examples=200)
@given(DRAWN, st.integers(0, 119))
def test_to_permute_policies_changes_no_decision(drawn: Drawn, order: int) -> None:
    """(I75: to permute policies never changes a decision.)"""
    mixed = list(drawn.policies)
    for place in range(len(mixed), 1, -1):
        order, chosen = divmod(order, place)
        mixed.append(mixed.pop(chosen))

    assert answer(mixed, drawn.check) == answer(drawn.policies, drawn.check), "I75: the order of policies counts"


@settings(max_examples=200)
@given(DRAWN, st.integers(0, RULES_MAX - 1))
def test_to_remove_an_allow_never_allows(drawn: Drawn, place: int) -> None:
    """(I78: to remove an allow policy never turns denied into allowed.)"""
    allows = [policy for policy in drawn.policies if policy.effect == "allow"]
    assume(allows and not is_allowed(drawn.policies, drawn.check))
    gone = allows[place % len(allows)]

    left = Scope(drawn.policies).without(gone)
    assert evaluate(left, drawn.check) != "allow", f"I78: {gone} is gone, and now it may"
    assert left.policies == tuple(each for each in drawn.policies if each != gone), f"I78: {gone} alone is to go"


@settings(max_examples=200)
@given(DRAWN)
def test_to_add_a_deny_never_allows(drawn: Drawn) -> None:
    """(I78: to add a deny policy never turns denied into allowed; I75.)"""
    more = replace(drawn.more, effect="deny")
    before = answer(drawn.policies, drawn.check)
    after = evaluate(Scope(drawn.policies).with_policy(more), drawn.check)

    assert after == ("deny" if applies(more, *drawn.check) else before), f"I75, I78: with {more} it is {after}"


@settings(max_examples=200)
@given(DRAWN)
def test_a_decision_is_the_same_whatever_was_asked_before(drawn: Drawn) -> None:
    """(I79: the decision depends on actor, scope, action, resource and attributes only.)"""
    scope, (actor, _, _, pid) = Scope(drawn.policies), drawn.earlier
    evaluate(scope, drawn.earlier)
    # Of the same action and resource, for another actor and another pid.
    evaluate(scope, (actor, drawn.check[1], drawn.check[2], pid))

    assert evaluate(scope, drawn.check) == answer(drawn.policies, drawn.check), "I79: what was asked before counts"


# -- the same in a world


@given(DRAWN)
@example(Drawn((row_of(bytes((0, 0, 0, 11))),), row_of(bytes(4)), *[asked_of(bytes(4))] * 2))
def test_what_may_be_done_in_a_world_is_what_the_scope_says(drawn: Drawn) -> None:
    """``can`` and a real operation agree with the scope, whichever process asks (I79: attributes.pid is the pid of the
    caller)."""
    actor, _, resource, _ = drawn.check

    def scenario(world: World) -> None:
        asks = asking(world, "process.spawn", resource)
        scope = Scope((*drawn.policies, HOSTS))
        pids = [world.spawn("app:asks", HOST, actor=actor, scope=scope) for _ in PIDS]
        world.run()
        for pid in pids:
            may = is_allowed(drawn.policies, (actor, "process.spawn", resource, pid))
            assert asks[pid] == (may, may), f"I79: {pid} may: {may}; what it was told and could do: {asks[pid]}"
        meet(world, "the pid decides" if len({*asks.values()}) == 2 else "the pid does not decide")

    run(scenario)


@settings(max_examples=60)
@given(DRAWN, st.sampled_from(BOTH), st.sampled_from(("actor", "scope", "both")))
def test_without_a_context_the_decision_is_that_of_the_world(drawn: Drawn, strict: Any, without: str) -> None:
    """(I77: with an incomplete context the decision is "not strict".) ``can`` is false all the same (process 12.1)."""
    actor, _, resource, _ = drawn.check

    def scenario(world: World) -> None:
        asks = asking(world, "process.spawn", resource)
        scope = Scope((*drawn.policies, HOSTS)) if without == "actor" else None
        world.spawn("app:asks", HOST, actor=actor if without == "scope" else None, scope=scope)
        world.run()
        assert list(asks.values()) == [(False, not strict)], f"I77: what it was told and could do: {asks}"

    run(scenario, options=Options(strict_mode=strict))


HOSTS = allow("process.host", "*", id="drawn:host")


def asking(world: World, action: str, resource: str) -> dict[Pid, tuple[bool, bool]]:
    """Define who asks whether it may spawn *resource*, and tries it; what it is told is in what is returned."""
    told: dict[Pid, tuple[bool, bool]] = {}

    async def asks(process: Process) -> None:
        may = process.can(action, resource)
        try:
            await process.spawn(resource, HOST)
        except PermissionDenied:
            told[process.pid] = (may, False)
        else:
            told[process.pid] = (may, True)

    async def ends(process: Process) -> None:
        return

    world.define("app:asks", asks)
    world.define(resource, ends)
    return told


@sometimes
def the_pid_of_the_caller_decides(world: World) -> None:
    """Of two processes of one scope one may do what the other may not."""
    assert has_met(world, "the pid decides")


# -- what the words of the contract say


def evaluate(scope: Scope, check: Check) -> str | None:
    """Return what *scope* says of a check."""
    actor, action, resource, pid = check
    return scope.evaluate(actor, action, resource, {"pid": pid})


def answer(policies: Sequence[Policy], check: Check) -> str | None:
    """Return what a scope of *policies* says of a check."""
    return evaluate(Scope(policies), check)


def is_allowed(policies: Sequence[Policy], check: Check) -> bool:
    """Tell whether a check is allowed, by the words."""
    effects = {policy.effect for policy in policies if applies(policy, *check)}
    return effects == {"allow"}


def applies(policy: Policy, actor: Actor, action: str, resource: str, pid: str) -> bool:
    """Tell whether a policy speaks of a check (process 12.3.1 to 12.3.4)."""
    if not (
        any(fits(each, action) for each in policy.actions) and any(fits(each, resource) for each in policy.resources)
    ):
        return False
    return all(holds(condition, actor, pid) for condition in policy.conditions)


def holds(condition: Any, actor: Actor, pid: str) -> bool:
    """Tell whether one of ``CONDITIONS`` holds."""
    about_actor = condition.field.startswith("actor.")
    # Nothing can be asked of an actor who is nobody, and no text is greater than a number.
    if condition.operator == "gt" or (about_actor and not actor.id and not actor.meta):
        return False
    if condition.operator == "exists":
        return True
    role = actor.meta.get("role")
    found = actor.id if condition.field == "actor.id" else role if about_actor else pid
    if found is None:
        return False
    return bool((found == condition.value) == (condition.operator == "eq"))
