"""Policies that are granted and revoked while processes run: who sees a change, and who does not (process 12.4, 12.7).

A scope is a snapshot. Whoever looks a group up sees it as it is then; whoever holds a scope, a child that has it and
the operation that was checked under it go on as they were. A service looks its groups up at each start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from simcore import (
    Actor,
    Behaviour,
    PermissionDenied,
    Pid,
    Process,
    Sent,
    World,
    allow,
    deny,
    run,
    sometimes,
)
from simcore.words import Asked, Born

from ._permissions.rules import Rule, passes, scope_of, verdict
from ._permissions.trial import FREE, HOST, ONCE, has_met, meet

GROUP = "book:users"
RULES = {
    "book:send": Rule("allow", "process.send", "*"),
    "book:link": Rule("allow", "process.link", "*"),
    "book:all": Rule("allow", "*", "*"),
    "book:no-send": Rule("deny", "process.send", "*"),
    "book:no-link": Rule("deny", "process.link", "*"),
}
"""The policies that come and go."""
CHANGES = ("grant", "revoke", "turn", "remove")
"""Into the group, out of it, to the other effect, out of the world."""
STEPS = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.sampled_from(tuple(RULES)), st.integers(0, 1)), min_size=1, max_size=6
)
MEMBERS = st.lists(st.sampled_from(tuple(RULES)), max_size=3, unique=True)
MILLISECOND_NS = 1_000_000
VERBS = ("send", "link")


@dataclass
class Book:
    """What the world's policies have to be, as a table that is changed along; with the place in the log of each change.

    Args:
        world: whose policies they are.
        members: the ids of those that are in the group at the start.
    """

    world: World
    members: Sequence[str]
    history: list[tuple[int, dict[str, Rule]]] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=lambda: dict(RULES))
    group: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for id, rule in self.rules.items():
            self._add(id, rule)
        # The group is known, and may be empty.
        self.world.policies.add(allow("nothing", "nothing", id="book:nothing", groups=[GROUP]))
        self.world.policies.revoke("book:nothing")
        self.history.append((0, {}))
        for id in self.members:
            self._change("grant", id)

    def changing(self, steps: Sequence[tuple[str, str, int]]) -> Iterator[Any]:
        """Make these changes, one after the other: each so many milliseconds after the one before, and at any point of
        its instant."""
        for change, id, delay in steps:
            yield self.world.environment.timeout(delay * MILLISECOND_NS)
            self._change(change, id)

    def now(self) -> dict[str, Rule]:
        """Return what is in the group."""
        return {id: self.rules[id] for id in self.group}

    def at(self, place: int) -> dict[str, Rule]:
        """Return what was in the group when the log had so many entries."""
        return [held for when, held in self.history if when <= place][-1]

    def _change(self, change: str, id: str) -> None:
        policies = self.world.policies
        if change == "turn" or id not in self.rules:
            old = self.rules.get(id, RULES[id])
            self.rules[id] = old._replace(effect="deny" if old.effect == "allow" else "allow")
            # One that is added again belongs to the groups that it names, and to no other.
            self._add(id, self.rules[id], *([GROUP] if change == "turn" else []))
            self.group.pop(id, None)
            if change == "turn":
                self.group[id] = None
        elif change == "grant":
            policies.grant(id, GROUP)
            self.group[id] = None
        elif change == "revoke":
            policies.revoke(id, GROUP)
            self.group.pop(id, None)
        else:
            policies.revoke(id)
            del self.rules[id]
            self.group.pop(id, None)
        self.history.append((len(self.world.log), self.now()))

    def _add(self, id: str, rule: Rule, *groups: str) -> None:
        make = allow if rule.effect == "allow" else deny
        self.world.policies.add(make(rule.action, rule.resource, id=id, groups=groups))


def may(held: dict[str, Rule], verb: str, target: str) -> bool:
    """Tell whether somebody under these policies may do *verb* to *target*."""
    return passes(verdict(held.values(), f"process.{verb}", target))


async def tries(process: Process, target: str) -> dict[str, bool]:
    """Do every verb to *target*, and return what could be done."""
    could = dict[str, bool]()
    for verb in VERBS:
        try:
            await getattr(process, verb)(target, *(("work",) if verb == "send" else ()))
        except PermissionDenied:
            could[verb] = False
        else:
            could[verb] = True
    return could


async def waits(process: Process) -> None:
    """Take whatever comes, and survive the ends of others."""
    await process.set_options(trap_links=True)
    while True:
        await process.inbox.receive()


# -- revoke against use


@settings(max_examples=150)
@given(MEMBERS, STEPS, st.integers(0, 1))
@example(["book:all"], [("revoke", "book:all", 0)], 0)
@example(["book:send"], [("turn", "book:send", 0), ("grant", "book:link", 1)], 1)
def test_a_scope_holds_what_its_group_held_when_it_was_looked_up(
    members: list[str], steps: list[tuple[str, str, int]], pause: int
) -> None:
    """A change comes before a look-up, between it and the start of who gets the scope, between two uses, between the
    check of a use and its effect, or after all (I72: all rows were allowed at the time of the call, by the scope of the
    caller; process 12.4, 12.7, 15.1.1 rule 3)."""

    def scenario(world: World) -> None:
        assert not world.log
        book, users = Book(world, members), dict[Pid, dict[str, Rule]]()
        world.define("app:waits", waits)
        target = world.spawn("app:waits", HOST, **FREE)
        world.define("app:broker", broker(book, users, pause))
        world.define("app:user", user(book, target))
        world.spawn("app:broker", HOST, **FREE)
        world.environment.process(book.changing(steps))
        world.run()
        assert len(users) == LOOK_UPS
        for pid, held in users.items():
            expected = {verb: may(held, verb, target) for verb in VERBS}
            for could in world.result(pid):
                assert could == expected, f"I72: {pid} got {sorted(held)}, may {expected}, and could {could}"
        for what in windows(world, {*users}):
            meet(world, what)

    run(scenario)


LOOK_UPS = 2


def broker(book: Book, users: dict[Pid, dict[str, Rule]], pause: int) -> Behaviour:
    """Return who looks the group up and gives its scope to somebody, and notes what it held."""

    async def looks_up(process: Process) -> None:
        for _ in range(LOOK_UPS):
            scope, held, changes = process.named_scope(GROUP), book.now(), len(book.history)
            await process.sleep(pause * MILLISECOND_NS)
            child = await process.with_context({}).with_scope(scope).spawn("app:user", HOST)
            users[child] = held
            if len(book.history) > changes:
                meet(book.world, "a change between look-up and start")

    return looks_up


def user(book: Book, target: Pid) -> Behaviour:
    """Return who uses what it was given, twice."""

    async def uses(process: Process) -> list[dict[str, bool]]:
        changes, first = len(book.history), await tries(process, target)
        await process.sleep(MILLISECOND_NS)
        if len(book.history) > changes:
            meet(book.world, "a change between one use and the next")
        return [first, await tries(process, target)]

    return uses


def windows(world: World, pids: set[Pid]) -> Iterator[str]:
    """Say where in the use of a scope a change has come."""
    asking: dict[Pid, bool] = {}
    for entry in world.log:
        if entry.action == "outside:policy":
            if any(asking.values()):
                yield "a change between check and effect"
            continue
        for effect in entry.effects:
            if isinstance(effect, Asked) and effect.pid in pids and effect.verb in VERBS:
                asking[effect.pid] = True
        if entry.actor is not None and entry.actor in pids and entry.action in ("do:send", "do:link"):
            asking[entry.actor] = False


@settings(max_examples=100)
@given(MEMBERS, STEPS)
@example(["book:all"], [("revoke", "book:all", 1)])
def test_a_service_has_what_its_groups_hold_at_each_start(
    members: list[str], steps: list[tuple[str, str, int]]
) -> None:
    """A service that fails and is started again, while its group changes (I72; process 12.4: every later start sees a
    change, and no earlier one)."""

    def scenario(world: World) -> None:
        assert not world.log
        book, could = Book(world, members), dict[Pid, dict[str, bool]]()

        async def served(process: Process) -> None:
            await process.sleep(MILLISECOND_NS)
            could[process.pid] = await tries(process, target)
            if len(could) < STARTS:
                raise RuntimeError("once more")

        world.define("app:served", served)
        world.define("app:waits", waits)
        target = world.spawn("app:waits", HOST, **FREE)
        restart = {"initial_delay": "1ms", "max_attempts": STARTS + 1}
        world.service(
            "app:service", process="app:served", host=HOST, groups=(GROUP,), restart=restart, actor=Actor("it")
        )
        world.start_service("app:service")
        world.environment.process(book.changing(steps))
        world.run()
        born = [
            (place, each.pid)
            for place, entry in enumerate(world.log)
            for each in entry.effects
            if isinstance(each, Born) and each.id == "app:served"
        ]
        assert len(born) == STARTS == len(could)
        for place, pid in born:
            expected = {verb: may(book.at(place), verb, target) for verb in VERBS}
            assert could[pid] == expected, (
                f"I72: {pid} may {expected} by {sorted(book.at(place))}, and could {could[pid]}"
            )
        if len({tuple(each.values()) for each in could.values()}) > 1:
            meet(world, "a service may something else when it is started again")

    run(scenario)


STARTS = 3


# -- what is delivered whatever the policies say

CANCELLED_BY = ("a friend", "its service", "its host")


@settings(max_examples=80)
@given(st.integers(0, 3), st.sampled_from(CANCELLED_BY), st.sampled_from((True, False)))
def test_what_was_sent_arrives_and_events_of_the_runtime_are_never_checked(
    messages: int, cancelled_by: str, traps: Any
) -> None:
    """Somebody who may nothing but start its child is told of everything; meanwhile what its friend may is revoked
    (I82: events that come from the runtime are delivered whatever the policies say; process 12.7, 12.9)."""

    def scenario(world: World) -> None:
        assert not world.log
        heard = list[str]()
        world.policies.add(allow("*", "*", id="book:all", groups=[GROUP]))

        async def nobody(process: Process) -> None:
            await process.set_options(trap_links=traps)
            inbox, events = process.inbox, process.events
            await process.spawn_monitored("app:fails", HOST)
            while True:
                chosen = await process.select(events=events, inbox=inbox)
                heard.append(type(chosen.value).__name__ if chosen.name == "events" else chosen.value.topic)

        async def friend(process: Process, other: str) -> None:
            for number in range(messages):
                await process.send(other, f"message {number}")
            if cancelled_by == "a friend":
                await process.cancel(other)
            await process.link(other)
            await fails(process)

        for name, behaviour in (("nobody", nobody), ("friend", friend), ("fails", fails)):
            world.define(f"app:{name}", behaviour)
        world.host(HOST)
        nobody_is: Any = {"actor": Actor("nobody"), "scope": CHILD}
        if cancelled_by == "its service":
            world.service("app:service", process="app:nobody", host="app:other", restart=ONCE, **nobody_is)
            world.start_service("app:service")
        else:
            world.spawn("app:nobody", "app:other", **nobody_is)
        world.run(until="1ms")
        pid = next(each.pid for each in world.log.of(Born) if each.id == "app:nobody")
        named = world.policies.named_scope(GROUP)
        world.spawn("app:friend", HOST, pid, actor=Actor("friend"), scope=named)
        world.environment.process(revoking(world))
        world.run(until="1s")
        if cancelled_by != "a friend":
            (world.stop_service if cancelled_by == "its service" else world.stop_host)(WHO_STOPS[cancelled_by])
        world.run()
        judge_delivery(world, pid, heard, traps=traps)

    run(scenario)


CHILD = scope_of([Rule("allow", "process.spawn*", "app:fails"), Rule("allow", "process.host", HOST)])
WHO_STOPS = {"its service": "app:service", "its host": "app:other"}


async def fails(process: Process) -> None:
    """Fail at once."""
    raise RuntimeError("it fails as it should")


def revoking(world: World) -> Iterator[Any]:
    """Revoke what the friend may, at any point of the first instant."""
    yield world.environment.timeout(0)
    world.policies.revoke("book:all")


def judge_delivery(world: World, pid: Pid, heard: Sequence[str], *, traps: bool) -> None:
    """See that all that was put into a mailbox has been read, or that its owner was ended by a link."""
    sent = [
        type(each.event).__name__ if each.event else each.topic for each in world.log.of(Sent) if each.receiver == pid
    ]
    if traps:
        assert sorted(heard) == sorted(sent), f"I82: {sent} was sent, and {heard} has arrived"
        assert {"Exit", "LinkDown", "Cancel"} <= {*heard}, f"I82: of EXIT, LINK_DOWN and CANCEL {heard} has arrived"
        meet(world, "who may nothing is told of everything")
    else:
        outcome = world.outcome(pid)
        assert "LinkDown" in sent, "I82: no LINK_DOWN was sent"
        assert outcome is not None, "I82: a link did not end it"
        assert outcome.error is not None
        assert outcome.error.message == "linked process failed", f"I82: a link did not end it: {outcome}"
    revoked = [place for place, entry in enumerate(world.log) if entry.action == "outside:policy" and entry.step > 0]
    later = (effect for entry in world.log[revoked[0] :] for effect in entry.effects)
    if any(isinstance(effect, Sent) and effect.receiver == pid for effect in later):
        meet(world, "something is sent after a revoke under what was held before")


# -- what the default run has to come to


@sometimes
def a_policy_changes_between_look_up_and_start(world: World) -> None:
    """A scope is given to somebody when it is no more what its group holds."""
    assert has_met(world, "a change between look-up and start")


@sometimes
def a_policy_changes_between_two_uses(world: World) -> None:
    """Somebody goes on under a scope whose group has changed."""
    assert has_met(world, "a change between one use and the next")


@sometimes
def a_policy_changes_between_check_and_effect(world: World) -> None:
    """What was checked has its effect when its policy has changed."""
    assert has_met(world, "a change between check and effect")


@sometimes
def a_service_is_started_under_other_policies(world: World) -> None:
    """A service that is started again may something else."""
    assert has_met(world, "a service may something else when it is started again")


@sometimes
def who_may_nothing_is_told_of_everything(world: World) -> None:
    """EXIT, LINK_DOWN, CANCEL and messages come to one who may nothing."""
    assert has_met(world, "who may nothing is told of everything")


@sometimes
def something_is_sent_after_a_revoke(world: World) -> None:
    """Who holds a scope uses it after its policy was revoked."""
    assert has_met(world, "something is sent after a revoke under what was held before")
