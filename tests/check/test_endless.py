"""Saying who keeps a world alive: each process with its own cycle, however they are mixed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from simcore import Behaviour, BoundReached, Failure, Options, Process, Uniform
from tests.conftest import Make
from tests.worlds import HOST, SECOND

MINUTE = 60 * SECOND
BRIEF: dict[str, Any] = {"virtual_time_max_ns": 10 * MINUTE}


def notes_of(
    make: Make, *roots: tuple[Any, ...], seed: int = 0, bound: Any = None, **behaviours: Behaviour
) -> list[str]:
    """Let processes go on until a bound, and return what the error says of it.

    The first root is spawned first, and every later one is given its pid before its own arguments.
    """
    strategy = Uniform() if seed else None
    world = make(seed=seed, strategy=strategy, options=Options(**(bound or BRIEF)), **behaviours)
    pids: list[str] = []
    for name, *arguments in roots:
        pids.append(world.spawn(f"app:{name}", HOST, *pids[:1], *arguments))
    with pytest.raises((BoundReached, Failure)) as caught:
        world.run()
    return list(getattr(caught.value, "__notes__", []))


async def server(process: Process) -> None:
    while True:
        await process.inbox.receive()


async def ticker(process: Process, to: str, every: str, topic: str) -> None:
    number = 0
    while True:
        await process.sleep(every)
        number += 1
        await process.send(to, topic, number)


CURE = 'if that is meant to go on for ever, say when the run ends: world.run(until="10s")'


def test_a_ticker_and_who_listens_to_it(make: Make) -> None:
    assert notes_of(make, ("server",), ("ticker", "1s", "tick"), server=server, ticker=ticker) == [
        "process ticker#2 repeats: sleep 1s, send `tick` to server#1 (the last 525 times, every 1s)",
        "process server#1 repeats: receive `tick` from ticker#2 (the last 526 times, every 1s)",
        CURE,
    ]


@pytest.mark.parametrize("seed", range(4))
def test_two_cycles_that_have_nothing_to_do_with_each_other_are_told_apart(make: Make, seed: int) -> None:
    roots = (("server",), ("ticker", "2s", "a"), ("ticker", "3s", "b"))

    first, second, third, _ = notes_of(make, *roots, seed=seed, server=server, ticker=ticker)

    assert first.startswith("process ticker#2 repeats: sleep 2s, send `a` to server#1 (the last 26")
    assert second.startswith("process ticker#3 repeats: sleep 3s, send `b` to server#1 (the last 17")
    assert third.startswith(
        (
            "process server#1 repeats: receive `",
            "process server#1 goes on without an exact cycle; most often: receive `a`",
        )
    )


def test_what_grows_or_counts_in_a_cycle_is_told_by_its_first_and_last(make: Make) -> None:
    async def growing(process: Process, to: str) -> None:
        number = 0
        while True:
            number += 1
            await process.sleep(number * SECOND)
            await process.send(to, f"try {number}")

    first, *_ = notes_of(make, ("server",), ("growing",), server=server, growing=growing)

    assert first == (
        "process growing#2 repeats: sleep 13s ... sleep 35s, send `try 13` to server#1 ... send `try 34` to server#1 "
        "(the last 22 times)"
    )


def test_a_spawning_loop_and_those_that_it_starts(make: Make) -> None:
    async def gone(process: Process) -> None: ...

    async def spawner(process: Process) -> None:
        while True:
            await process.sleep("1s")
            await process.spawn("app:gone", HOST)

    first, second, _ = notes_of(make, ("spawner",), gone=gone, spawner=spawner)

    assert first == "process spawner#1 repeats: sleep 1s, spawn app:gone (the last 525 times, every 1s)"
    assert second == "526 processes of app:gone, one after another, do: end"


def test_a_chain_in_which_each_starts_the_next(make: Make) -> None:
    async def link(process: Process) -> None:
        await process.sleep("5s")
        await process.spawn("app:link", HOST)

    first, _ = notes_of(make, ("link",), link=link)

    assert first == "107 processes of app:link, one after another, do: sleep 5s, spawn app:link, end"


def test_where_there_is_no_exact_cycle_what_came_most_is_told(make: Make) -> None:
    async def choosing(process: Process, to: str) -> None:
        chance = random.Random(7)
        while True:
            await process.sleep("1s")
            for _ in range(chance.randint(0, 3)):
                await process.send(to, chance.choice("ab"))

    first, *_ = notes_of(make, ("server",), ("choosing",), server=server, choosing=choosing)

    assert first.startswith(
        "process choosing#2 goes on without an exact cycle; most often: sleep 1s (526 times), send `"
    )


def test_at_one_instant_no_later_end_is_offered(make: Make) -> None:
    async def pinging(process: Process, other: str | None = None) -> None:
        if other:
            await process.send(other, "ball", 0)
        while True:
            message = await process.inbox.receive()
            await process.send(str(message.sender), "ball", 0)

    notes = notes_of(make, ("pinging",), ("pinging",), bound={"instant_actions_max": 1_000}, pinging=pinging)

    assert sorted(each.partition(" (")[0] for each in notes) == [
        "process pinging#1 repeats: receive `ball` from pinging#2, send `ball` to pinging#2",
        "process pinging#2 repeats: receive `ball` from pinging#1, send `ball` to pinging#1",
    ]


def test_operations_in_one_step_are_told_with_what_repeats(make: Make) -> None:
    async def spinning(process: Process) -> None:
        channel = process.channel(3)
        while True:
            await channel.send(1)
            await channel.receive()

    assert notes_of(make, ("spinning",), bound={"instant_actions_max": 500}, spinning=spinning) == [
        "in the step it repeats: ChannelSend, ChannelReceive"
    ]


def test_a_simpy_process_is_named(make: Make) -> None:
    world = make(options=Options(**BRIEF))

    def clock() -> Any:
        while True:
            yield world.environment.timeout(SECOND)

    world.environment.process(clock())
    with pytest.raises(BoundReached) as caught:
        world.run()

    first, second, _ = caught.value.__notes__
    assert (first, second) == (
        "SimPy repeats: an event (the last 526 times, every 1s)",
        "SimPy processes that go on: clock",
    )


def test_a_body_that_only_lets_time_pass_is_told_so(make: Make) -> None:
    world = make(options=Options(**BRIEF))

    for _ in range(10):
        world.run(until=world.now_ns + MINUTE)
    with pytest.raises(BoundReached) as caught:
        world.run(until=world.now_ns + MINUTE)

    assert caught.value.__notes__ == [
        "nothing in the world goes on: time passes because the body runs it further and further"
    ]
    assert world.now_ns == 10 * MINUTE


def test_a_service_that_fails_again_and_again_is_told(make: Make) -> None:
    async def broken(process: Process) -> None:
        raise ValueError("no")

    world = make(broken=broken, options=Options(virtual_time_max_ns=3_600 * SECOND))
    world.service("app:svc", process="app:broken", host=HOST, auto_start=True, restart={"max_delay": "10s"})
    with pytest.raises(BoundReached) as caught:
        world.run()

    assert caught.value.__notes__[0].startswith("app:svc repeats: service retry, service exit (the last 3")


def test_a_long_cycle_is_cut_and_what_repeats_inside_it_is_told_once() -> None:
    from simcore.check.endless import _listed

    assert _listed(["a", *["b"] * 5, "c"]) == "a, 5 times b, c"
    assert _listed([*"abab", *"abcd"]) == "3 times (a, b), c, d"
    assert _listed([str(number) for number in range(20)]).endswith("10, 11, and 8 more")
    assert _listed(["a"] * 9 + ["b"] * 9 + ["a"] * 2) == "11 times a, 9 times b"


@pytest.mark.parametrize("pause", [(), ("1s",)])
def test_a_process_that_upgrades_itself_again_and_again_is_told(make: Make, pause: tuple[str, ...]) -> None:
    async def renewed(process: Process) -> None:
        for each in pause:
            await process.sleep(each)
        process.upgrade("app:renewed")

    first, *_ = notes_of(make, ("renewed",), bound=BRIEF | {"instant_actions_max": 1_000}, renewed=renewed)

    cycle = "sleep 1s, upgrade to app:renewed" if pause else "upgrade to app:renewed"
    assert first.startswith(f"process renewed#1 repeats: {cycle} (the last ")


def test_coroutines_that_start_one_another_are_told(make: Make) -> None:
    async def next_one(process: Process) -> None:
        process.go(next_one)

    async def going(process: Process) -> None:
        process.go(next_one)
        await process.inbox.receive()

    assert notes_of(make, ("going",), bound={"instant_actions_max": 200}, going=going) == [
        "in the step its coroutines start one another"
    ]
