"""Ways to idle, as Python processes have them: each is a scenario. The table of all is in test_deadlocks_idle.py."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Final, TypeAlias

import simpy

from simcore import Behaviour, Channel, NotFound, Pid, Process, World

HOST: Final = "idle:host"
Scenario: TypeAlias = Callable[[World], None]
PATTERNS: Final[dict[str, Scenario]] = {}


def pattern(name: str) -> Callable[[Scenario], Scenario]:
    """Let a scenario be the pattern *name*."""

    def decorate(scenario: Scenario) -> Scenario:
        PATTERNS[name] = scenario
        return scenario

    return decorate


def start(world: World, behaviour: Behaviour, *args: Any) -> Pid:
    """Start *behaviour*; it can start all others."""
    for each in (*SPAWNED, behaviour):
        world.define(f"idle:{each.__name__}", each)
    return world.spawn(f"idle:{behaviour.__name__}", HOST, *args)


def starts(name: str, behaviour: Behaviour) -> None:
    """Let the pattern *name* be that *behaviour* runs as far as it can."""

    @pattern(name)
    def scenario(world: World) -> None:
        start(world, behaviour)
        world.run()


async def receive_for_ever(source: Channel) -> None:
    while True:
        await source.receive()


# -- who serves


async def server(process: Process) -> None:
    while True:
        message = await process.inbox.receive()
        if message.sender:
            await process.send(message.sender, "answer", message.topic)


async def asks(process: Process, pid: str) -> None:
    answers = process.listen("answer")
    await process.send(pid, "question")
    await answers.receive()
    await receive_for_ever(process.inbox)


async def asks_the_deaf(process: Process, pid: str) -> None:
    answers = process.listen("answer")
    await process.send(pid, "question")
    await receive_for_ever(answers)


async def gives_up(process: Process, pid: str) -> None:
    answers = process.listen("answer")
    await process.send(pid, "question")
    await process.select(answer=answers, late=process.after("2s"))
    await receive_for_ever(process.inbox)


async def deaf(process: Process) -> None:
    await receive_for_ever(process.events)


async def polite(process: Process, other: str = "") -> None:
    if not other:
        await process.spawn("idle:polite", HOST, process.pid)
    message = await process.inbox.receive()
    await process.send(other or process.pid, "after", message.topic)


starts("server_at_its_inbox", server)
starts("two_who_let_each_other_go_first", polite)


@pattern("server_that_has_answered")
def server_that_has_answered(world: World) -> None:
    start(world, asks, start(world, server))
    world.run()


@pattern("client_whom_nobody_answers")
def client_whom_nobody_answers(world: World) -> None:
    start(world, asks_the_deaf, start(world, deaf))
    world.run()


@pattern("client_that_gave_up")
def client_that_gave_up(world: World) -> None:
    start(world, gives_up, start(world, deaf))
    world.run()


@pattern("deaf_with_a_full_mailbox")
def deaf_with_a_full_mailbox(world: World) -> None:
    pid = start(world, deaf)
    for number in range(20):
        world.send(pid, "unread", number)
    world.run()


# -- who listens


async def listener(process: Process) -> None:
    await receive_for_ever(process.listen("orders"))


async def listener_at_several(process: Process) -> None:
    one, other = process.listen("orders"), process.listen("returns")
    while True:
        await process.select(one=one, other=other)


starts("listener_at_a_topic", listener)
starts("listener_at_several_topics", listener_at_several)


# -- who watches


async def quick(process: Process) -> int:
    return 1


async def crashes(process: Process) -> None:
    raise RuntimeError("down")


async def supervisor(process: Process) -> None:
    for _ in range(3):
        await process.spawn_monitored("idle:server", HOST)
    await receive_for_ever(process.events)


async def linked_supervisor(process: Process) -> None:
    await process.set_options(trap_links=True)
    await process.spawn_linked("idle:server", HOST)
    await process.spawn_linked("idle:crashes", HOST)
    await receive_for_ever(process.events)


async def restarting_supervisor(process: Process) -> None:
    await process.spawn_monitored("idle:crashes", HOST)
    await process.events.receive()
    await process.spawn_monitored("idle:server", HOST)
    await receive_for_ever(process.events)


async def watcher_of_the_dead(process: Process) -> None:
    await process.spawn_monitored("idle:quick", HOST)
    await receive_for_ever(process.events)


async def canceller(process: Process) -> None:
    pid = await process.spawn("idle:deaf", HOST)
    await process.cancel(pid, "1s")
    await receive_for_ever(process.inbox)


starts("supervisor_of_idle_children", supervisor)
starts("supervisor_with_links", linked_supervisor)
starts("supervisor_that_restarted", restarting_supervisor)
starts("watcher_of_the_dead", watcher_of_the_dead)
starts("child_that_refuses_to_end", canceller)


# -- coroutines


async def worker(process: Process, jobs: Channel, results: Channel) -> None:
    while True:
        await results.send(await jobs.receive())


async def pool(process: Process) -> None:
    jobs, results = process.channel(), process.channel()
    for _ in range(3):
        process.go(worker, jobs, results)
    while True:
        chosen = await process.select(request=process.inbox, result=results)
        if chosen.name == "request":
            await jobs.send(chosen.value)


async def consume(process: Process, source: Channel) -> None:
    await receive_for_ever(source)


async def fan_out(process: Process) -> None:
    jobs = process.channel()
    for _ in range(4):
        process.go(consume, jobs)
    while True:
        await jobs.send(await process.inbox.receive())


async def pump(process: Process, source: Channel, sink: Channel) -> None:
    while True:
        await sink.send(await source.receive())


async def pipeline(process: Process) -> None:
    second, last = process.channel(), process.channel(2)
    process.go(pump, second, last)
    process.go(pump, process.inbox, second)
    await receive_for_ever(last)


async def take_when_asked(process: Process, queue: Channel) -> None:
    while True:
        await process.inbox.receive()
        await queue.receive()


async def back_pressure(process: Process) -> None:
    queue = process.channel(1)
    process.go(take_when_asked, queue)
    while True:
        await queue.send(1)


async def keeper(process: Process) -> None:
    process.go(server)
    await process.channel().receive()


async def open_later(process: Process, gate: Channel) -> None:
    await process.events.receive()
    await gate.close()


async def latch(process: Process) -> None:
    gate = process.channel()
    process.go(open_later, gate)
    for _ in range(3):
        process.go(consume, gate)
    await gate.receive()


starts("pool_that_waits_for_work", pool)
starts("workers_behind_one_reader", fan_out)
starts("pipeline_of_coroutines", pipeline)
starts("queue_that_is_full", back_pressure)
starts("main_that_only_keeps_alive", keeper)
starts("latch_that_an_event_opens", latch)


# -- who waits for others


async def holder(process: Process) -> None:
    waiting: list[Pid] = []
    is_held = False
    while True:
        message = await process.inbox.receive()
        if message.topic == "take" and message.sender:
            waiting.append(message.sender)
        if waiting and (message.topic == "release" or not is_held):
            is_held = True
            await process.send(waiting.pop(0), "granted")


async def takes_the_lock(process: Process, pid: str) -> None:
    granted = process.listen("granted")
    await process.send(pid, "take")
    await granted.receive()
    await receive_for_ever(process.inbox)


@pattern("lock_that_nobody_has_released_yet")
def lock_that_nobody_has_released_yet(world: World) -> None:
    pid = start(world, holder)
    for _ in range(3):
        start(world, takes_the_lock, pid)
    world.run()


@pattern("lock_that_the_outside_releases")
def lock_that_the_outside_releases(world: World) -> None:
    """The world has come to rest before, and its scenario goes on."""
    lock_that_nobody_has_released_yet(world)
    (pid,) = [pid for pid, record in world.runtime.records.items() if record.id == "idle:holder"]
    world.send(pid, "release")
    world.run()


async def barrier(process: Process) -> None:
    for _ in range(3):
        await process.inbox.receive()


async def arrives(process: Process, pid: str) -> None:
    opened = process.listen("open")
    await process.send(pid, "arrived")
    await opened.receive()


@pattern("barrier_that_one_is_missing_from")
def barrier_that_one_is_missing_from(world: World) -> None:
    pid = start(world, barrier)
    start(world, arrives, pid)
    start(world, arrives, pid)
    world.run()


async def called(process: Process) -> None:
    await process.call("idle:quick", HOST)
    await process.exec("idle:quick", HOST)
    await receive_for_ever(process.inbox)


async def caller(process: Process) -> None:
    await process.call("idle:server", HOST)


async def ends_a_caller(process: Process) -> None:
    pid = await process.spawn("idle:caller", HOST)
    await process.sleep("1s")
    await process.terminate(pid)
    await receive_for_ever(process.inbox)


async def goes_on(process: Process) -> None:
    process.upgrade("idle:server")


starts("client_that_was_answered", called)
starts("callee_of_a_caller_that_was_ended", ends_a_caller)
starts("program_that_was_upgraded", goes_on)


# -- time


async def timer_is_over(process: Process) -> None:
    await process.select(inbox=process.inbox, late=process.after("10s"))
    await receive_for_ever(process.inbox)


async def cron(process: Process) -> None:
    while True:
        await process.sleep("20s")
        await process.spawn("idle:quick", HOST)


async def watchdog(process: Process) -> None:
    while True:
        await process.select(inbox=process.inbox, late=process.after("10s"))


starts("timer_that_is_over", timer_is_over)


@pattern("cron_job")
def cron_job(world: World) -> None:
    start(world, cron)
    world.run(until="1m")


@pattern("watchdog")
def watchdog_beside_who_idles(world: World) -> None:
    start(world, server)
    start(world, watchdog)
    world.run(until="1m")


# -- SimPy


def consumer(name: str, make: Callable[[World], Any], take: Callable[[Any], simpy.Event]) -> None:
    """Let the pattern *name* be a process that waits for what it can *take* of what is made, again and again."""

    @pattern(name)
    def scenario(world: World) -> None:
        made = make(world)

        async def consumes(process: Process) -> None:
            while True:
                await process.wait(take(made))

        start(world, consumes)
        world.run()


def filled(world: World) -> simpy.Store:
    store = simpy.Store(world.environment)
    store.put(1)
    return store


def serving(world: World) -> simpy.Process:
    store = simpy.Store(world.environment)

    def serves() -> Generator[simpy.Event, Any, None]:
        while True:
            yield store.get()

    return world.environment.process(serves())


consumer("consumer_of_a_store", filled, lambda store: store.get())
consumer("consumer_of_a_container", lambda world: simpy.Container(world.environment), lambda tank: tank.get(1))
consumer(
    "consumer_of_a_filtered_store",
    lambda world: simpy.FilterStore(world.environment),
    lambda store: store.get(lambda each: each == 1),
)
consumer("consumer_of_priorities", lambda world: simpy.PriorityStore(world.environment), lambda store: store.get())
consumer("watcher_of_a_simpy_server", serving, lambda process: process)
consumer("work_or_an_alarm", filled, lambda store: store.get() | store._env.event())


@pattern("simpy_beside_the_inbox")
def simpy_beside_the_inbox(world: World) -> None:
    async def both(process: Process) -> None:
        process.go(server)
        await process.wait(world.environment.event())

    start(world, both)
    world.run()


# -- services


async def comes_back(process: Process) -> None:
    try:
        await process.registry.lookup("was_here")
    except NotFound:
        pid = await process.spawn("idle:server", HOST)
        await process.registry.register("was_here", pid)
        raise RuntimeError("down") from None
    await receive_for_ever(process.inbox)


def serve(name: str, behaviour: Behaviour) -> None:
    """Let the pattern *name* be a service that runs *behaviour*."""

    @pattern(name)
    def scenario(world: World) -> None:
        world.define("idle:server", server)
        world.define("idle:service", behaviour)
        world.service("idle:the_service", process="idle:service", host=HOST, auto_start=True)
        world.run()


serve("service_at_its_inbox", server)
serve("service_that_came_back", comes_back)
serve("service_that_has_ended", quick)

SPAWNED: Final = (server, polite, crashes, quick, deaf, caller)
"""What others start by its name."""
