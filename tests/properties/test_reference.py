"""The reference model: it agrees with what the kernel does, and says where a kernel parts from the contract."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from properties._reference import Parted, agree
from simcore import Behaviour, Options, Process, Uniform, World
from simcore.graph.topology import Topology
from simcore.kernel import channel
from simcore.model.payload import Payload, pack
from simcore.model.programs import VERBS, PolicyRule, Program, Step
from simcore.process import mailbox, upgrade
from simcore.process import start as starting
from simcore.process.verbs import controlling, coroutines, spawning
from simcore.programs.account import Account
from simcore.programs.perform import perform
from simcore.python import process as python_process
from simcore.world import world as worlds
from tests.worlds import HOST

BETWEEN_MEMBERS = VERBS[: VERBS.index("take")]


def drawn(seed: int) -> Program:
    """Return a program of what members do to each other, half of whose targets exist."""
    chance = random.Random(seed)
    below = chance.randrange
    rules = [PolicyRule("deny", "process.send"), PolicyRule("deny", "process.link"), PolicyRule("allow", "*")]
    policies = tuple(chance.choice(rules) for _ in range(3)) if seed % 3 == 0 else None
    steps = [
        Step(below(5), chance.choice(BETWEEN_MEMBERS), below(5), below(3), below(4)) for _ in range(10 + below(30))
    ]
    return Program(processes=3, steps=tuple(steps), policies=policies)


def played(seed: int) -> World:
    account = Account()
    world = World(seed, Uniform(), observers=[account])
    assert not world.log
    perform(world, drawn(seed), account)
    return world


def test_it_agrees_with_every_action_of_many_programs_and_leaves_none_unjudged() -> None:
    for seed in range(60):
        model = agree(played(seed))

        assert model.unjudged == {}, "these programs hold nothing that it does not know"
        assert model.entries >= 3


def test_what_it_says_names_the_step_both_sides_the_processes_and_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    # The invariants of every run would notice it first.
    monkeypatch.setattr(worlds, "rules", tuple)
    leave = Topology.leave

    def without_watchers(self: Topology, pid: Any) -> tuple[list[Any], list[Any]]:
        return [], leave(self, pid)[1]

    monkeypatch.setattr(Topology, "leave", without_watchers)
    parted: list[Parted] = []
    for seed in range(60):
        try:
            agree(played(seed))
        except Parted as each:
            parted.append(each)

    first = parted[0]
    lines = str(first).splitlines()
    assert lines[0].startswith(f"model and run part at step {first.entry.step}, at ")
    assert lines[1].startswith("  expected: that member#")
    assert lines[2].startswith("  the run:  that member#")
    assert lines[3] == "  contract: I32, I33, process 2.3"


# -- what it finds: small worlds, and what breaks the kernel there


async def waits(process: Process) -> None:
    await process.inbox.receive()


async def cancels_twice(process: Process) -> None:
    child = await process.spawn("app:waits", HOST)
    await process.cancel(child, "1s")
    await process.cancel(child, "2s")
    await process.cancel(await process.spawn("app:waits", HOST), "-1s")
    await process.sleep("3s")


async def keeps_unread(process: Process) -> None:
    process.listen("topic")
    await process.send(process.pid, "topic", "first")
    await process.send(process.pid, "topic", "second")
    await process.send(process.pid, "other", "third")
    process.upgrade("app:reads")


async def reads(process: Process) -> list[str]:
    topic = process.listen("topic")
    return [await topic.receive(), await topic.receive(), (await process.inbox.receive()).payload]


async def chooses(process: Process) -> None:
    first, second = process.channel(1), process.channel(1)
    await first.send(1)
    await second.send(2)
    await process.select(one=first, two=second)


async def unlistens(process: Process) -> None:
    topic = process.listen("topic")
    for number in range(3):
        await process.send(process.pid, "topic", number)
    process.unlisten(topic)
    await process.inbox.receive()


async def returns_a_list(process: Process) -> list[int]:
    return [1, 2]


async def watches(process: Process, other: str) -> None:
    await process.monitor(other)
    await process.events.receive()


def watchers(world: World) -> None:
    world.define("app:list", returns_a_list)
    world.define("app:watches", watches)
    other = world.spawn("app:list", HOST)
    for _ in range(2):
        world.spawn("app:watches", HOST, other)


def one(behaviour: Behaviour, **others: Behaviour) -> Callable[[World], None]:
    def make(world: World) -> None:
        for name, other in {"main": behaviour, **others}.items():
            world.define(f"app:{name}", other)
        world.spawn("app:main", HOST)

    return make


def the_latest_deadline_counts(patch: pytest.MonkeyPatch) -> None:
    def enforced(record: Any, deadline_ns: int) -> None:
        if record.deadline is not None:
            record.deadline.cancel()
        record.deadline = controlling.Deadline(record, deadline_ns)

    patch.setattr(controlling, "enforce", enforced)


def what_is_buffered_is_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(upgrade, "_put_back", lambda record: [])


def select_takes_the_last(patch: pytest.MonkeyPatch) -> None:
    select = channel.select

    def backwards(task: Any, cases: Any, *, default: bool) -> Any:
        return select(task, cases[::-1], default=default)

    patch.setattr(coroutines, "select", backwards)


def what_unlisten_leaves_is_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mailbox, "_route_anew", lambda record, topic, subscription: None)


def all_watchers_share_a_value(patch: pytest.MonkeyPatch) -> None:
    value, shared = Payload.value, {}  # type: ignore[var-annotated]  # by bytes

    patch.setattr(Payload, "value", lambda self: shared.setdefault(self.data, value(self)))


async def looks(process: Process) -> tuple[object, ...]:
    await process.set_options(trap_links=True)
    return process.id, process.get_options(), dict(process.context), process.can("process.send", "x")


async def starts_who_looks(process: Process) -> None:
    await process.with_context({"list": [1], "text": "a"}).spawn("app:looks", HOST)
    await process.spawn("app:takes", HOST, 1, [2])


async def takes(process: Process, number: int, values: list[int]) -> None:
    process.upgrade("app:takes_again", values)


async def takes_again(process: Process, values: list[int]) -> None:
    await process.inbox.receive()


def looking(world: World) -> None:
    for behaviour in (looks, starts_who_looks, takes, takes_again):
        world.define(f"app:{behaviour.__name__}", behaviour)
    world.spawn("app:starts_who_looks", HOST)


def options_are_those_of_the_start(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Process, "get_options", lambda self: self._looked("options", {"trap_links": False}))


def all_may_do_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(python_process, "can", lambda *arguments, **named: True)


def context_of_a_builder_is_lost_on_the_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Process, "context", property(lambda self: self._looked("context", {})))


def the_id_is_that_of_the_world(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Process, "id", property(lambda self: self._looked("id", "app:main")))


def the_last_argument_is_lost(patch: pytest.MonkeyPatch) -> None:
    start = starting.start

    def without(runtime: Any, host: Any, id: str, arguments: Payload, frame: Any, **named: Any) -> Any:
        values = arguments.value()
        fewer = pack((values[0], [])) if isinstance(values, list) else arguments
        return start(runtime, host, id, fewer, frame, **named)

    patch.setattr(spawning, "start", without)


ENFORCED = Options(cancel_deadline="enforce")
FOUND = [
    (one(cancels_twice, waits=waits), ENFORCED, the_latest_deadline_counts, "A4, I99"),
    (one(keeps_unread, reads=reads), Options(), what_is_buffered_is_lost, "process 3.5"),
    (one(chooses), Options(), select_takes_the_last, "process 3.8"),
    (one(unlistens), Options(), what_unlisten_leaves_is_lost, "process 3.5"),
    (watchers, Options(), all_watchers_share_a_value, "I28, process 3.7, O25"),
    (looking, Options(), options_are_those_of_the_start, "process 1.6, 4.9"),
    (looking, Options(), all_may_do_all, "process 1.6, 4.9, 7.8, 12.1"),
    (looking, Options(), context_of_a_builder_is_lost_on_the_way, "process 1.6, 4.9, 7.8"),
    (looking, Options(), the_id_is_that_of_the_world, "process 1.6"),
    (looking, Options(), the_last_argument_is_lost, "process 2.2, 3.7"),
]


@pytest.mark.parametrize(("make", "options", "mutation", "rules"), FOUND)
def test_a_mutation_is_found_where_it_shows_first(
    make: Callable[[World], None], options: Options, mutation: Any, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_it() -> Any:
        world = World(options=options)
        assert not world.log
        make(world)
        world.run()
        return agree(world)

    monkeypatch.setattr(worlds, "rules", tuple)
    assert run_it().unjudged == {}

    mutation(monkeypatch)

    with pytest.raises(Parted, match=rules):
        run_it()
