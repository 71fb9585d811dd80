"""Who waits in vain when nothing can happen any more, and who is idle and healthy (process 15.1.3, O34)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import simpy

from simcore import Deadlock, Message, Options, Process, World, run
from tests.behaviours import sleeper
from tests.worlds import HOST

Main = Callable[..., Any]
SEEDS = range(25)


def body(main: Main, **behaviours: Main) -> Callable[[World], None]:
    """Return a scenario that starts *main* and lets the world run."""

    def scenario(world: World) -> None:
        for name, behaviour in {"main": main, "sleeper": sleeper, **behaviours}.items():
            world.define(f"app:{name}", behaviour)
        world.spawn("app:main", HOST)
        world.run()

    return scenario


def stuck(scenario: Callable[[World], Any], seed: int = 0) -> str:
    """Return what is said of the deadlock of *scenario*, or nothing."""
    try:
        # A process that fails by mistake of the test waits for nothing any more.
        run(scenario, seed=seed, options=Options(unobserved="fail"))
    except Deadlock as deadlock:
        return deadlock.message
    return ""


# -- who is in a deadlock


async def calls(process: Process) -> None:
    await process.call("app:sleeper", HOST)


async def executes(process: Process) -> None:
    await process.exec("app:sleeper", HOST)


async def calls_and_reads_its_inbox(process: Process) -> None:
    process.go(calls)
    await process.inbox.receive()


async def waits_at_its_own_channel(process: Process) -> None:
    await process.channel().receive()


async def offers_what_nobody_takes(process: Process) -> None:
    await process.channel().send(1)


async def fills_a_buffer(process: Process) -> None:
    channel = process.channel(2)
    for number in range(3):
        await channel.send(number)


async def selects_among_its_own_channels(process: Process) -> None:
    await process.select(one=process.channel(), other=process.channel())


async def sends_into_its_inbox(process: Process) -> None:
    """Messages come out of an inbox; what its owner puts in is taken by nobody else."""
    await process.inbox.send(Message("own", process.pid))


async def two_who_wait_for_each_other(process: Process) -> None:
    async def other(process: Process, first: Any, second: Any) -> None:
        await first.receive()
        await second.send(1)

    first, second = process.channel(), process.channel()
    process.go(other, first, second)
    await second.receive()


async def the_late_timer_has_fired(process: Process) -> None:
    """A timer that is over reaches nobody any more."""
    await process.after("1s").receive()
    await process.channel().receive()


async def stopped_listening(process: Process) -> None:
    process.unlisten(process.listen("orders"))
    await process.channel().receive()


STUCK = [
    calls,
    executes,
    calls_and_reads_its_inbox,
    waits_at_its_own_channel,
    offers_what_nobody_takes,
    fills_a_buffer,
    selects_among_its_own_channels,
    sends_into_its_inbox,
    two_who_wait_for_each_other,
    the_late_timer_has_fired,
    stopped_listening,
]


@pytest.mark.parametrize("main", STUCK)
def test_who_can_never_go_on_is_in_a_deadlock(main: Main) -> None:
    assert "world/app:main.0 waits for" in stuck(body(main))


# -- who idles


async def server(process: Process) -> None:
    while True:
        await process.inbox.receive()


async def supervisor(process: Process) -> None:
    for _ in range(3):
        await process.spawn_monitored("app:sleeper", HOST)
    while True:
        await process.events.receive()


async def linked_supervisor(process: Process) -> None:
    await process.set_options(trap_links=True)
    await process.spawn_linked("app:sleeper", HOST)
    await process.events.receive()


async def listener(process: Process) -> None:
    await process.listen("orders").receive()


async def listener_of_several(process: Process) -> None:
    await process.select(one=process.listen("one"), other=process.listen("other"))


async def pool(process: Process) -> None:
    """Serves requests and what its own coroutines hand back."""
    await process.select(results=process.channel(), requests=process.inbox)


async def events_or_results(process: Process) -> None:
    await process.select(results=process.channel(4), events=process.events)


async def fed_from_the_inbox(process: Process) -> None:
    async def feed(process: Process, channel: Any) -> None:
        while True:
            await channel.send(await process.inbox.receive())

    channel = process.channel()
    process.go(feed, channel)
    await channel.receive()


async def fed_through_a_pipeline(process: Process) -> None:
    async def pump(process: Process, source: Any, sink: Any) -> None:
        while True:
            await sink.send(await source.receive())

    first, second, third = process.channel(), process.channel(), process.channel()
    process.go(pump, first, second)
    process.go(pump, second, third)
    process.go(pump, process.inbox, first)
    await third.receive()


async def workers_behind_one_reader(process: Process) -> None:
    async def work(process: Process, jobs: Any) -> None:
        while True:
            await jobs.receive()

    jobs = process.channel()
    for _ in range(4):
        process.go(work, jobs)
    while True:
        await jobs.send(await process.inbox.receive())


async def held_back_by_a_full_queue(process: Process) -> None:
    """One coroutine waits for room that another makes when its message comes."""

    async def take(process: Process, queue: Any) -> None:
        await process.inbox.receive()
        await queue.receive()

    queue = process.channel(1)
    process.go(take, queue)
    await queue.send(1)
    await queue.send(2)


async def waits_for_ever_beside_a_server(process: Process) -> None:
    """Main only keeps the process alive."""
    process.go(server)
    await process.channel().receive()


async def called_somebody_who_answered(process: Process) -> None:
    await process.call("app:done", HOST)
    await process.inbox.receive()


async def upgraded(process: Process) -> None:
    await process.upgrade("app:sleeper")  # pyright: ignore[reportGeneralTypeIssues]


async def sends_to_the_deaf(process: Process) -> None:
    pid = await process.spawn("app:supervisor", HOST)
    await process.send(pid, "unread")
    await process.events.receive()


async def clock(process: Process) -> None:
    await process.select(tick=process.after("1h"), inbox=process.inbox)
    await process.inbox.receive()


async def holds_back_until_told(process: Process) -> None:
    """A gate of its own that its event loop opens."""

    async def loop(process: Process, gate: Any) -> None:
        await process.events.receive()
        await gate.close()

    gate = process.channel()
    process.go(loop, gate)
    await gate.receive()


IDLE = [
    server,
    supervisor,
    linked_supervisor,
    listener,
    listener_of_several,
    pool,
    events_or_results,
    fed_from_the_inbox,
    fed_through_a_pipeline,
    workers_behind_one_reader,
    held_back_by_a_full_queue,
    waits_for_ever_beside_a_server,
    called_somebody_who_answered,
    upgraded,
    sends_to_the_deaf,
    clock,
    holds_back_until_told,
]


async def done(process: Process) -> None:
    """End at once."""


@pytest.mark.parametrize("main", IDLE)
def test_who_idles_is_in_none_under_any_schedule(main: Main) -> None:
    scenario = body(main, done=done, supervisor=supervisor)

    assert [stuck(scenario, seed) for seed in SEEDS] == [""] * len(SEEDS)


# -- SimPy's events


def with_event(make: Callable[[World], Any], main: Main | None = None) -> Callable[[World], None]:
    """Return a scenario whose process waits for the event that *make* returns."""

    def scenario(world: World) -> None:
        event = make(world)

        async def waits(process: Process) -> None:
            await process.wait(event)

        world.define("app:main", main or waits)
        world.spawn("app:main", HOST)
        world.run()

    return scenario


def taken_resource(world: World) -> Any:
    resource = simpy.Resource(world.environment)
    resource.request()
    return resource.request()


def full_store(world: World) -> Any:
    store = simpy.Store(world.environment, capacity=1)
    store.put(1)
    return store.put(2)


def all_of_two_that_cannot_come(world: World) -> Any:
    return world.environment.event() & taken_resource(world)


def work_and_what_cannot_come(world: World) -> Any:
    return simpy.Store(world.environment).get() & world.environment.event()


@pytest.mark.parametrize(
    "event",
    [
        lambda world: world.environment.event(),
        taken_resource,
        full_store,
        all_of_two_that_cannot_come,
        work_and_what_cannot_come,
    ],
    ids=["event", "resource", "store", "condition", "both"],
)
def test_who_waits_for_a_simpy_event_that_nobody_is_left_to_trigger_is_in_a_deadlock(
    event: Callable[[World], Any],
) -> None:
    told = stuck(with_event(event))

    assert told.startswith("world/app:main.0 waits for a SimPy ")
    assert told.endswith(", which can come no more; nothing can happen any more")


def serving(world: World) -> Any:
    """Return a SimPy process that takes what is put into its store."""
    store = simpy.Store(world.environment)

    def serve() -> Any:
        while True:
            yield store.get()

    return world.environment.process(serve())


@pytest.mark.parametrize(
    "event",
    [
        lambda world: simpy.Store(world.environment).get(),
        lambda world: simpy.FilterStore(world.environment).get(lambda each: each == 1),
        lambda world: simpy.PriorityStore(world.environment).get(),
        lambda world: simpy.Container(world.environment).get(1),
        lambda world: simpy.Store(world.environment).get() | world.environment.event(),
        serving,
    ],
    ids=["store", "filter", "priority", "container", "either", "process"],
)
def test_who_waits_for_work_from_simpy_idles(event: Callable[[World], Any]) -> None:
    assert [stuck(with_event(event), seed) for seed in SEEDS] == [""] * len(SEEDS)


def test_who_waits_for_simpy_in_one_coroutine_and_at_its_inbox_in_another_idles() -> None:
    async def main(process: Process) -> None:
        process.go(server)
        await process.wait(environments[-1].event())

    environments: list[Any] = []

    def remembered(world: World) -> None:
        environments.append(world.environment)

    assert stuck(with_event(remembered, main)) == ""


# -- what the outside does


def stage(world: World) -> str:
    """Run a process that calls a sleeper to quiescence; return the sleeper's pid."""
    body(calls)(world)
    return str(next(pid for pid, record in world.runtime.records.items() if record.id == "app:sleeper"))


