"""Who sends for ever to somebody deaf ends at a bound; what is read, or is nobody's any more, counts no longer."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import BoundReached, Options, Process, Uniform, World
from simcore.process.state.held import OVERSHOOT, Held
from tests.conftest import Make
from tests.worlds import HOST

DEFAULTS = Options()


async def deaf(process: Process) -> None:
    await process.sleep("23h")


async def talking(process: Process, *to: str) -> None:
    """Send for ever, at one instant, to one after the other."""
    while True:
        for pid in to:
            await process.send(pid, "word", "x" * 100)


async def talking_slowly(process: Process, *to: str) -> None:
    while True:
        for pid in to:
            await process.send(pid, "word", "x" * 100)
            await process.sleep(1)


async def shouting(process: Process, to: str) -> None:
    while True:
        await process.send(to, "word", "x" * 1_000_000)


async def buffering(process: Process) -> None:
    """Have messages put into the buffer of a channel that is never read."""
    process.listen("word")
    await process.sleep("23h")


async def watching(process: Process) -> None:
    """Be told of one end after the other, and never look."""
    while True:
        await process.spawn_monitored("app:gone", HOST)
        await process.sleep(1)


async def gone(process: Process) -> str:
    return "x" * 100


def reached(world: World) -> BoundReached:
    with pytest.raises(BoundReached) as caught:
        world.run()
    return caught.value


def deaf_world(make: Make, talker: Any, number: int = 1, seed: int = 0, **options: Any) -> World:
    strategy = Uniform() if seed else None
    world = make(seed=seed, strategy=strategy, options=Options(**options), deaf=deaf, talker=talker)
    to = [world.spawn("app:deaf", HOST) for _ in range(number)]
    world.spawn("app:talker", HOST, *to)
    return world


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("talker", [talking, talking_slowly])
def test_who_sends_to_somebody_deaf_ends_at_the_bound_of_messages(make: Make, talker: Any, seed: int) -> None:
    world = deaf_world(make, talker, seed=seed, mailbox_messages_max=50)
    pid = next(iter(world.runtime.routes))

    problem = reached(world)

    assert (problem.option, problem.bound) == ("mailbox_messages_max", 50)
    assert str(problem) == (
        "the bound mailbox_messages_max=50 was reached: all mailboxes together hold 51 messages, "
        f"51 of them are for {pid} (app:deaf); raise it in the options of the world"
    )


def test_what_many_deaf_ones_hold_counts_together_and_the_first_that_holds_most_is_named(make: Make) -> None:
    world = deaf_world(make, talking, number=10, mailbox_messages_max=45)
    first = next(iter(world.runtime.routes))

    problem = reached(world)

    assert f"hold 46 messages, 5 of them are for {first} (app:deaf)" in problem.found


def test_large_messages_end_at_the_bound_of_bytes(make: Make) -> None:
    problem = reached(deaf_world(make, shouting, mailbox_bytes_max=10_000_000))

    assert problem.option == "mailbox_bytes_max"
    assert "all mailboxes together hold 10,000,090 bytes, 10,000,090 of them are for" in problem.found


def test_what_is_sent_from_outside_counts(make: Make) -> None:
    world = make(deaf=deaf, options=Options(mailbox_messages_max=50))
    pid = world.spawn("app:deaf", HOST)

    for _ in range(50):
        world.send(pid, "word")

    with pytest.raises(BoundReached, match="mailbox_messages_max=50 was reached"):
        world.send(pid, "word")
    with pytest.raises(BoundReached, match="mailbox_messages_max=50 was reached"):
        world.send(pid, "word")


def test_what_lies_in_the_buffer_of_a_channel_counts(make: Make) -> None:
    world = make(buffering=buffering, options=Options(mailbox_messages_max=500))
    pid = world.spawn("app:buffering", HOST)
    for number in range(500):
        world.send(pid, "word", number)
        world.run(until=world.now_ns + 1)

    with pytest.raises(BoundReached, match="hold 501 messages, 501 of them"):
        world.send(pid, "word")


def test_events_count_as_messages_do(make: Make) -> None:
    world = make(watching=watching, gone=gone, options=Options(mailbox_messages_max=50))
    world.spawn("app:watching", HOST)

    assert "hold 51 messages" in reached(world).found


def test_the_messages_of_a_builder_count(make: Make) -> None:
    async def building(process: Process) -> None:
        while True:
            builder = process.with_context({})
            for number in range(30):
                builder = builder.with_message("word", number)
            await builder.spawn("app:deaf", HOST)

    world = make(building=building, deaf=deaf, options=Options(mailbox_messages_max=50))
    world.spawn("app:building", HOST)

    assert "hold 51 messages, 30 of them" in reached(world).found


@pytest.mark.parametrize("bound", [1, 2, 50, 1_000])
def test_what_is_read_does_not_count(make: Make, bound: int) -> None:
    async def asking(process: Process, to: str) -> int:
        answers = 0
        for _ in range(3_000):
            await process.send(to, "question", process.pid)
            await process.inbox.receive()
            answers += 1
        return answers

    async def answering(process: Process) -> None:
        while True:
            message = await process.inbox.receive()
            await process.send(message.payload, "answer")

    world = make(asking=asking, answering=answering, options=Options(mailbox_messages_max=bound))
    pid = world.spawn("app:asking", HOST, world.spawn("app:answering", HOST))
    world.run()

    assert world.result(pid) == 3_000


def test_what_a_process_leaves_unread_when_it_ends_does_not_count(make: Make) -> None:
    async def hasty(process: Process) -> None:
        await process.sleep(10)

    async def telling(process: Process) -> str:
        for _ in range(20):
            pid = await process.spawn("app:hasty", HOST)
            for _ in range(40):
                await process.send(pid, "word")
            await process.sleep(20)
        return "told"

    world = make(hasty=hasty, telling=telling, options=Options(mailbox_messages_max=50))
    pid = world.spawn("app:telling", HOST)
    world.run()

    assert world.result(pid) == "told"


def test_what_a_bound_ends_it_ends_at_the_same_place_each_time(make: Make) -> None:
    def end() -> tuple[str, int, str]:
        world = deaf_world(make, talking_slowly, number=3, seed=7, mailbox_messages_max=500)
        said = str(reached(world))
        return said, world.kernel.actions, world.digest

    assert end() == end()


def test_beside_many_that_nobody_reads_it_is_seldom_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message costs the same however many are held, also where a bound is near."""
    world = make(deaf=deaf, reading=reading, options=Options(mailbox_messages_max=1_600))
    full, reader = world.spawn("app:deaf", HOST), world.spawn("app:reading", HOST)
    for _ in range(1_590):
        world.send(full, "word")
    counts = 0
    count = Held.count

    def counted(held: Held) -> None:
        nonlocal counts
        counts += 1
        count(held)

    monkeypatch.setattr(Held, "count", counted)

    for _ in range(1_000):
        world.send(reader, "word")
        world.run(until=world.now_ns + 1)

    assert counts <= 1_000 // (1_590 // OVERSHOOT) + 2


async def reading(process: Process) -> None:
    while True:
        await process.inbox.receive()


def test_by_default_a_run_ends_there_before_it_ends_at_its_actions() -> None:
    assert DEFAULTS.mailbox_messages_max * 4 < DEFAULTS.actions_max
