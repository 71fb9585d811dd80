"""A run goes to its end or its bound, and can be cut anywhere without changing what happens."""

from __future__ import annotations

import pytest

from simcore import BoundReached, Deadlock, Failure, InvalidArgument, Options, Process, World


async def ticker(process: Process, times: int) -> int:
    for _ in range(times):
        await process.sleep("1s")
    return process.now_ns


async def endless(process: Process) -> None:
    while True:
        await process.send(process.pid, "again")


def made(*, options: Options | None = None) -> World:
    world = World(options=options)
    world.define("app:ticker", ticker)
    world.define("app:endless", endless)
    return world


def test_a_run_until_a_time_does_everything_before_it_and_nothing_at_it() -> None:
    world = made()
    pid = world.spawn("app:ticker", "app:processes", 3)
    seen = []
    for until in ("1s", "1s", 2_000_000_001, "3s", 3_000_000_001):
        world.run(until=until)
        seen.append((world.now_ns, world.kernel.actions, world.alive(pid)))

    # The first is step, do:sleep; each further second adds fire, step, do:sleep, and the last ends and leaves instead.
    assert seen == [
        (1_000_000_000, 2, True),
        (1_000_000_000, 2, True),
        (2_000_000_001, 8, True),
        (3_000_000_000, 8, True),
        (3_000_000_001, 12, False),
    ]


def test_a_run_until_now_does_nothing_at_all() -> None:
    world = made()
    world.spawn("app:ticker", "app:processes", 1)
    world.run(until=0)

    assert world.kernel.actions == 0


def test_time_goes_on_to_the_end_of_the_run_where_nothing_happens() -> None:
    world = made()
    world.run(until="5s")

    assert (world.now_ns, world.environment.now) == (5_000_000_000, 5_000_000_000)


@pytest.mark.parametrize("until", [-1, "1ns", "-1s"])
def test_a_run_into_the_past_is_refused(until: str | int) -> None:
    world = made()
    world.run(until=5)

    with pytest.raises(InvalidArgument, match="past"):
        world.run(until=until)
    assert world.now_ns == 5


@pytest.mark.parametrize("until", [True, 1.5, object()])
def test_a_run_takes_a_time_or_an_event(until: object) -> None:
    with pytest.raises(InvalidArgument, match="a time or a SimPy event"):
        made().run(until=until)


def test_an_event_of_another_world_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="of this world"):
        made().run(until=made().environment.timeout(1))


def test_a_run_until_an_event_stops_when_it_was_processed() -> None:
    world = made()
    pid = world.spawn("app:ticker", "app:processes", 9)
    event = world.environment.timeout(2_500_000_000)
    world.run(until=event)
    first = world.now_ns
    world.run(until=event)

    assert (first, world.now_ns, event.processed, world.alive(pid)) == (2_500_000_000, 2_500_000_000, True, True)


def test_a_run_until_an_event_that_cannot_come_is_a_deadlock_at_quiescence() -> None:
    world = made()
    pid = world.spawn("app:ticker", "app:processes", 2)
    with pytest.raises(Deadlock, match="cannot come"):
        world.run(until=world.environment.event())

    assert (world.result(pid), world.now_ns) == (2_000_000_000, 2_000_000_000)


def test_a_failed_event_of_simpy_that_nobody_caught_comes_out_of_the_run() -> None:
    world = made()
    world.environment.event().fail(RuntimeError("the pump broke"))

    with pytest.raises(RuntimeError, match="the pump broke"):
        world.run()


def test_more_actions_than_allowed_are_no_verdict() -> None:
    world = made(options=Options(actions_max=100))
    world.spawn("app:ticker", "app:processes", 1_000)

    with pytest.raises(BoundReached, match="actions_max=100"):
        world.run()
    assert world.kernel.actions == 100


def test_a_run_of_just_as_many_actions_as_allowed_is_within_its_bound() -> None:
    """More than the bound is inconclusive, the bound itself is not."""
    world = made()
    world.spawn("app:ticker", "app:processes", 5)
    world.run()
    other = made(options=Options(actions_max=world.kernel.actions))
    pid = other.spawn("app:ticker", "app:processes", 5)
    other.run()

    assert other.result(pid) == 5_000_000_000


def test_more_virtual_time_than_allowed_is_no_verdict() -> None:
    world = made(options=Options(virtual_time_max_ns=2_000_000_000))
    world.spawn("app:ticker", "app:processes", 3)

    with pytest.raises(BoundReached, match="virtual_time_max_ns=2000000000"):
        world.run()
    assert world.now_ns == 2_000_000_000


def test_more_processes_than_allowed_are_no_verdict() -> None:
    world = made(options=Options(processes_max=2))
    world.spawn("app:ticker", "app:processes", 1)
    world.spawn("app:ticker", "app:processes", 1)

    with pytest.raises(BoundReached, match="processes_max=2"):
        world.spawn("app:ticker", "app:processes", 1)
    world.run()
    world.spawn("app:ticker", "app:processes", 1)


def test_no_end_at_one_instant_is_a_livelock() -> None:
    world = made(options=Options(instant_actions_max=500))
    world.run(until="1s")
    world.spawn("app:endless", "app:processes")

    with pytest.raises(Failure, match="instant_actions_max") as caught:
        world.run()
    assert (caught.value.property_name, world.kernel.actions) == ("livelock", 500)


def test_many_actions_over_several_instants_are_no_livelock() -> None:
    world = made(options=Options(instant_actions_max=10))
    pid = world.spawn("app:ticker", "app:processes", 100)
    world.run()

    assert world.result(pid) == 100_000_000_000


def test_a_world_goes_on_after_what_came_out_of_a_run() -> None:
    world = made(options=Options(virtual_time_max_ns=2_000_000_000))
    pid = world.spawn("app:ticker", "app:processes", 2)
    world.spawn("app:ticker", "app:processes", 3)
    with pytest.raises(BoundReached):
        world.run()

    assert world.result(pid) == 2_000_000_000


def next_due(world: World) -> tuple[str, str] | None:
    label = world.kernel.next_due()
    return None if label is None else (label.verb, label.path)


def test_what_is_due_first_is_said_by_its_label() -> None:
    world = made()
    world.spawn("app:ticker", "app:processes", 2)
    world.run(until="500ms")

    assert next_due(world) == ("fire:sleep", "world/app:ticker.0")
    world.environment.timeout(1)
    assert next_due(world) == ("simpy", "world")
    world.run()
    assert next_due(world) is None


def test_what_was_taken_back_is_not_due() -> None:
    """Both are due at one instant, so that the first has left a gap there and nothing else."""
    world = made()
    pid = world.spawn("app:ticker", "app:processes", 1)
    world.spawn("app:ticker", "app:processes", 1)

    async def killer(process: Process) -> None:
        await process.terminate(pid)

    world.define("app:killer", killer)
    world.run(until="100ms")
    world.spawn("app:killer", "app:processes")
    world.run(until="200ms")

    assert next_due(world) == ("fire:sleep", "world/app:ticker.1")