def test_what_the_outside_sends_later_may_help_out() -> None:
    def scenario(world: World) -> None:
        world.send(stage(world), "wake")
        world.run()

    assert stuck(scenario) == ""


def test_a_simpy_event_that_the_scenario_triggers_later_has_come() -> None:
    def scenario(world: World) -> None:
        event = world.environment.event()
        with_event(lambda _: event)(world)
        event.succeed()
        world.run()

    assert stuck(scenario) == ""


@pytest.mark.parametrize("stop", [World.shut_down, lambda world: world.stop_host(HOST)], ids=["world", "host"])
def test_a_stop_hides_no_deadlock(stop: Callable[[World], None]) -> None:
    def scenario(world: World) -> None:
        stage(world)
        stop(world)
        world.run()

    told = stuck(scenario)
    assert "world/app:main.0 waits for the result of" in told
    assert "when it was about to be stopped from outside, which helps nobody out" in told


def test_a_stop_of_who_idles_is_none() -> None:
    def scenario(world: World) -> None:
        body(server)(world)
        world.shut_down()
        world.run()

    assert stuck(scenario) == ""


def test_a_deadlock_that_the_scenario_has_heard_of_is_its_own() -> None:
    def scenario(world: World) -> None:
        stage(world)
        with pytest.raises(Deadlock):
            world.result(next(iter(world.runtime.records)))

    assert stuck(scenario) == ""


async def calls_a_caller(process: Process) -> None:
    await process.call("app:calls", HOST)


async def waits_for_an_alarm(process: Process) -> None:
    await process.wait(ALARMS[-1])


ALARMS: list[Any] = []


def hears_of(asked: str, *started: str) -> Callable[[World], None]:
    """Return a scenario that starts processes, lets the world run and is told that *asked* has no result."""

    def scenario(world: World) -> None:
        ALARMS.append(world.environment.event())
        for behaviour in (calls, calls_a_caller, waits_at_its_own_channel, waits_for_an_alarm, sleeper):
            world.define(f"app:{behaviour.__name__}", behaviour)
        for name in started:
            world.spawn(f"app:{name}", HOST)
        world.run()
        pid = next(pid for pid, record in world.runtime.records.items() if record.id == f"app:{asked}")
        with pytest.raises(Deadlock):
            world.result(pid)

    return scenario


@pytest.mark.parametrize("asked", ["calls_a_caller", "calls", "sleeper"])
def test_who_has_heard_of_one_in_a_chain_of_calls_has_heard_of_the_chain(asked: str) -> None:
    assert stuck(hears_of(asked, "calls_a_caller")) == ""


def test_who_has_heard_of_one_that_waits_for_simpy_has_heard_of_all_who_do() -> None:
    assert stuck(hears_of("waits_for_an_alarm", "waits_for_an_alarm", "waits_for_an_alarm")) == ""


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ("calls", ["waits_at_its_own_channel"]),
        ("sleeper", ["waits_at_its_own_channel"]),
        ("waits_at_its_own_channel", ["calls"]),
        ("waits_for_an_alarm", ["calls", "waits_at_its_own_channel"]),
        ("waits_at_its_own_channel", ["waits_for_an_alarm"]),
        ("calls", ["calls"]),
    ],
)
def test_who_has_heard_of_one_deadlock_is_told_of_another(asked: str, others: list[str]) -> None:
    """The first of those who were started is asked; an idle one that is asked has nothing to do with it either."""
    told = stuck(hears_of(asked, asked, *others))

    assert [f"world/app:{other}.{int(other == asked)} waits for" in told for other in others] == [True] * len(others)
    assert f"world/app:{asked}.0 waits for" not in told


def test_a_deadlock_that_came_after_the_one_that_was_heard_of_is_told() -> None:
    def scenario(world: World) -> None:
        stage(world)
        with pytest.raises(Deadlock):
            world.result(next(iter(world.runtime.records)))
        world.spawn("app:main", HOST)
        world.run()

    told = stuck(scenario)

    assert "world/app:main.1 waits for" in told
    assert "world/app:main.0 waits for" not in told


def until_a_second(world: World) -> None:
    world.define("app:main", calls)
    world.define("app:sleeper", sleeper)
    world.spawn("app:main", HOST)
    world.run(until="1s")


def test_where_something_can_still_happen_nobody_is_in_a_deadlock_yet() -> None:
    async def late(process: Process) -> None:
        await process.sleep("1h")

    def scenario(world: World) -> None:
        world.define("app:late", late)
        world.spawn("app:late", HOST)
        until_a_second(world)

    assert stuck(scenario) == ""


def test_a_run_to_an_instant_may_be_quiescent_too() -> None:
    assert "world/app:main.0 waits for the result of" in stuck(until_a_second)


def test_nobody_waits_for_the_call_of_a_caller_that_was_ended() -> None:
    """The callee idles on, and the call was nobody's any more (process 8.6)."""

    async def killer(process: Process) -> None:
        pid = await process.spawn("app:caller", HOST)
        await process.sleep("1s")
        await process.terminate(pid)
        await process.inbox.receive()

    assert [stuck(body(killer, caller=calls), seed) for seed in SEEDS] == [""] * len(SEEDS)


def test_the_quirks_of_the_runtime_change_nothing_of_it() -> None:
    with pytest.raises(Deadlock):
        run(body(calls), options=Options(cancel_call_child_on_caller_exit=True))
